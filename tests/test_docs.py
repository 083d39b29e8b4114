"""The documents name every command, setting and address that there is, and none that there is not."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import click
import pytest

from core.settings import ROOT, Settings
from web.app import create_app
from web.cli import COMMANDS, Touchstone, touchstone

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
OF_THE_FRAMEWORK = {"/api", "/api/{path:str}", "/static/{file_path:path}", "/api/docs/ui/{file_path:path}"}
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
WHOLE = ("/", "/...")  # how a document names all addresses under one
COMMAND = re.compile(r"(?:^|[\s/`(])touchstone ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)")
ADDRESS = re.compile(r"`(?:(?:GET|POST|PUT|DELETE)\S* )?(/[^\s`?#]*)[^`\n]*`")


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def everything() -> str:
    return "\n".join(text(path) for path in DOCUMENTS)


def code() -> Iterator[tuple[str, str]]:
    """Each piece of code in the documents, with the name of its document."""
    for path in DOCUMENTS:
        yield from ((path.name, found[0]) for found in CODE.finditer(text(path)))


touchstone.load()


def commands(group: click.Group = touchstone, before: tuple[str, ...] = ()) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))
        else:
            yield " ".join((*before, name))


def addresses() -> set[str]:
    """Every path the application answers, with its parameters as `{name}`."""
    paths = set(create_app().route_handler_method_map) - OF_THE_FRAMEWORK
    return {re.sub(r":\w+}", "}", path) for path in paths}


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_is_documented(command: str) -> None:
    named = re.search(rf"touchstone {command}\b", everything()) is not None
    assert named, f"`touchstone {command}` stands in no document"


def test_no_document_names_a_command_that_is_not_there() -> None:
    known = set(commands())
    alone = {command for command in known if " " not in command}
    named = {(name, words[1]) for name, piece in code() for words in COMMAND.finditer(piece)}
    wrong = {(name, words) for name, words in named if words not in known and words.split()[0] not in alone}
    assert wrong == set()


@pytest.mark.parametrize("module", COMMANDS)
def test_a_command_is_found_without_loading_the_others(module: str) -> None:
    for name in COMMANDS[module]:
        alone = Touchstone()
        alone.load(name)
        assert name in alone.commands
    assert {command.name for command in import_module(f"web.cli.{module}").commands} <= set(COMMANDS[module])


def test_every_command_explains_itself() -> None:
    silent = [name for name in commands() if not _found(name).help]
    assert silent == []


def _found(name: str) -> click.Command:
    command: click.Command = touchstone
    for word in name.split():
        assert isinstance(command, click.Group)
        command = command.commands[word]
    return command


def test_no_document_names_a_setting_that_is_not_there() -> None:
    known = {f"TOUCHSTONE_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"TOUCHSTONE_[A-Z_]+\b", everything()))
    in_tests = {name for name in named if name.startswith("TOUCHSTONE_TEST_")}
    assert named - in_tests - known == set()
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    assert [name for name in in_tests if name not in sources] == []


@pytest.mark.parametrize("address", sorted(addresses()))
def test_every_address_is_documented(address: str) -> None:
    assert address in named_addresses(), f"`{address}` stands in no document; docs/addresses.md lists them all"


def named_addresses() -> dict[str, str]:
    """Addresses in code, `{any}` parameter under its own name, and the document that names it."""
    return {found[1]: name for name, piece in code() for found in ADDRESS.finditer(piece)}


def test_no_document_names_an_address_that_is_not_there() -> None:
    answered = [re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(address))) for address in addresses()]
    wrong = {
        (name, address)
        for address, name in named_addresses().items()
        if not any(one.fullmatch(address) for one in answered)
        and not any(known.startswith(address.removesuffix("...")) for known in addresses() if address.endswith(WHOLE))
    }
    assert wrong == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text(path))
    here = [link for link in links if not link.startswith(("http://", "https://", "mailto:"))]
    assert [link for link in here if not (path.parent / link).exists()] == []
