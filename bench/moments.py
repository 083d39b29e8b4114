"""Moments of truth on simulated journeys with known moments, beside what is in use today.

    python -m bench.moments --family A --sizes 20000,50000 --seeds 5000-5010
    python -m bench.moments --family B --salt measure --sizes 20000 --seeds 1-20 --looks

Needs a simulator `sim.py` and its `score.py` in one folder (--tools). FDR: share of decided findings that are false,
mean over seeds. Null worlds hold no moment at all, or ratings shuffled over visits.
"""

import argparse
import importlib
import math
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from analysis.statistics.moments import DIMENSIONS, Experiences, Method, composite
from analysis.statistics.moments.counting import Counted, count
from analysis.statistics.moments.finding import day_name
from analysis.statistics.moments.lives import month_end, past_looks, past_weeks, told_changes
from analysis.statistics.moments.looks import look
from analysis.statistics.moments.naming import Scene, carried, harmless, negative
from analysis.statistics.moments.weeks import weeks_of
from bench.rises import DELAY_NEEDS, MISSED, Rises, began_on
from bench.rivals import RIVALS, Found

FIRST_DAY = 19_723  # 2024-01-01
OURS = "moments of truth"
PLURALS = {name: f"{name}s" for name in DIMENSIONS}
SOON = 60.0  # days


@dataclass
class Tally:
    fdr: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    alarms: list[bool] = field(default_factory=list)
    covered: list[bool] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    wrong: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, score: Any, truth: dict[str, Any], found: Found, seconds: float) -> None:
        result = score.score(truth, found)
        self.fdr.append(result["fp"] / max(1, result["tp"] + result["fp"]))
        self.alarms.append(bool(found))
        self.seconds.append(seconds)
        if result["positives"]:
            self.recall.append(result["recall"])
        for kind, n in result["fp_types"].items():
            self.wrong[kind] += n
        self.covered += list(_covered(score, truth, found))


def _covered(score: Any, truth: dict[str, Any], found: Found) -> Iterator[bool]:
    units = {score.key(unit): unit for unit in truth["units"]}
    for finding in found:
        unit = units.get(score.key(finding))
        if "ci95" in finding and unit and unit["label"] == "positive":
            low, high = finding["ci95"]
            yield low <= unit["loss_per_100_visits"] <= high


def experiences_of(columns: dict[str, Any], meta: dict[str, Any]) -> Experiences:
    touchpoint = columns["tp"].astype(np.int64)
    visits = composite(columns["functional"], columns["emotional"], columns["satisfaction"])
    return Experiences(
        names=tuple(map(str, meta["names"][: meta["K"]])),
        values={name: tuple(map(str, meta[PLURALS[name]])) for name in DIMENSIONS},
        time=columns["t"] + FIRST_DAY,
        tie=np.arange(len(touchpoint)),
        journey=columns["journey"].astype(np.int64),
        person=columns["person"].astype(np.int64),
        touchpoint=touchpoint,
        score=np.where(touchpoint == meta["K"], columns["overall"], visits),
        repaired=columns["recovery"].astype(np.bool_),
        segments={name: columns[name].astype(np.int64) for name in DIMENSIONS},
    )


def world(sim: Any, options: argparse.Namespace, seed: int, size: int) -> tuple[Experiences, dict[str, Any]]:
    kept = {"target_responses": size, "months": options.months}
    config = sim.family_b(options.salt, seed, **kept) if options.family == "B" else sim.Cfg(seed=seed, **kept)
    if options.null == "unmoved":
        config.counts.update(dict.fromkeys(("neg", "polar", "segment", "sudden", "downstream"), 0))
    columns, meta, truth = sim.simulate(config)
    if options.null == "shuffled":
        _shuffle(columns, columns["tp"] == meta["K"], np.random.default_rng(seed))
        for unit in truth["units"]:
            unit["label"] = "null"
    return experiences_of(columns, meta), truth


def _shuffle(columns: dict[str, Any], is_end: Any, random: np.random.Generator) -> None:
    for name in ("functional", "emotional", "satisfaction", "overall"):
        rows = np.flatnonzero(is_end if name == "overall" else ~is_end)
        columns[name][rows] = columns[name][random.permutation(rows)]


