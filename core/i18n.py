"""Languages: gettext catalogues, one file a floor, read as they stand (no compiled copy to forget)."""

import io
from contextvars import ContextVar
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

BOTH = " · "  # between the English and the Chinese part of a name
LANGUAGES = ("zh", "en")
LANGUAGE_TAGS = {"zh": "zh-Hans", "en": "en"}
LOCALES = Path(__file__).parent / "locale"
_current: ContextVar[str] = ContextVar("language", default="en")


@lru_cache
def translations(language: str) -> NullTranslations:
    """English is the language of the message ids; it needs no catalogue."""
    if language != "zh":
        return NullTranslations()
    merged = Catalog(locale=Locale("zh", script="Hans"))
    for path in sorted((LOCALES / "zh_Hans").glob("*.po")):
        for message in read_po(io.BytesIO(path.read_bytes()), locale="zh_Hans"):
            if message.id:
                merged.add(message.id, message.string, context=message.context)
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return GNUTranslations(compiled)


@lru_cache
def choose(asked: str | None, kept: str | None, accept: str | None) -> str:
    """The language asked for, else the one kept, else the first that the browser accepts, else English."""
    for wish in (asked, kept, *_accepted(accept or "")):
        if wish and wish.lower()[:2] in LANGUAGES:
            return wish.lower()[:2]
    return "en"


def _accepted(header: str) -> list[str]:
    def weight(part: str) -> float:
        try:
            return float(part.partition("q=")[2] or 1)
        except ValueError:
            return 0.0

    return [part.partition(";")[0].strip() for part in sorted(header[:500].split(","), key=weight, reverse=True)]


def own_name(name: str, language: str = "") -> str:
    """Of a name that was given in both languages, as "Remote access · 远程接入", the part in the current one, or in
    `language`."""
    english, chinese = apart(name)
    if not (english and chinese):
        return name
    return chinese if (language or current()) == "zh" else english


def apart(name: str) -> tuple[str, str]:
    """The English and the Chinese part of a name; "" for the one that was not given."""
    parts = name.split(BOTH)
    chinese = [is_chinese(part) for part in parts]
    if len(parts) == 2 and chinese[0] != chinese[1]:
        return parts[chinese.index(False)], parts[chinese.index(True)]
    return ("", name) if any(chinese) else (name, "")


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def use(language: str) -> None:
    """From here on this request or mail speaks that language."""
    _current.set(language)


def current() -> str:
    return _current.get()


def gettext(message: str) -> str:
    return translations(_current.get()).gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    return translations(_current.get()).ngettext(singular, plural, n)


_ = gettext
