"""How the cost of looking for moments of truth grows with the number of answers: it should not.

    python -m bench.scale --sizes 10000,100000,1000000

People who visit 20 touchpoints are drawn and counted as the job counts them, in batches of 500 people; then one look
is taken at the sums. CPU seconds; `look` (the middle one of five) is what a report waits for, `count` what the job does
for each answer.
"""

import argparse
import resource
import time
from collections.abc import Iterator
from random import Random

import numpy as np

from analysis.schemas.lived import Visit
from analysis.statistics.moments.frozen import Frozen
from analysis.statistics.moments.sighting import Sighted, sight
from analysis.statistics.moments.stored import Stored
from analysis.statistics.moments.tallies import Tally, tally

BATCH, VISITS, FIRST, DAYS = 500, 5, 20_000.0, 720.0
LOOKS = 5
PLACES = [f"touchpoint-{number:02}" for number in range(20)]


def people(random: Random, answers: int) -> Iterator[list[tuple[int, list[Visit]]]]:
    left = answers
    while left > 0:
        yield [(random.getrandbits(62), life(random)) for _ in range(min(BATCH, -(-left // VISITS)))]
        left -= BATCH * VISITS


def life(random: Random) -> list[Visit]:
    """One journey; a bad visit to the first touchpoint drags down what is said after it."""
    begin, mood, found = FIRST + random.uniform(0, DAYS), random.gauss(0, 0.4), []
    shared = {"customer": f"customer-{random.randrange(8)}", "service": f"service-{random.randrange(6)}"}
    for number, place in enumerate(random.sample(PLACES, VISITS)):
        bad = place == PLACES[0] and random.random() < 0.3
        score = min(5.0, max(1.0, round((1.5 if bad else 3.9) + mood + random.gauss(0, 0.7))))
        mood -= 0.8 * bad
        found.append(Visit(begin + number, f"{random.getrandbits(64):x}", 0, place, score, **shared))
    whole = min(5.0, max(1.0, round(3.9 + mood)))
    return [*found, Visit(begin + VISITS, f"{random.getrandbits(64):x}", 0, "", whole, **shared)]


def counted(answers: int) -> tuple[Tally, float]:
    """The sums, and the CPU seconds that counting took without the drawing."""
    random, whole, spent = Random(1), Tally(), 0.0
    for batch in people(random, answers):
        began = time.process_time()
        whole.add(tally(batch, Frozen()))
        spent += time.process_time() - began
    return whole, spent


def stored(of: Tally) -> Stored:
    journeys, ended, answers, persons = (int(n) for n in np.sum(list(of.totals.values()), axis=0))
    keys = list(of.cells)
    return Stored(
        keys=keys,
        sums=np.array([of.cells[key][1] for key in keys]),
        people=np.array([of.cells[key][0] for key in keys]),
        weeks=[(key, int(counts[0]), int(counts[1])) for key, counts in of.weeks.items()],
        journeys=journeys,
        ended=ended,
        answers=answers,
        persons=persons,
        likeness=0.2,
    )


def looked(sums: Stored) -> tuple[Sighted, float]:
    spent = []
    for _ in range(LOOKS):
        began = time.process_time()
        seen = sight(sums, [], announcing=True)
        spent.append(time.process_time() - began)
    return seen, sorted(spent)[LOOKS // 2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")], default=[10_000, 100_000])
    print(f"{'answers':>10}{'cells':>8}{'look s':>9}{'count ms/1000':>15}{'peak MB':>9}  found")
    for size in parser.parse_args().sizes:
        whole, spent = counted(size)
        sums = stored(whole)
        seen, took = looked(sums)
        found = [one.finding.touchpoint for one in seen.seen if one.finding.kind == "negative_moment_of_truth"]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        row = f"{size:>10,}{len(sums.keys):>8,}{took:>9.2f}{1e6 * spent / size:>15.1f}{peak:>9.0f}"
        print(f"{row}  {', '.join(found) or '-'}", flush=True)


if __name__ == "__main__":
    main()
