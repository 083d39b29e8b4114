"""From the fields of the editor to a survey, and the steps that its buttons take."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from journeys.schemas.places import Bilingual
from surveys.rules.conditions import BETWEEN, meant
from surveys.rules.scales import STANDARD
from surveys.schemas import OFFERED, SCALED, Construct, Kind, Option, Question, Scale, SurveyDefinition

FLAGS = ("required", "not_applicable", "other", "shuffle")
NUMBERS = ("max_length", "max_minutes", "edit_minutes", "min", "max", "at_least", "at_most")
NEW_OPTIONS = (("a", "第一个", "First"), ("b", "第二个", "Second"))


def draft_from(key: str, fields: Mapping[str, str], before: SurveyDefinition) -> SurveyDefinition:
    """What the editor sent, as a survey: unfinished texts are fine, what is no survey at all is refused."""
    content = _pruned(nested(fields))
    content["questions"] = [_question(one) for one in content.get("questions", [])]
    content |= {"key": key, "slug": content.get("slug", ""), "origins": _origins(content.get("origins", ""))}
    try:
        draft = msgspec.convert(content, SurveyDefinition, strict=False)
    except msgspec.ValidationError as wrong:
        place = str(wrong).partition(" - at `$.")[2].strip("`").replace("[", ".").replace("]", "")
        told = _("This cannot be read: %(what)s") % {"what": str(wrong).partition(" - at ")[0]}
        raise Invalid(_("Some fields are not right"), [FieldError(place or "title", told)]) from wrong
    questions = meant([_fitting(question) for question in draft.questions])
    return msgspec.structs.replace(draft, questions=questions, trigger=before.trigger)


def _origins(written: Any) -> list[str]:
    """One a line or between commas; the slash that browsers show at the end belongs to no origin."""
    return [one.lower().rstrip("/") for one in re.split(r"[\s,;]+", str(written)) if one]


def _fitting(question: Question) -> Question:
    """When another kind was chosen, without what only the kind before could have, and with what this one needs."""
    scored, offered = question.kind in SCALED or question.kind is Kind.MATRIX, question.kind in OFFERED
    needed = _new_question(question.key, question.kind)
    return msgspec.structs.replace(
        question,
        scale=(question.scale or needed.scale) if scored else None,
        options=(question.options or needed.options) if offered else [],
        rows=(question.rows or needed.rows) if question.kind is Kind.MATRIX else [],
        other=question.other and offered,
        shuffle=question.shuffle and offered,
        reasons_for=question.reasons_for if question.kind is Kind.REASONS else "",
    )


def nested(fields: Mapping[str, str]) -> dict[str, Any]:
    """`questions.0.wording.en` is a place: numbers stand for rows, in their order."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        place, *inner = name.split(".")
        level = found
        for part in inner:
            level = level.setdefault(place, {})
            if not isinstance(level, dict):
                raise Invalid(_("Some fields are not right"), [FieldError(name, _("stands twice"))])
            place = part
        level[place] = value
    return {name: _rows(value) for name, value in found.items()}


def _rows(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _rows(one) for name, one in value.items()}
    numbered = all(name.isdecimal() for name in inner)
    return [inner[name] for name in sorted(inner, key=int)] if inner and numbered else inner


def _pruned(value: Any, name: str = "") -> Any:
    """Without empty fields and empty rows; a text keeps both its languages, as what is missing is shown."""
    if isinstance(value, dict):
        if value.keys() <= {"zh", "en"}:
            return {"zh": "", "en": "", **{language: text.strip() for language, text in value.items()}}
        inner = {key: _pruned(one, key) for key, one in value.items()}
        return {key: one for key, one in inner.items() if one not in ("", None, [])}
    if isinstance(value, list):
        return [row for row in (_pruned(one) for one in value) if not _is_blank(row)]
    if name in FLAGS:
        return value in ("1", "on", "true")
    return value.strip() if isinstance(value, str) else value


def _is_blank(row: Any) -> bool:
    """A row in which nobody has written yet."""
    if isinstance(row, dict):
        return all(_is_blank(one) for name, one in row.items() if name not in ("value", "scores"))
    return row in ("", None, [])


def _question(content: Mapping[str, Any]) -> dict[str, Any]:
    question = dict(content)
    if _is_blank(question.get("hint", "")):
        question.pop("hint", None)
    for name in ("options", "rows"):
        question[name] = _named([_option(row) for row in question.get(name, [])])
    for name in ("show_if", "required_if"):
        question[name] = [_condition(row) for row in question.get(name, []) if row.get("subject")]
    scale = question.get("scale")
    if scale and not {"min", "max"} <= scale.keys():
        question.pop("scale")
    return {name: value for name, value in question.items() if value not in ([], None)}


