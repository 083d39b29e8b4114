"""What each report costs with many voices behind it: it should cost the same.

    python -m bench.reports --sizes 10000,100000,1000000,5000000 [--keep FOLDER]

For each size an installation of its own (SQLite) is filled with drawn rows (`bench/filling.py`): a ticket, an
invitation, an answer and a person for every five of them; 4 customers, 6 services, the built-in journey, two years.
Then a process of its own asks for each report twice as somebody who sees all, and as somebody who sees one customer;
the quicker time counts, in CPU seconds of the process, which holds the database too. One table at the end.
"""

import argparse
import asyncio
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bench.filling import CUSTOMERS, NOW, SERVICES, fill

Report = Callable[[Any, Any], Awaitable[Any]]
LIKENESS = 0.2  # of a person's journeys, as the frozen parameters would say


def reports() -> dict[str, Report]:
    from analysis.models import Dimension
    from analysis.queries.sums import stored
    from analysis.rules.periods import window_of
    from analysis.schemas.compared import How, Question
    from analysis.schemas.readings import Search
    from analysis.schemas.reports import Filters
    from analysis.service.comparison import comparison
    from analysis.service.driving import drivers_shown
    from analysis.service.experience import experience_report
    from analysis.service.flow import flow_by, flow_report
    from analysis.service.flow_experience import flow_breaks
    from analysis.service.green import green_report
    from analysis.service.overview import overview
    from analysis.service.rates import rate_report
    from analysis.service.streams import stream_shown
    from analysis.service.sureness import sureness
    from analysis.service.voices import voices
    from analysis.service.whole_matters import newest_matters
    from analysis.statistics.moments.sighting import sight
    from feedback.schemas import Desk

    async def look(session: Any, _of: Any) -> Any:
        return sight(await stored(session, LIKENESS), [], announcing=True)

    today = NOW.date()
    between = Question(How.SERVICES, Dimension.SATISFACTION, 5.0, SERVICES[0], SERVICES[1])
    year = Filters(window_of("12", "", "", today)[1], "12")
    return {
        "look for moments": look,
        "start page": lambda s, of: overview(s, of, year),
        "experience": lambda s, of: experience_report(s, of, year),
        "response rate": lambda s, of: rate_report(s, of, year),
        "flow": lambda s, of: flow_report(s, of, year),
        "flow by touchpoint": lambda s, of: flow_by(s, of, "touchpoint", year),
        "value stream": lambda s, of: stream_shown(s, of, year, None),
        "where waiting tells": lambda s, of: flow_breaks(s, of, today),
        "kept, still unhappy": lambda s, of: green_report(s, of, year, today),
        "how sure": lambda s, of: sureness(s, of, today),
        "drivers": lambda s, of: drivers_shown(s, of, today),
        "compare": lambda s, of: comparison(s, of, between, today),
        "voices": lambda s, of: voices(s, of, Search(), None),
        "whole matters": lambda s, of: newest_matters(s, Desk("bench", of, {})),
    }


async def measured(db: Any, scope: Any) -> dict[str, float]:
    found = {}
    for name, report in reports().items():
        times = []
        for _ in range(2):
            began = time.process_time()
            async with db.read() as session:
                await report(session, scope)
            times.append(time.process_time() - began)
        found[name] = min(times)
    return found


async def one_size(answers: int, folder: Path) -> dict[str, Any]:
    """Seconds of each report by who sees it; how long filling took, where there was nothing yet."""
    from core.clock import at
    from core.db import Database
    from core.settings import settings
    from web import schema

    file = folder / f"{answers}.db"
    url = f"sqlite+aiosqlite:///{file}"
    os.environ.update(TOUCHSTONE_DATA_DIR=str(folder), TOUCHSTONE_DATABASE_URL=url)
    settings.cache_clear()
    new, began = not file.exists(), time.process_time()
    await asyncio.to_thread(schema.migrate, url)
    db = Database(url)
    try:
        with at(NOW):
            if new:
                await fill(db, answers, file)
                return {"fill": time.process_time() - began}
            return {"all": await measured(db, None), "one": await measured(db, frozenset(CUSTOMERS[:1]))}
    finally:
        await db.close()


def in_a_process(answers: int, folder: Path, send: Any) -> None:
    """Alone, so that the memory is that of this size."""
    import web.models  # noqa: F401 - the whole schema

    found = asyncio.run(one_size(answers, folder))
    send.send(found | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024})


def alone(answers: int, folder: Path) -> dict[str, Any]:
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=in_a_process, args=(answers, folder, send))
    process.start()
    send.close()
    try:
        found: dict[str, Any] = receive.recv()
    finally:
        process.join()
    return found


def table(found: dict[int, dict[str, Any]]) -> None:
    """CPU seconds, who sees all / who sees one customer; at the end the largest size beside the smallest."""
    sizes = sorted(found)
    print("\n" + f"{'report':<22}" + "".join(f"{size:>16,}" for size in sizes) + f"{'ratio':>8}")
    for name in found[sizes[0]]["all"]:
        cells = [f"{found[size]['all'][name]:.2f} / {found[size]['one'][name]:.2f}" for size in sizes]
        ratio = found[sizes[-1]]["all"][name] / max(0.005, found[sizes[0]]["all"][name])
        print(f"{name:<22}" + "".join(f"{cell:>16}" for cell in cells) + f"{ratio:>8.1f}")
    print(f"{'peak memory, MB':<22}" + "".join(f"{found[size]['peak']:>16.0f}" for size in sizes), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")], default=[10_000, 100_000])
    parser.add_argument("--keep", type=Path, help="folder in which the databases stay, and are found again")
    given, found = parser.parse_args(), {}
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        for size in given.sizes:
            if not (folder / f"{size}.db").exists():
                print(f"{size:,} answers filled in {alone(size, folder)['fill']:.0f} CPU seconds", flush=True)
            found[size] = alone(size, folder)
            table(found)


if __name__ == "__main__":
    main()
