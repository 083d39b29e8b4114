"""`touchstone read`: lines in, lines out, in the same order, whatever the lines are."""

import codecs
import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from core.settings import ROOT
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
    assert [answer.get("id") for answer in read] == [None, None, 1, 2, None, None, "last"]


def test_a_file_from_a_program_that_marks_its_byte_order_is_read() -> None:
    line = codecs.BOM_UTF8 + b'{"id": "first", "text": "fine"}'
    first, second = answers(run(given=line + b"\r\n" + line))
    assert first["id"] == "first"
    assert second["line"] == 2, "in the middle of a file it is a fault"


def _streamed(lines: Iterable[bytes], *, taken: int | None = None) -> tuple[int, list[bytes], int]:
    """Exit code, lines and peak memory in MB of a process that is fed and read like any program in a pipe."""
    code = (
        "import runpy, sys; sys.argv = ['touchstone', 'read']\n"
        "try: runpy.run_module('web.cli', run_name='__main__')\n"
        "finally: sys.stderr.write('MB ' + open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.writelines(lines)
        given.seek(0)
        run = subprocess.Popen([sys.executable, "-c", code], stdin=given, stdout=subprocess.PIPE, stderr=said, cwd=ROOT)
        assert run.stdout
        found = list(itertools.islice(run.stdout, taken))
        run.stdout.close()
        exit_code = run.wait(timeout=120)
        said.seek(0)
        told = said.read().decode()
    assert "Traceback" not in told
    # Not what getrusage says: there a process inherits the peak of the one that started it.
    return exit_code, found, int(told.rpartition("MB ")[2]) // 1024


def test_memory_stays_flat_however_much_is_read() -> None:
    line = json.dumps({"id": 1, "text": "The agent was kind but the approval was slow"}).encode() + b"\n"
    _, few, little = _streamed([line] * 2_000)
    _, many, much = _streamed([line] * 8_000)
    assert (len(few), len(many)) == (2_000, 8_000)
    assert much < little + 15


def test_an_endless_line_is_not_kept() -> None:
    exit_code, (answer,), memory = _streamed([b"a" * 1_000_000] * 150)
    assert exit_code == 0
    assert "longer than" in json.loads(answer)["error"]
    assert memory < 200


def test_who_stops_listening_ends_it_quietly() -> None:
    line = json.dumps({"id": 1, "text": "很慢"}).encode() + b"\n"
    exit_code, found, _ = _streamed([line] * 20_000, taken=5)
    assert len(found) == 5
    assert exit_code == 1


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
