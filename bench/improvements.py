"""Did it help? On journeys with improvements planted in them, and with traps in which nothing helped.

    python -m bench.improvements --worlds 20 --looks 6
    python -m bench.improvements --tools FOLDER_OF_SIM --family B --salt measure --worlds 20

Every month after the change is looked at, as managers do; what is said to have helped at any look counts. Without
`--tools` (a folder with a simulator `sim.py`) the worlds come from the generator in this file, in which touchpoints
move by themselves from month to month, some of it lasting.

    null         a touchpoint drawn by lot, nothing done
    fallen       the touchpoint that fell most below its own past, nothing done: it comes back by itself
    lowest       the touchpoint with the lowest mean of the last three months, nothing done
    planted      a touchpoint drawn by lot, improved by so many points
    fallen+      the touchpoint that fell most, and then improved
"""

import argparse
import importlib
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.schemas.figures import Window
from analysis.statistics import Sums
from analysis.statistics.wandering import Usual, learned
from value.rules.measuring import after_of, verdict_of, windows_of
from value.schemas.measuring import Frozen, Later, Method, Verdict, VerdictKind

PICKED = 3  # months that make a place look bad
MARGIN = 5.0
FEWEST = 5  # answers in a month below which the gate shows none
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """Counts of scores 0..4 by touchpoint and month."""

    counts: Ints

    def sums(self, place: int, window: Window | None, planted: "Planted | None" = None) -> Sums:
        if window is None:
            return Sums()
        counts = self.counts if planted is None else planted.counts
        shown = counts[place, max(0, window.first) : max(0, window.last + 1)]
        shown = shown[shown.sum(axis=1) >= FEWEST].sum(axis=0)
        steps = np.arange(5) * 25
        return Sums(int(shown.sum()), int(shown @ steps), int(shown @ steps**2))


@dataclass(frozen=True)
class Planted:
    counts: Ints
    truth: float


@dataclass
class Tally:
    verdicts: Counter[VerdictKind] = field(default_factory=Counter)
    ever: Counter[VerdictKind] = field(default_factory=Counter)
    covered: list[bool] = field(default_factory=list)
    width: list[float] = field(default_factory=list)
    n: list[int] = field(default_factory=list)

    def add(self, looks: list[Verdict], truth: float) -> None:
        last = looks[-1]
        self.verdicts[last.kind] += 1
        self.ever.update({look.kind for look in looks})
        if last.low is not None and last.high is not None:
            self.covered.append(all(look.low <= truth <= look.high for look in looks if look.low is not None))  # type: ignore[operator]
            self.width.append((last.high - last.low) / 2)
            self.n.append(last.n)

    def told(self) -> str:
        cases = sum(self.verdicts.values())
        shares = "  ".join(f"{kind.value} {self.verdicts[kind] / cases:.2f}" for kind in VerdictKind)
        helped, worse = (self.ever[kind] / cases for kind in (VerdictKind.HELPED, VerdictKind.WORSE))
        ever = f"helped at any look {helped:.3f}, worse {worse:.3f}"
        covered = f"all intervals cover {np.mean(self.covered):.3f}" if self.covered else ""
        width = f"half width {np.median(self.width):.1f}, n {np.median(self.n):.0f}" if self.width else ""
        return f"{cases:5d} cases  {ever}  {covered}  {width}\n{'':14}{shares}"


def simulated(sim: Any, options: argparse.Namespace, seed: int) -> World:
    kept = {"target_responses": options.answers, "months": options.months}
    config = sim.family_b(options.salt, seed, **kept) if options.family == "B" else sim.Cfg(seed=seed, **kept)
    columns, meta, _truth = sim.simulate(config)
    rated = np.isfinite(columns["satisfaction"]) & (columns["tp"] < meta["K"])
    place, month = columns["tp"][rated].astype(int), (columns["t"][rated] / 30.4).astype(int)
    counts = np.zeros((meta["K"], options.months, 5), dtype=np.int64)
    score = columns["satisfaction"][rated].astype(int) - 1
    np.add.at(counts, (place, np.minimum(month, options.months - 1), score), 1)
    return World(counts)


def generated(options: argparse.Namespace, seed: int) -> World:
    """Touchpoints of any size; a season that all share; lasting wanderings and passing ones of their own."""
    random = np.random.default_rng(seed)
    places, months = int(random.integers(8, 40)), options.months
    size = random.zipf(1.6, places).clip(1, 40).astype(float)
    size *= options.answers / size.sum() / months
    lasting, passing = random.uniform(0, 0.12), random.uniform(0, 0.25)
    wander = np.cumsum(random.normal(0, lasting, (places, months)), axis=1)
    season = 0.3 * np.sin(2 * np.pi * (np.arange(months) + random.uniform(0, 12)) / 12)
    level = random.normal(0.6, 0.5, (places, 1)) + wander + random.normal(0, passing, (places, months)) + season
    counts = np.zeros((places, months, 5), dtype=np.int64)
    for k in range(places):
        for m in range(months):
            felt = level[k, m] + random.normal(0, 1.0, random.poisson(size[k]))
            counts[k, m] = np.bincount((felt[:, None] > [-1.6, -0.8, 0.0, 1.0]).sum(axis=1), minlength=5)
    return World(counts)


