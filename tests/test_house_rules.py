"""What the import contracts of pyproject.toml cannot say. Each rule names its reason and its way out."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel

from core.outbox import Event
from core.settings import ROOT, Settings
from web.worker import SUBSCRIPTIONS

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PYPROJECT["tool"]["importlinter"]["root_packages"]
FLOORS = [name for name in PACKAGES if name not in ("core", "web")]
ROOMS = {"__init__", "models", "schemas", "events", "rules", "queries", "service", "jobs", "routes"}
MORE_ROOMS = {"analysis": {"disclosure", "classifier", "statistics"}, "core/auth": {"budget"}}
LONGEST_FILE, LONGEST_FUNCTION = 300, 40


def modules(*packages: str) -> list[Path]:
    return sorted(path for name in packages or PACKAGES for path in (ROOT / name).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def where(path: Path, node: Any = None) -> str:
    return f"{path.relative_to(ROOT)}{f':{node.lineno}' if node else ''}"


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def markup_files() -> list[Path]:
    files = [*(ROOT / "templates").rglob("*"), *(ROOT / "static").rglob("*")]
    return sorted(path for path in files if path.suffix in {".html", ".txt", ".css", ".js", ".svg"})


def hits(pattern: str, paths: list[Path], ignore: str = "$^") -> list[str]:
    found = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found += [
                f"{where(path)}:{number} {match[0]}"
                for match in re.finditer(pattern, line, re.IGNORECASE)
                if not re.match(ignore, line[match.start() :])
            ]
    return found


# ---- packages, rooms, sizes ----


def test_every_package_is_in_the_contracts() -> None:
    """A package that no contract knows may import anything: add it to root_packages, mypy and the wheel."""
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert found == set(PACKAGES) == set(PYPROJECT["tool"]["mypy"]["packages"])
    assert found <= set(PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])


@pytest.mark.parametrize("floor", [*FLOORS, "core/auth", "core/audit"])
def test_every_floor_has_the_same_rooms(floor: str) -> None:
    """Who knows one floor knows all of them: find the room that fits (docs/architecture.md)."""
    found = {path.stem for path in (ROOT / floor).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert found - ROOMS - MORE_ROOMS.get(floor, set()) == set()


def test_alembic_is_no_package() -> None:
    """alembic/__init__.py would shadow the library of that name."""
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_no_file_grows_too_long() -> None:
    """A room over 300 lines becomes a folder of the same name, split by noun; importers do not change."""
    lengths = {where(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {path: n for path, n in lengths.items() if n > LONGEST_FILE} == {}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_no_function_grows_too_long() -> None:
    """A function does one thing that its name says; a step of it with a name of its own is another function."""
    lengths = {
        where(path, node): (node.end_lineno or node.lineno) - node.lineno + 1
        for path in modules()
        for node in functions(path)
    }
    assert {place: n for place, n in lengths.items() if n > LONGEST_FUNCTION} == {}


def test_nothing_is_left_for_later() -> None:
    """What is not done is written down where the maintainers plan, not in the code."""
    assert hits(r"\b(TODO|FIXME|XXX|HACK)\b", [*modules(), *markup_files()]) == []


# ---- facts and tables ----


def every_event() -> set[type[Event]]:
    for path in (path for path in modules() if "events" in path.relative_to(ROOT).parts[1]):
        import_module(module_name(path))
    return {event for event in _below(Event) if event.__module__.split(".")[0] in PACKAGES}


def _below(kind: type[Event]) -> Iterator[type[Event]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def test_every_event_is_followed_or_final() -> None:
    """An event nobody hears is a fact lost: subscribe a job in web/worker.py, or set `final = True`."""
    assert {event for event in every_event() if not event.final} == set(SUBSCRIPTIONS)


def test_events_carry_ids_and_plain_values_only() -> None:
    """A fact is read by whoever reads the queue: words, names and addresses stay in the tables."""
    allowed = re.compile(r"id|.+_id|at|day")
    found = {f"{event.__name__}.{field.name}" for event in every_event() for field in fields(event)}
    assert {name for name in found if not allowed.fullmatch(name.split(".")[1])} == set()


WRITING = {"insert_new", "upsert", "add_counts", "insert", "update", "delete"}


def tables_of_others(path: Path) -> set[str]:
    """Names in this file that stand for a table of another package."""
    mine = path.relative_to(ROOT).parts[0]
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in PACKAGES:
            if node.module.split(".")[0] == mine:
                continue
            module = import_module(node.module)
            names |= {
                alias.asname or alias.name for alias in node.names if _is_table(getattr(module, alias.name, None))
            }
    return names


def _is_table(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, SQLModel) and hasattr(thing, "__table__")


def foreign_writes(path: Path) -> Iterator[str]:
    foreign = tables_of_others(path)
    for node in ast.walk(tree(path)) if foreign else []:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            named = {node.func.id} | {arg.id for arg in node.args if isinstance(arg, ast.Name)}
            if node.func.id in foreign or (node.func.id in WRITING and named & foreign):
                yield f"{where(path, node)} {node.func.id}"


def test_a_table_is_written_by_its_own_package_only() -> None:
    """Call a service of the floor that owns the table: it knows what has to hold."""
    assert [write for path in modules() for write in foreign_writes(path)] == []


def test_no_table_is_a_request_body() -> None:
    """A table class does not validate and would accept a client's own id or role: take a schema."""
    from web.app import create_app

    bodies = {
        f"{path} {method}": handler.parsed_fn_signature.parameters["data"].annotation
        for path, methods in create_app().route_handler_method_map.items()
        for method, handler in methods.items()
        if "data" in handler.parsed_fn_signature.parameters
    }
    assert bodies, "the application has no request bodies at all: is this test looking in the right place?"
    assert {place: kind for place, kind in bodies.items() if "models" in str(kind) or _is_table(kind)} == {}


