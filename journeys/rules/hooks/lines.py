"""In which line of a mapping's text stands what is wrong with it."""

import re
from itertools import chain

AT_LINE = re.compile(r"\(at line (\d+)")


def line_of(text: str, field: str, message: str) -> int | None:
    """From 1; None where no line can be named. `field` is a path such as `event.at`, or `block: event.at`."""
    if found := AT_LINE.search(message):
        return int(found[1])
    block, _colon, path = field.rpartition(": ")
    lines = text.split("\n")
    begin, end = _block(lines, block or _of_list(path, lines))
    for name in reversed([part for part in re.split(r"\.|\[\d+\]", path) if part]):
        for number in chain(range(begin, end), range(begin)):  # what all blocks have in common stands before them
            if _names(lines[number], name):
                return number + 1
    return begin + 1 if block else None


def _of_list(path: str, lines: list[str]) -> str:
    """`events[2]....`: the name of the third block."""
    found = re.match(r"events\[(\d+)\]", path)
    starts = [number for number, line in enumerate(lines) if line.strip().startswith("[[events]]")]
    if not found or int(found[1]) >= len(starts):
        return ""
    named = (re.match(r'\s*name\s*=\s*"([^"]*)"', line) for line in lines[starts[int(found[1])] :])
    return next((name[1] for name in named if name), "")


def _block(lines: list[str], name: str) -> tuple[int, int]:
    """From where to where the block of this name goes; all lines where there is none."""
    starts = [number for number, line in enumerate(lines) if line.strip().startswith("[[events]]")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        if name and any(re.match(rf'\s*name\s*=\s*"{re.escape(name)}"', line) for line in lines[start:end]):
            return start, end
    return 0, len(lines)


def _names(line: str, name: str) -> bool:
    """A key, a table's heading, or a key within a table in one line."""
    word = re.escape(name)
    return bool(re.search(rf'(^\s*|[{{,]\s*)"?{word}"?\s*=', line) or re.match(rf"\s*\[+[\w.]*\b{word}\]+", line))