def plant(world: World, place: int, done: int, points: float, random: np.random.Generator) -> Planted:
    """Some of the poor answers after the change become what the others there say; the truth is what that adds."""
    counts = world.counts.copy()
    after = counts[place, done + 1 :]
    mean = after.sum(axis=0) @ (np.arange(5) * 25) / max(1, after.sum())
    room = 100 - mean
    share = min(1.0, points / room) if room > 0 else 0.0
    for row in after:
        moved = random.binomial(row[:4], share)
        row[:4] -= moved
        row[4] += moved.sum()
    return Planted(counts, share * room)


def judged(world: World, place: int, done: int, options: argparse.Namespace, planted: Planted | None) -> list[Verdict]:
    windows = windows_of(done, done - 1)
    places = [k for k in range(len(world.counts)) if k != place]

    def months_of(window: Window, k: int) -> tuple[tuple[int, Sums], ...]:
        every = [(m, world.sums(k, Window(m, m), planted)) for m in range(max(0, window.first), window.last + 1)]
        return tuple((m, sums) for m, sums in every if sums.n)

    def both(k: int) -> tuple[Sums, Sums]:
        return world.sums(k, windows.before), world.sums(k, windows.past)

    first = windows.past.first if windows.past else windows.before.first
    past = Window(first, done - 1)
    usual = (
        learned([months_of(past, k) for k in places])
        if options.method is Method.SERIES and not options.alone
        else Usual()
    )
    frozen = Frozen(windows, both(place), {str(k): both(k) for k in places}, months_of(past, place), usual)
    planned = round(frozen.touched[0].n / 6 * options.looks)
    looks = []
    for look in range(1, options.looks + 1):
        after = after_of(done, done + look, options.looks)
        assert after
        untouched = {str(k): world.sums(k, after) for k in places}
        later = Later(world.sums(place, after, planted), untouched, months_of(after, place))
        judging = look == options.looks
        looks.append(verdict_of(frozen, later, options.method, MARGIN, judging=judging, planned=planned))
    return looks


def fallen(world: World, done: int, way: str) -> int:
    """The place that looks worst at the end of the month before."""

    def mean(k: int, first: int, last: int) -> float:
        sums = world.sums(k, Window(first, last))
        return sums.total / sums.n if sums.n >= 2 * FEWEST else np.nan

    now = np.array([mean(k, done - PICKED, done - 1) for k in range(len(world.counts))])
    past = np.array([mean(k, done - 12, done - PICKED - 1) for k in range(len(world.counts))])
    return int(np.nanargmin(now - past if way == "fallen" else now))


def cases(world: World, done: int, options: argparse.Namespace, random: np.random.Generator) -> Any:
    """Name, place, points planted."""
    window = Window(done - 6, done - 1)
    asked = [k for k in range(len(world.counts)) if world.sums(k, window).n >= options.fewest]
    for _ in range(options.places):
        yield "null", int(random.choice(asked)), 0.0
        yield "planted 5", int(random.choice(asked)), 5.0
        yield "planted 10", int(random.choice(asked)), 10.0
        yield "planted 15", int(random.choice(asked)), 15.0
    yield "fallen", fallen(world, done, "fallen"), 0.0
    yield "lowest", fallen(world, done, "lowest"), 0.0
    yield "fallen+ 10", fallen(world, done, "fallen"), 10.0


def run(options: argparse.Namespace) -> dict[str, Tally]:
    sim = importlib.import_module("sim") if options.tools else None
    tallies: dict[str, Tally] = defaultdict(Tally)
    for seed in range(options.first, options.first + options.worlds):
        random = np.random.default_rng(seed)
        world = simulated(sim, options, seed) if sim else generated(options, seed)
        for done in range(14, options.months - options.looks - 1, 3):
            for name, place, points in cases(world, done, options, random):
                planted = plant(world, place, done, points, random) if points else None
                tallies[name].add(judged(world, place, done, options, planted), planted.truth if planted else 0.0)
    return tallies


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tools", help="a folder with sim.py")
    parser.add_argument("--family", default="A")
    parser.add_argument("--salt", default="")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--worlds", type=int, default=20)
    parser.add_argument("--answers", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=30)
    parser.add_argument("--looks", type=int, default=6)
    parser.add_argument("--places", type=int, default=3)
    parser.add_argument("--fewest", type=int, default=30, help="answers before the change")
    parser.add_argument("--method", type=Method, default=Method.TOUCHPOINTS)
    parser.add_argument("--alone", action="store_true", help="no other place was ever heard of")
    options = parser.parse_args()
    if options.tools:
        sys.path.insert(0, str(Path(options.tools)))
    for name, tally in sorted(run(options).items()):
        print(f"{name:12}  {tally.told()}")


if __name__ == "__main__":
    main()
