"""A page of which a few words differ is rendered once; the words are text, whatever they hold."""

from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from jinja2 import DictLoader, Environment

from core.pages import Compiled, kept


def test_words_take_their_places_as_text_and_are_never_looked_into() -> None:
    key, made = uuid4(), []

    def make(marks: Mapping[str, str]) -> str:
        made.append(marks)
        return f"<p title='{marks['a']}'>{marks['b']}{marks['a']}</p>"

    assert kept(key, {"a": "1", "b": "2"}, make) == "<p title='1'>21</p>"
    assert kept(key, {"a": "<i>", "b": "a"}, make) == "<p title='&lt;i&gt;'>a&lt;i&gt;</p>"
    assert kept(key, {"a": made[0]["b"], "b": "b"}, make) == f"<p title='{made[0]['b']}'>b{made[0]['b']}</p>"
    assert len(made) == 1
    assert kept(uuid4(), {}, lambda _marks: "plain") == "plain"


def test_templates_are_compiled_once_and_shown_where_nothing_can_be_kept(tmp_path: Path) -> None:
    def shown(folder: Path) -> str:
        made = Environment(loader=DictLoader({"hello": "<p>{{ who }}</p>"}), bytecode_cache=Compiled(str(folder)))
        return made.get_template("hello").render(who="Alice")

    assert shown(tmp_path / "is" / "not" / "there") == shown(tmp_path) == "<p>Alice</p>"
    (kept_there,) = tmp_path.iterdir()
    before = kept_there.stat().st_mtime_ns
    assert shown(tmp_path) == "<p>Alice</p>"
    assert kept_there.stat().st_mtime_ns == before
