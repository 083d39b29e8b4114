"""Pages: templates rendered to text, in one language, with nothing of HTTP in them."""

import hashlib
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core import i18n
from core.settings import ROOT

TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"


@lru_cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals["static"] = static
    return made


@lru_cache
def static(path: str) -> str:
    """The address of a static file, with its content in it: it may be cached for ever."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def render(template: str, **context: Any) -> str:
    """Render in the current language; `language` and `lang_tag` are always there."""
    language = i18n.current()
    return (
        environment().get_template(template).render(language=language, lang_tag=i18n.LANGUAGE_TAGS[language], **context)
    )
