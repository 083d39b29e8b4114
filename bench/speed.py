"""How fast comments are read, what is loaded for it, and how others compare; prints the figures of docs/model-card.md.

    python -m bench.speed [DATA_DIR] [--peers]

Whole readings on one core with 20 touchpoints. With DATA_DIR also real comments: FABSA of 20 to 30 words, car owners
of 35 to 45 characters. The median of the rounds counts. Before each round a yardstick is timed, always the same loop
of Python and NumPy: on a slower or busier machine both take longer, and what is read in its time changes little.
`--peers` times what the others do that are installed: one score a comment, no more.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

from analysis.classifier import artefact, corpora, read
from bench import text_domains
from bench.touchpoint_sets import CARS, FABSA

TOUCHPOINTS = [*FABSA, *CARS][:20]
EXAMPLES = {
    "English": "The colleague on the phone was kind and patient, but the approval of my request took three days "
    "and nobody told me why it was so slow.",
    "Chinese": "电话里的同事很有耐心,但是我的申请审批花了三天时间,没有人告诉我为什么这么慢,希望改进。",
}
ROUNDS, MANY = 11, 4_000

_START = (
    "import time, resource, sys; start = time.perf_counter(); from analysis.classifier import read;"
    "read(['It was slow, nobody answered', '很慢，没人回复'], []);"
    "print(round(1000 * (time.perf_counter() - start)), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
)


def seconds(work: Callable[[], object]) -> float:
    """Of processor time."""
    start = time.process_time()
    work()
    return time.process_time() - start


def yardstick() -> None:
    """Half of it words in a dictionary, half of it arrays, as reading is."""
    counts: dict[str, int] = {}
    for number in range(40_000):
        word = str(number % 1_000)
        counts[word] = counts.get(word, 0) + len(word)
    numbers = np.arange(400_000, dtype=np.uint64)
    for _ in range(4):
        numbers = np.cumsum(numbers * np.uint64(31))


@dataclass(frozen=True)
class Pace:
    """Comments a second of processor time, round by round, and comments in the time of the yardstick beside it."""

    rates: list[float]
    in_yardsticks: list[float]

    @classmethod
    def of(cls, work: Callable[[], object], comments: int) -> "Pace":
        rounds = [(seconds(yardstick), seconds(work)) for _ in range(ROUNDS)]
        return cls([comments / took for _, took in rounds], [comments * yard / took for yard, took in rounds])

    def __str__(self) -> str:
        rates = f"{median(self.rates):,.0f} | {min(self.rates):,.0f} to {max(self.rates):,.0f}"
        return f"{rates} | {median(self.in_yardsticks):,.0f}"


def sets(data: Path | None) -> Iterator[tuple[str, list[str]]]:
    for language, text in EXAMPLES.items():
        yield f"{language}, one comment {MANY:,} times", [f"{text} {i}" for i in range(MANY)]
    if data:
        yield "FABSA, 20 to 30 words", _texts(data, "en_fabsa", lambda text: 20 <= len(text.split()) <= 30)
        yield "car owners, 35 to 45 characters", _texts(data, "zh_bdci_car", lambda text: 35 <= len(text) <= 45)


def _texts(data: Path, name: str, fits: Callable[[str], bool]) -> list[str]:
    lines = corpora.lines(data, corpora.Source(name, "", "", neutral=True))
    return [line["text"] for line in lines if fits(line["text"])][:MANY]


def loads() -> None:
    path = Path(artefact.__file__).with_name(artefact.FILE)
    loading = 1000 * median(seconds(partial(artefact.load, path)) for _ in range(ROUNDS))
    print(f"weights: {path.stat().st_size / 1e6:.2f} MB, loaded in {loading:.0f} ms")
    done = subprocess.run([sys.executable, "-c", _START], capture_output=True, text=True, check=True, env=os.environ)
    milliseconds, megabytes = done.stdout.split()
    print(f"a process that reads its first comments: {milliseconds} ms from import to reading, {megabytes} MB")


def report(data: Path | None, *, peers: bool) -> None:
    """What is loaded, how fast whole readings are, and beside them the others' scores of sentiment alone."""
    loads()
    print(
        "\n| comments | number | read a second | in each round | in the time of the yardstick |\n|---|---|---|---|---|"
    )
    for name, texts in sets(data):
        read(texts[:600], TOUCHPOINTS)
        print(f"| {name} | {len(texts):,} | {Pace.of(partial(read, texts, TOUCHPOINTS), len(texts))} |", flush=True)
    print(f"\nmemory at the end: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    if peers:
        text_domains.speeds([("en", EXAMPLES["English"]), ("zh", EXAMPLES["Chinese"])])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--peers", action="store_true")
    chosen = parser.parse_args()
    report(chosen.data, peers=chosen.peers)


if __name__ == "__main__":
    main()