def ours(experiences: Experiences, method: Method) -> tuple[Found, Counted, Scene]:
    counted = count(experiences, method)
    layout = counted.parameters.layout
    seen = look(counted.cells(), layout.months, counted.people, method, weeks_of(counted.timeline))
    rows = counted.timeline.rows
    scene = Scene(seen, layout, rows.names, rows.values, counted.people.journeys, method, counted.ways(method))
    return [asdict(finding) for finding in negative(scene).values()], counted, scene


@dataclass
class Explained:
    """What is said to be carried over, or low and harmless: what it is in truth, and how many there are to be named."""

    carried: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    harmless: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    there: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, truth: dict[str, Any], scene: Scene) -> None:
        kinds = {
            unit["touchpoint"]: unit["type"] if unit["label"] != "positive" else f"{unit['type']}, which costs"
            for unit in truth["units"]
            if not unit["segment"]
        }
        brought = carried(scene)
        besides = {unit[0] for unit in (*negative(scene), *brought)}
        for found, into in ((brought, self.carried), (harmless(scene, besides), self.harmless)):
            for one in found.values():
                into[kinds[one.touchpoint]] += 1
        for kind in kinds.values():
            self.there[kind] += 1

    def told(self) -> str:
        named = (", ".join(f"{kind} {n}" for kind, n in sorted(of.items())) for of in (self.carried, self.harmless))
        there = f"of {self.there['downstream']} downstream and {self.there['decoy_low']} disliked"
        return "said to be carried over: {}; low and harmless: {}; {}".format(*named, there)


@dataclass
class Peeking:
    """Looking at every month's end, and every week at changes: when a sudden moment is found, and what all looks
    together get wrong."""

    delays: list[int] = field(default_factory=list)
    soon: list[int] = field(default_factory=list)  # of those with so many answers within SOON
    heard: list[int] = field(default_factory=list)  # until it is told that bad visits became more, or that they cost
    missed: int = 0
    union: Tally = field(default_factory=Tally)
    monthly: Tally = field(default_factory=Tally)
    weekly: Tally = field(default_factory=Tally)

    def add(self, score: Any, truth: dict[str, Any], counted: Counted, scene: Scene) -> None:
        monthly = {
            unit: (float(month_end(scene.layout.first_month + month)), finding)
            for month, seen in reversed(list(past_looks(counted, scene.method)))
            for unit, finding in negative(replace(scene, seen=seen)).items()
        }
        weekly = {
            unit: (day, finding)
            for day, seen in reversed(list(past_weeks(counted, scene.method)))
            for unit, finding in negative(replace(scene, seen=seen)).items()
        }
        first = monthly | {
            unit: (min(day, monthly.get(unit, (day,))[0]), finding) for unit, (day, finding) in weekly.items()
        }
        found = [
            {"kind": one.kind, "touchpoint": one.touchpoint, "segment": one.segment, "first_detected": day_name(day)}
            for day, one in first.values()
        ]
        self.union.add(score, truth, found, 0.0)
        self.monthly.add(score, truth, [asdict(finding) for _, finding in monthly.values()], 0.0)
        self.weekly.add(score, truth, [asdict(finding) for _, finding in weekly.values()], 0.0)
        changes = told_changes(weeks_of(counted.timeline), scene.method)
        self._delay(score, truth, found, {(scene.names[unit[0]], ()): day for unit, day in changes.items()})

    def _delay(self, score: Any, truth: dict[str, Any], found: Found, changed: dict[Any, float]) -> None:
        detected = {score.key(finding): finding["first_detected"] for finding in found}
        for unit in truth["units"]:
            if unit["label"] == "positive" and unit.get("since") and unit["answers_after"] >= DELAY_NEEDS:
                day = detected.get(score.key(unit))
                late = (date.fromisoformat(day) - date.fromisoformat(unit["since"])).days if day else MISSED
                if unit["answers_soon"] >= DELAY_NEEDS and late > 0:
                    self.soon.append(late)
                change = changed.get(score.key(unit), math.inf) - began_on(unit)
                if late > 0:
                    self.heard.append(round(min(late, change)) if change > 0 else late)
                if day and late > 0:
                    self.delays.append(late)
                elif not day:
                    self.missed += 1

    def told(self) -> str:
        delay = f"{np.median(self.delays + [MISSED] * self.missed):.0f}" if self.delays else "-"
        found = f"{len(self.delays)} of {len(self.delays) + self.missed}"
        union = float(np.mean(self.union.fdr))
        spoke = (float(np.mean(of.alarms)) for of in (self.union, self.monthly, self.weekly))
        alarms = "{:.2f} of runs (monthly {:.2f}, weekly {:.2f})".format(*spoke)
        soon = f"{np.median(self.soon):.0f} of {len(self.soon)}" if self.soon else "-"
        wrong = ", ".join(f"{kind} {n}" for kind, n in self.weekly.wrong.items()) or "nothing"
        error = f"FDR of all looks {union:.3f}; they speak in {alarms}; weekly wrong: {wrong}"
        heard = f"{np.median(self.heard):.0f}" if self.heard else "-"
        late = f"median delay {delay} days, with 300 answers in the first 60 {soon}, told of in either way {heard}"
        return f"sudden found {found}, {late}; {error}"