# ---- pages ----


def test_pages_ask_nobody_else() -> None:
    """A request to a third party tells them who reads and answers: ship the file in static/."""
    namespace = r"http://www\.w3\.org/(2000/svg|1999/xhtml)"
    assert hits(r"(https?:)?//[a-z0-9{]", markup_files(), ignore=namespace) == []


def test_pages_hold_no_inline_style_or_script() -> None:
    """The content security policy forbids both: a class and a style sheet, or a file in static/."""
    pages = [path for path in markup_files() if path.suffix == ".html"]
    in_mail = [path for path in pages if path.stem.startswith("mail")]  # a mail can load no style sheet
    assert hits(r"<style|\sstyle=", [path for path in pages if path not in in_mail]) == []
    assert hits(r"<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"']|javascript:", pages) == []


def test_no_text_of_a_template_goes_around_escaping() -> None:
    """`|safe` lets a person's words be obeyed instead of shown: build Markup in Python, from parts that are escaped."""
    pages = [path for path in markup_files() if path.suffix == ".html"]
    assert hits(r"\|\s*safe\b|autoescape\s+false", pages) == []


# ---- what ships ----


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_hold_hashes_and_no_addresses(lock: str) -> None:
    """Which index is used is the installer's business; what comes from it is held by its hash."""
    text = (ROOT / lock).read_text()
    assert re.findall(r"(?m)https?:|^\s*--(?!hash)\S+", text) == []
    packages = re.findall(r"(?m)^[a-z0-9].*==.*$", text)
    assert packages
    assert [line for line in packages if not line.endswith("\\")] == []


def documented() -> list[tuple[str, str, str]]:
    """Name, default and description of each setting, as the documents show them."""
    return [
        (f"TOUCHSTONE_{name.upper()}", str(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def test_every_setting_is_documented() -> None:
    """One table, copied from the descriptions in core/settings.py."""
    rows = [f"| `{name}` | {f'`{default}`' if default else 'empty'} | {text} |" for name, default, text in documented()]
    page = (ROOT / "docs" / "settings.md").read_text().splitlines()
    assert [line for line in page if line.startswith("| `TOUCHSTONE_")] == rows


def test_the_example_file_shows_every_setting() -> None:
    wanted = "\n".join(f"# {text}\n# {name}={default}\n" for name, default, text in documented())
    assert wanted in (ROOT / ".env.example").read_text()
