"""A page of which a few words differ is rendered once; the words are text, whatever they hold."""

from collections.abc import Mapping
from uuid import uuid4

from core.pages import kept


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
