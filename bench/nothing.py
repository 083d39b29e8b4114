"""Answers that hang on nothing, through everything that reports findings: how often does anything speak?

    python -m bench.nothing --runs 200

Each run draws ratings at random, without any effect, and asks for drivers, a break by waiting, touchpoints whose
bad visits rose of a sudden in two years of weekly looks, and a difference of two equal groups at twenty looks.
Moments of truth on null worlds: `python -m bench.moments --null shuffled`. At most 5 % of runs should speak.
"""

import argparse
from collections.abc import Callable

import numpy as np

from analysis.statistics import Sums
from analysis.statistics.breaking import breaking
from analysis.statistics.comparing import Verdict, compare
from analysis.statistics.drivers import NO_DRIVER, Ratings, drivers
from analysis.statistics.moments.changes import sudden_changes

SHARES = (0.1, 0.1, 0.2, 0.3, 0.3)  # of the answers 1 to 5
HOURS = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 48.0, 72.0, 120.0, 168.0, 336.0)
TOUCHPOINTS, ROWS, WEEKS, LOOKS = 6, 400, 104, 20


def answers(random: np.random.Generator, *shape: int) -> np.ndarray:
    return random.choice(np.arange(1.0, 6.0), shape, p=SHARES)


def driven(random: np.random.Generator) -> bool:
    names = tuple(f"touchpoint {number}" for number in range(TOUCHPOINTS))
    report = drivers(Ratings(names, answers(random, ROWS, TOUCHPOINTS), answers(random, ROWS)))
    return not report.verdict.startswith(NO_DRIVER)


def broken(random: np.random.Generator) -> bool:
    return breaking([(edge, sums(answers(random, int(random.integers(10, 200))))) for edge in HOURS]) is not None


def risen(random: np.random.Generator) -> bool:
    answered = random.poisson(8, (20, WEEKS))
    return bool(sudden_changes(random.binomial(answered, 0.15), answered, 0.05))


def differs(random: np.random.Generator) -> bool:
    """At any of the looks: whoever finds it once will tell of it."""
    both = answers(random, 2, 100 * LOOKS)
    looks = [compare(sums(both[0, :n]), sums(both[1, :n])) for n in range(100, 100 * LOOKS + 1, 100)]
    return any(one.verdict in (Verdict.BETTER, Verdict.WORSE) for one in looks)


def sums(found: np.ndarray) -> Sums:
    scores = [int(25 * (score - 1)) for score in found]
    return Sums(len(scores), sum(scores), sum(score**2 for score in scores))


ASKED: dict[str, Callable[[np.random.Generator], bool]] = {
    "drivers": driven,
    "a break by waiting": broken,
    "a sudden change": risen,
    f"a difference, at {LOOKS} looks": differs,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    for name, asks in ASKED.items():
        spoke = sum(asks(np.random.default_rng(run)) for run in range(runs))
        print(f"{name:<32}{spoke:>5} of {runs} runs speak ({spoke / runs:.1%})", flush=True)


if __name__ == "__main__":
    main()
