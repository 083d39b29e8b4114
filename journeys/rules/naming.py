"""The names of customers and services in both languages, kept as one: "Aurora Bank · 曙光银行"."""

from core.errors import FieldError, Invalid
from core.i18n import BOTH, is_chinese
from core.i18n import gettext as _

LONGEST = 200


def together(english: str, chinese: str, field: str = "name") -> str:
    """One name of what was given in either language or in both; "" where neither was."""
    english, chinese = " ".join(english.split()), " ".join(chinese.split())
    if wrong := _wrong(english, chinese):
        raise Invalid(_("Some fields are not right"), [FieldError(field, wrong)])
    return BOTH.join(one for one in (english, chinese) if one)


def _wrong(english: str, chinese: str) -> str:
    if max(len(english), len(chinese)) > LONGEST:
        return _("At most %(n)s characters") % {"n": LONGEST}
    if any(BOTH in f" {one} " for one in (english, chinese)):
        return _("“ · ” stands between the two languages and cannot be part of a name.")
    if english and chinese and is_chinese(english):
        return _("The English name holds Chinese characters.")
    if english and chinese and not is_chinese(chinese):
        return _(
            "The Chinese name holds no Chinese character. Leave it empty if the name is the same in both languages."
        )
    return ""
