"""`touchstone read`: lines in, lines out, in the same order, whatever the lines are."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from web.cli import touchstone


def run(*arguments: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(touchstone, ["read", *arguments], input=given)


def answers(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_comment_is_answered_in_its_place() -> None:
    lines = [
        {"id": n, "text": text} for n, text in enumerate(["Terrible, nobody answered", "很好，谢谢", "", "12345"] * 100)
    ]
    read = answers(run(given="\n".join(json.dumps(line) for line in lines).encode()))
    assert [answer["id"] for answer in read] == list(range(400))
    assert [answer["lang"] for answer in read[:2]] == ["en", "zh"]
    assert [answer["sentiment"]["label"] for answer in read[2:4]] == ["none", "none"]
    assert read[0]["sentiment"]["score"] < 0 < read[1]["sentiment"]["score"]


def test_a_bad_line_is_answered_by_an_error_and_the_rest_is_read() -> None:
    bad = [b"not json", b"", b'{"id": 1}', b'{"id": 2, "text": "\xff"}', b"[" * 5000, b'"' + b"a" * 9_000_000 + b'"']
    good = b'{"id": "last", "text": "fine"}'
    read = answers(run(given=b"\n".join([*bad, good])))
    assert [answer.get("line") for answer in read] == [1, 2, 3, 4, 5, 6, None]
    assert all(answer["error"] for answer in read[:-1])
    assert read[-1]["id"] == "last"


def test_mentions_name_the_touchpoints_that_were_given(tmp_path: Path) -> None:
    given = [{"key": "canteen", "name": {"en": "Canteen", "zh": "食堂"}, "keywords": ["lunch"]}]
    (tmp_path / "tp.json").write_text(json.dumps(given))
    text = "The lunch was cold and expensive"
    line = json.dumps({"id": 1, "text": text}).encode()
    (answer,) = answers(run("--touchpoints", str(tmp_path / "tp.json"), given=line))
    (mention,) = answer["mentions"]
    assert mention["touchpoint"] == "canteen"
    assert "lunch" in text[mention["start"] : mention["end"]]


def test_touchpoints_of_another_shape_are_refused(tmp_path: Path) -> None:
    (tmp_path / "tp.json").write_text('{"canteen": 1}')
    result = run("--touchpoints", str(tmp_path / "tp.json"), given=b'{"id": 1, "text": "x"}')
    assert result.exit_code == 2
    assert "touchpoints" in result.stderr


def test_training_without_sets_says_what_is_missing(tmp_path: Path) -> None:
    result = CliRunner().invoke(touchstone, ["train", str(tmp_path), "--out", str(tmp_path / "w.npz")])
    assert result.exit_code == 2
    assert "cannot be trained" in result.stderr
    assert not (tmp_path / "w.npz").exists()
