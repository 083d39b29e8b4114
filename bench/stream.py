"""Sends a long stream through `touchstone read`: is its memory flat, its order kept, each bad line answered?

    python -m bench.stream [--gigabytes 10]

Short comments in both languages, among each two hundred lines four of 400 kilobytes and one that is no JSON. Ten
gigabytes take some ten minutes of two cores.
"""

import argparse
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_ENGLISH = "the colleague was kind but the approval took three days and nobody told me why it was so slow great help"
_CHINESE = "电话里的同事很有耐心但是申请审批花了三天时间没有人告诉我为什么这么慢希望改进"
_BLOCK, _BAD, _LONG = 200, 7, 4
_LONG_TEXT = 400_000
_SAMPLES = 20


def block(first: int, chance: random.Random, long_text: str) -> Iterator[str]:
    """Two hundred lines, numbered from `first`; one of them is broken."""
    words = _ENGLISH.split()
    for place in range(_BLOCK):
        if place == _BAD:
            yield '{"id": broken'
        else:
            english = " ".join(chance.choices(words, k=25))
            said = english if place % 2 else "".join(chance.choices(_CHINESE, k=40))
            whole = said + long_text if place >= _BLOCK - _LONG else said
            yield json.dumps({"id": first + place, "text": whole}, ensure_ascii=False)


def feed(into: IO[bytes], size: int, sent: list[int]) -> None:
    """Writes blocks until so many bytes are out; `sent` counts bytes and lines."""
    chance, long_text = random.Random(7), " ".join(_ENGLISH for _ in range(_LONG_TEXT // len(_ENGLISH)))
    while sent[0] < size:
        written = ("\n".join(block(sent[1], chance, long_text)) + "\n").encode()
        into.write(written)
        sent[0], sent[1] = sent[0] + len(written), sent[1] + _BLOCK
    into.close()


def resident(pid: int) -> float:
    """Megabytes that a process holds now."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=10.0)
    size = int(parser.parse_args().gigabytes * 1e9)
    reader = subprocess.Popen(
        [str(Path(sys.executable).with_name("touchstone")), "read"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    if reader.stdin is None or reader.stdout is None:
        raise RuntimeError("no pipe to the reader")
    sent, start = [0, 0], time.perf_counter()
    threading.Thread(target=feed, args=(reader.stdin, size, sent), daemon=True).start()
    print("| gigabytes sent | answers | seconds | memory of the reader, MB |\n|---|---|---|---|")
    answers, errors, shown = 0, 0, 0
    for line in reader.stdout:
        answer = json.loads(line)
        bad = answers % _BLOCK == _BAD
        if bad != ("error" in answer) or (not bad and answer["id"] != answers):
            raise SystemExit(f"answer {answers} is not that of its line: {line[:200]!r}")
        answers, errors = answers + 1, errors + bad
        if sent[0] * _SAMPLES // size > shown:
            shown = sent[0] * _SAMPLES // size
            held = resident(reader.pid)
            print(f"| {sent[0] / 1e9:.2f} | {answers:,} | {time.perf_counter() - start:.0f} | {held:.0f} |", flush=True)
    if reader.wait() or answers != sent[1]:
        raise SystemExit(f"{answers:,} answers to {sent[1]:,} lines")
    print(f"\n{answers:,} lines, each answered in its place, {errors:,} of them as bad lines")


if __name__ == "__main__":
    main()