def answers_after(experiences: Experiences, truth: dict[str, Any]) -> None:
    for unit in truth["units"]:
        if unit.get("since"):
            day = began_on(unit)
            here = experiences.touchpoint == experiences.names.index(unit["touchpoint"])
            since = here & experiences.answered & (experiences.time >= day)
            unit["answers_after"] = int(since.sum())
            unit["answers_soon"] = int((since & (experiences.time < day + SOON)).sum())


def measure(options: argparse.Namespace, sim: Any, score: Any, size: int) -> None:
    tallies: dict[str, Tally] = defaultdict(Tally)
    peeking, explained, rises, method = Peeking(), Explained(), Rises(), Method()
    for seed in options.seeds:
        experiences, truth = world(sim, options, seed, size)
        for name, rival in RIVALS.items():
            began = time.perf_counter()
            tallies[name].add(score, truth, rival(experiences), time.perf_counter() - began)
        began = time.perf_counter()
        found, counted, scene = ours(experiences, method)
        tallies[OURS].add(score, truth, found, time.perf_counter() - began)
        explained.add(truth, scene)
        answers_after(experiences, truth)
        rises.add(truth, counted, method)
        if options.looks:
            peeking.add(score, truth, counted, scene)
    _print(options, size, tallies)
    print(explained.told(), flush=True)
    print(f"every week: {rises.told()}", flush=True)
    if options.looks:
        print(f"looks every month: {peeking.told()}", flush=True)


def _print(options: argparse.Namespace, size: int, tallies: dict[str, Tally]) -> None:
    null = f", null worlds ({options.null})" if options.null else ""
    print(f"\nfamily {options.family}, {size:,} answers, {len(options.seeds)} seeds{null}")
    print(f"{'method':<28}{'FDR':>7}{'recall':>8}{'cover':>7}{'alarms':>8}{'s':>7}  wrong")
    for name, tally in tallies.items():
        recall = f"{np.mean(tally.recall):.3f}" if tally.recall else "-"
        cover = f"{np.mean(tally.covered):.2f}" if tally.covered else "-"
        wrong = ", ".join(f"{kind} {n}" for kind, n in sorted(tally.wrong.items(), key=lambda pair: -pair[1])[:4])
        figures = f"{np.mean(tally.fdr):>7.3f}{recall:>8}{cover:>7}{np.mean(tally.alarms):>8.2f}"
        print(f"{name:<28}{figures}{np.mean(tally.seconds):>7.2f}  {wrong}", flush=True)


def seeds(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, default=Path(__file__).parents[2] / "shared" / "tools")
    parser.add_argument("--family", choices=["A", "B"], default="A")
    parser.add_argument("--salt", default="measure", help="of family B")
    parser.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")], default=[20_000])
    parser.add_argument("--seeds", type=seeds, default=seeds("5001-5010"))
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--null", choices=["unmoved", "shuffled"])
    parser.add_argument(
        "--looks", action="store_true", help="look at the end of every month too, and every week at changes"
    )
    options = parser.parse_args()
    if not (options.tools / "sim.py").exists():
        parser.error(f"there is no sim.py in {options.tools}")
    sys.path.insert(0, str(options.tools))
    for size in options.sizes:
        measure(options, importlib.import_module("sim"), importlib.import_module("score"), size)


if __name__ == "__main__":
    main()
