"""The summary of errors above a form names the field of each, by the label that stands at the field."""

import re

from core import i18n

MARK = " data-fault"
_FAULT = re.compile(rf'<a href="#f-([^"]+)"{MARK}>(.*?)</a>', re.DOTALL)
_LEGEND = re.compile(r"<legend>(.*?)</legend>", re.DOTALL)
_TICK = re.compile(r"[^>]*><span>(.*?)</span></label>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def named(page: str) -> str:
    """Pages without a summary stay as they are."""
    return _FAULT.sub(lambda found: _told(page, found[1], found[2]), page) if MARK in page else page


def _told(page: str, key: str, message: str) -> str:
    label = _label(page, key)
    told = message if not label or message.startswith(label) else f"{label}{_colon()}{message}"
    return f'<a href="#f-{key}">{told}</a>'


def _colon() -> str:
    return "：" if i18n.current() == "zh" else ": "


def _label(page: str, key: str) -> str:
    """Of a field, of the group that a choice belongs to, or of a box to tick."""
    if own := re.search(rf'<label for="f-{re.escape(key)}">(.*?)</label>', page, re.DOTALL):
        return _plain(own[1])
    if (at := page.find(f' id="f-{key}"')) < 0:
        return ""
    begins = page.rfind("<fieldset", 0, at)
    grouped = begins > page.rfind("</fieldset>", 0, at)
    found = _LEGEND.search(page, begins) if grouped else _TICK.match(page, page.rfind("<", 0, at))
    return _plain(found[1]) if found else ""


def _plain(label: str) -> str:
    return " ".join(_TAG.sub("", label).split()).rstrip(":：")