def _option(row: Mapping[str, Any]) -> dict[str, Any]:
    option = {name: value for name, value in row.items() if name != "scores"}
    ends = re.findall(r"\d+", str(row.get("scores", "")))
    return option | ({"scores": (int(ends[0]), int(ends[-1]))} if ends else {})


def _named(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row without a value of its own gets one that no other row has."""
    taken = {str(row["value"]) for row in rows if row.get("value")}
    named = []
    for row in rows:
        value = str(row.get("value") or _free(taken, _slug(row.get("label", {}).get("en", "")) or "answer"))
        taken.add(value)
        named.append({**row, "value": value})
    return named


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:30]


def _free(taken: set[str], wanted: str) -> str:
    names = [wanted, *(f"{wanted}_{number}" for number in range(2, 100))]
    return next(name for name in names if name not in taken)


def _condition(row: Mapping[str, Any]) -> dict[str, Any]:
    """The editor names what a condition is about as `question.key` or `ticket.attribute`."""
    kind, _dot, name = str(row["subject"]).partition(".")
    said = [value.strip() for value in BETWEEN.split(str(row.get("values", ""))) if value.strip()]
    bounds = {end: row[end] for end in ("at_least", "at_most") if row.get(end)}
    return {"ticket" if kind == "ticket" else "question": name, **({"values": said} if said else bounds)}


# ---- the buttons ----


def moved(draft: SurveyDefinition, number: int, by: int) -> SurveyDefinition:
    questions, other = list(draft.questions), number + by
    if 0 <= number < len(questions) and 0 <= other < len(questions):
        questions[number], questions[other] = questions[other], questions[number]
    return msgspec.structs.replace(draft, questions=questions)


def without(draft: SurveyDefinition, number: int) -> SurveyDefinition:
    """The last question stays: a survey asks something."""
    questions = [one for place, one in enumerate(draft.questions) if place != number]
    return msgspec.structs.replace(draft, questions=questions) if questions else draft


def doubled(draft: SurveyDefinition, number: int) -> SurveyDefinition:
    """The copy measures nothing that may be measured once only."""
    questions = list(draft.questions)
    if not 0 <= number < len(questions) or len(questions) >= 50:
        return draft
    key = _free({one.key for one in questions}, questions[number].key[:36])
    copy = msgspec.structs.replace(questions[number], key=key, construct=Construct.OTHER)
    questions.insert(number + 1, copy)
    return msgspec.structs.replace(draft, questions=questions)


def added(draft: SurveyDefinition, kind: Kind) -> SurveyDefinition:
    key = _free({one.key for one in draft.questions}, kind.value)
    if len(draft.questions) >= 50:
        return draft
    return msgspec.structs.replace(draft, questions=[*draft.questions, _new_question(key, kind)])


def _new_question(key: str, kind: Kind) -> Question:
    offered = [Option(value=value, label=Bilingual(zh=zh, en=en)) for value, zh, en in NEW_OPTIONS]
    scale = STANDARD[Kind.CSAT] if kind in (Kind.RATING, Kind.MATRIX) else None
    return Question(
        key=key,
        construct=Construct.OTHER,
        kind=kind,
        wording=Bilingual(zh="", en=""),
        scale=scale,
        options=offered if kind in OFFERED else [],
        rows=offered if kind is Kind.MATRIX else [],
    )


def begun(key: str, title: Bilingual) -> SurveyDefinition:
    """A new survey is one that could be published: a score, and room for words."""
    satisfied = Question(
        key="satisfaction",
        construct=Construct.SATISFACTION,
        kind=Kind.RATING,
        wording=Bilingual(zh="总的来说，您满意还是不满意？", en="All in all, how satisfied or dissatisfied are you?"),
        scale=Scale(min=1, max=5, labels=STANDARD[Kind.CSAT].labels),
    )
    words = Question(
        key="comment",
        construct=Construct.COMMENT,
        kind=Kind.TEXT,
        wording=Bilingual(zh="哪些地方做得好，哪些地方该改进？", en="What went well, and what should be different?"),
        hint=Bilingual(zh="请不要写出人名。", en="Please do not name anybody."),
    )
    return SurveyDefinition(
        key=key,
        title=title,
        intro=Bilingual(
            zh="几个小问题，只答您想答的就好。", en="A few short questions. Answer only those you want to."
        ),
        thanks=Bilingual(zh="谢谢您的意见。", en="What you said helps us to do better."),
        questions=[satisfied, words],
        slug=key,
    )


def key_for(title: str, taken: set[str]) -> str:
    """A short name out of the title; Chinese titles get a number."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:30].strip("-").lstrip("0123456789-")
    return _free(taken, plain if len(plain) > 1 else "survey").replace("_", "-")
