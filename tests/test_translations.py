"""Every string that a person sees is there in both languages, once, and nothing is left over."""

import ast
import io
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import babel_extract

from core.i18n import LOCALES
from core.settings import ROOT

PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
KEYWORDS: dict[str, tuple[int, int] | None] = {"_": None, "gettext": None, "ngettext": (1, 2)}
TEMPLATE_OPTIONS = {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "trimmed": "false", "silent": "false"}
CATALOGUES = sorted((LOCALES / "zh_Hans").glob("*.po"))
PLACEHOLDER = re.compile(r"%%|%\((\w+)\)[sd]|%[sd]")

Text = str | tuple[str, ...]


def sources() -> Iterator[tuple[Path, object, dict[str, str]]]:
    for package in PACKAGES:
        yield from ((path, "python", {}) for path in (ROOT / package).rglob("*.py"))
    for path in (ROOT / "templates").rglob("*"):
        if path.is_file():
            yield path, babel_extract, TEMPLATE_OPTIONS


@cache
def used() -> dict[Text, str]:
    """Each message id and where it was found first."""
    found: dict[Text, str] = {}
    for path, method, options in sources():
        with path.open("rb") as file:
            for line, message, _comments, _context in extract(method, file, KEYWORDS, (), options):  # type: ignore[arg-type]
                found.setdefault(message, f"{path.relative_to(ROOT)}:{line}")
    assert found, "no message was found anywhere: is this test looking in the right place?"
    return found


def read(path: Path) -> Catalog:
    return read_po(io.BytesIO(path.read_bytes()), locale="zh_Hans")


def messages() -> Iterator[tuple[Path, Message]]:
    for path in CATALOGUES:
        yield from ((path, message) for message in read(path) if message.id)


def as_key(message: Message) -> Text:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def test_nothing_is_untranslated() -> None:
    done = {as_key(message) for _path, message in messages() if message.string and all(message.string)}
    assert {place: message for message, place in used().items() if message not in done} == {}


def test_nothing_is_left_over() -> None:
    """A message nobody uses any more misleads whoever translates next."""
    assert [(path.name, message.id) for path, message in messages() if as_key(message) not in used()] == []


def test_no_message_stands_in_two_catalogues() -> None:
    """Two translations of one message: which of them is shown would be chance."""
    counts = Counter(as_key(message) for _path, message in messages())
    lines = [line for path in CATALOGUES for line in path.read_text(encoding="utf-8").splitlines()]
    written = Counter(line for line in lines if line.startswith("msgid "))
    del written['msgid ""']
    assert [message for message, n in counts.items() if n > 1] == []
    assert [line for line, n in written.items() if n > 1] == []


def test_nothing_is_fuzzy_or_commented_out() -> None:
    assert [(path.name, message.id) for path, message in messages() if message.fuzzy] == []
    assert [(path.name, list(read(path).obsolete)) for path in CATALOGUES if read(path).obsolete] == []


def placeholders(text: Text) -> set[str]:
    return {match[0] for part in ([text] if isinstance(text, str) else text) for match in PLACEHOLDER.finditer(part)}


def test_translations_keep_the_placeholders() -> None:
    """A placeholder too many breaks the page in Chinese only; one too few drops a number."""
    pairs = [(as_key(message), message.string) for _path, message in messages()]
    assert [pair for pair in pairs if placeholders(pair[0]) != placeholders(pair[1])] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_catalogues_say_what_they_are(path: Path) -> None:
    header = path.read_text(encoding="utf-8").split("\n\n")[0]
    assert path.stem in PACKAGES
    assert '"Language: zh_Hans\\n"' in header
    assert '"Content-Type: text/plain; charset=UTF-8\\n"' in header
    assert '"Plural-Forms: nplurals=1; plural=0;\\n"' in header


def untold(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in KEYWORDS and not isinstance(node.args[0], ast.Constant):
                yield f"{path.relative_to(ROOT)}:{node.lineno}"


def test_messages_are_written_where_they_are_translated() -> None:
    """`_(variable)` and `_(f"...")` are found by no extraction, and stay English: write the text itself there."""
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert [place for path in files if path != ROOT / "core" / "i18n.py" for place in untold(path)] == []


class RawText(HTMLParser):
    """What a template says in its own words, outside every tag, expression and statement."""

    SAID = ("alt", "aria-label", "placeholder", "title")

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value for name, value in attrs if name in self.SAID and value]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def raw_words(path: Path) -> list[str]:
    pieces = Environment().lex(path.read_text(encoding="utf-8"))
    markup = "".join(text for _line, kind, text in pieces if kind == "data")
    parser = RawText()
    parser.feed(re.sub(r"<style>.*?</style>", "", markup, flags=re.DOTALL))
    text = re.sub(r'[a-z-]+="[^"]*"?', "", " ".join(parser.words))  # attributes that a macro puts together
    return re.findall(r"[A-Za-z]{2,}|[\u4e00-\u9fff]+", text)


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_templates_say_nothing_untranslated(path: Path) -> None:
    """Words of a page stand in `_("...")`. Only the names of languages are the same in every language."""
    assert [word for word in raw_words(path) if word not in ("English", "中文")] == []
