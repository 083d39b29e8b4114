"""Names of what the reader says, in the language of the page."""

from collections.abc import Mapping

from analysis.classifier import VERSION
from core.i18n import gettext as _

FACES = ("very_negative", "negative", "neutral", "positive", "very_positive")


def label_names() -> dict[str, str]:
    return {
        "very_negative": _("Very negative"),
        "negative": _("Negative"),
        "neutral": _("Neutral"),
        "positive": _("Positive"),
        "very_positive": _("Very positive"),
        "mixed": _("Mixed"),
        "none": _("No opinion"),
    }


def sentiment_choices() -> list[tuple[str, str]]:
    names = label_names()
    return [
        ("", _("Any sentiment")),
        *((key, names[key]) for key in ("negative", "neutral", "positive", "mixed", "none")),
    ]


def language_choices() -> list[tuple[str, str]]:
    return [("", _("All languages")), ("zh", _("Chinese")), ("en", _("English")), ("mixed", _("Both in one"))]


def changed(names: Mapping[str, str], label: str | None, touchpoint: str | None, places: Mapping[str, str]) -> str:
    """What a correction says is right, in words."""
    said = [names[label]] if label is not None else []
    if touchpoint is not None:
        said.append(places.get(touchpoint, touchpoint) if touchpoint else _("about none of the touchpoints"))
    return " · ".join(said)


def version_name(version: str) -> str:
    return _("%(version)s (shipped)") % {"version": version} if version == VERSION else version
