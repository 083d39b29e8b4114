"""Pages: templates rendered to text, in one language, with nothing of HTTP in them."""

import hashlib
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_skeleton
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import escape

from core import faults, i18n
from core.settings import ROOT

TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
DATE_STYLES = {"zh": "zh_Hans_CN", "en": "en_GB"}


class Compiled(FileSystemBytecodeCache):
    """Templates are compiled once and not at each start: beside the code, as Python does it. Where nothing can be
    written there, each process compiles what it shows."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _compiled() -> Compiled:
    made_by = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]  # another environment compiles otherwise
    folder = Path(__file__).parent / "__pycache__" / f"templates-{made_by}"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return Compiled(str(folder))


@lru_cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=_compiled(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals["static"] = static
    made.filters["day"] = day
    made.filters["own"] = i18n.own_name
    return made


def day(moment: date) -> str:
    """A date as people write it in the current language; a time counts as its day in UTC."""
    return format_date(moment, "medium", locale=DATE_STYLES[i18n.current()])


def month_name(first: date) -> str:
    """A month as people write it in the current language, such as "Jan 2026"."""
    return format_skeleton("yMMM", first, locale=DATE_STYLES[i18n.current()])


@lru_cache
def static(path: str) -> str:
    """The address of a static file, with its content in it: it may be cached for ever."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def render(template: str, **context: Any) -> str:
    """Render in the current language; `language` and `lang_tag` are always there."""
    language = i18n.current()
    made = environment().get_template(template)
    return faults.named(made.render(language=language, lang_tag=i18n.LANGUAGE_TAGS[language], **context))


_kept: OrderedDict[Hashable, list[str]] = OrderedDict()
MOST_KEPT = 256


def kept(key: Hashable, words: Mapping[str, str], make: Callable[[Mapping[str, str]], str]) -> str:
    """A page of which only a few plain words differ is rendered once and put together ever after.

    `make` renders it with a mark in the place of each word; `words` take their places as escaped text. `key` has to
    name all that the page depends on otherwise.
    """
    names = list(words)
    if key not in _kept:
        marks = {name: f"mark-{secrets.token_hex(8)}-" for name in names}
        pattern = "|".join(map(re.escape, marks.values())) or "(?!)"
        by_mark = {mark: name for name, mark in marks.items()}
        _kept[key] = [by_mark.get(part, part) for part in re.split(f"({pattern})", make(marks))]
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    # Parts of the page and names of words take turns: what is put in is never looked into.
    return "".join(str(escape(words[part])) if n % 2 else part for n, part in enumerate(_kept[key]))
