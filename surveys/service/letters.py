"""The words of a mail: both parts, both languages, and the headers by which it can be ended and comes back."""

from datetime import datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from babel.dates import format_date

from core import i18n, mail, pages
from core.i18n import gettext as _
from core.ids import keyed_hash
from core.settings import settings
from surveys.rules.asking import last_day
from surveys.rules.bounces import MARK
from surveys.rules.piping import filled, piped
from surveys.schemas import After, Letter, Published, Question

LONGEST_LINE = 120
MOST_BUTTONS = 11
LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}


def written(letter: Letter, survey: Published, url: str, opt_out_url: str, expires_at: datetime) -> EmailMessage:
    i18n.use(letter.language)
    context = _context(letter, survey, url, opt_out_url, expires_at)
    text, html = (pages.render(f"surveys/mail.{part}", **context) for part in ("txt", "html"))
    return mail.compose(
        letter.to,
        _subject(letter, survey),
        text,
        html,
        letter.language,
        message_id=message_id(letter.invitation_id),
        headers={
            "List-Unsubscribe": f"<{opt_out_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _subject(letter: Letter, survey: Published) -> str:
    told = {"ticket": one_line(letter.ticket)}
    if letter.trigger.after is After.JOURNEY:
        title = getattr(piped(survey.definition, letter.pipes).title, letter.language)
        words = _("%(title)s (ticket %(ticket)s)") % {"title": one_line(title), "ticket": told["ticket"]}
    else:
        words = _("Your ticket %(ticket)s: how was it for you?") % told
    return _("Reminder: %(subject)s") % {"subject": words} if letter.reminder else words


def _context(letter: Letter, survey: Published, url: str, opt_out_url: str, expires_at: datetime) -> dict[str, Any]:
    other = "en" if letter.language == "zh" else "zh"
    return {
        "survey": piped(survey.definition, letter.pipes),
        "ticket": one_line(letter.ticket),
        "summary": one_line(letter.summary),
        "service": one_line(i18n.own_name(letter.service)),
        "journey": letter.trigger.after is After.JOURNEY,
        "reminder": letter.reminder,
        "url": url,
        "opt_out_url": opt_out_url,
        "scores": _scores(letter, survey, url),
        "other": other,
        "other_tag": "zh-Hans" if other == "zh" else "en",
        "until": format_date(last_day(expires_at), "long", locale=LOCALES[letter.language]),
        "min_group": settings().min_group,
    }


def _scores(letter: Letter, survey: Published, url: str) -> dict[str, Any] | None:
    """The first question as buttons. Each only opens the form with that step selected; nothing is stored by it."""
    question = next((one for one in survey.definition.questions if _has_few_steps(one)), None)
    if not question or not question.scale:
        return None
    steps = range(question.scale.min, question.scale.max + 1)
    links = [(step, f"{url}?{urlencode({question.key: step})}") for step in steps]
    labels = question.scale.labels
    wording, *ends = (
        filled(getattr(text, letter.language), letter.pipes, letter.language)
        for text in (question.wording, *((labels[0], labels[-1]) if labels else ()))
    )
    return {"wording": wording, "links": links, "ends": ends or ["", ""]}


def _has_few_steps(question: Question) -> bool:
    return question.scale is not None and question.scale.max - question.scale.min < MOST_BUTTONS


def message_id(invitation_id: UUID) -> str:
    """By it a bounce finds its invitation; the mark keeps others from making bounces up."""
    return f"{invitation_id.hex}.{mark_of(invitation_id)}"


def mark_of(invitation_id: UUID) -> str:
    return keyed_hash("bounce", invitation_id.hex)[:MARK]


def one_line(text: str) -> str:
    """Words of others for a header or a sentence: one line, not too long, and nothing that a header decodes."""
    visible = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * LONGEST_LINE])
    line = " ".join(visible.replace("=?", "= ?").split())
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"
