"""Every exit of the real application before random organisations: nobody can be worked out from what leaves it.

    python -m bench.exits [N] [--from SEED] [--twice M]

N (200) random organisations (`bench.organisations`) live bit by bit, each in an installation of its own (SQLite, the
whole application). At three days of its life everybody looks: who sees all, managers of several customers and of one.

1. Every number of JSON, CSV and XLSX is taken, with filters or without, and has to be what whole published sums make:
   so it is known of which answers it is made. As rows of 0 and 1 all of them, of everybody and all days together, go
   into the exact integer rank test (`bench.spans`): nothing of fewer than five people may lie in their space.
2. Nobody's words are shown at a touchpoint where fewer than eight people's are.
3. Each Mth (5th) lives once more, with other answers, chosen so that every published sum stays as it was: whoever was
   not published says something else, and those who stand in the same sums change places. Every page, file, letter and
   message to programs, a customer's too, is the same, letter by letter: nothing leaves the house but those sums.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import process_time
from typing import Any

import httpx

from analysis.models import Dimension
from bench.houses import SCORES, House, Scope, Scores, csrf, day_of, house, scores_of, word_of
from bench.numbers import Book, Number, of_file, of_json
from bench.organisations import Organisation, organisation
from bench.spans import isolated
from core import clock
from tests.support.telling import of_letter, told

K, K_COMMENTS = 5, 8
Answer = tuple[Dimension, int]
EXPERIENCE = "/api/v1/reports/experience"
FILES = tuple(f"/reports/experience.{ending}" for ending in ("csv", "xlsx", "pdf", "pptx"))
PAGES = (
    "/", "/journeys/service", "/journeys/service?against=before", "/voices", "/voices?q=quick", "/moments", "/drivers",
    "/flow", "/flow/green", "/flow/stream", "/how-sure", "/compare", "/improvements", "/reviews", "/said-and-done",
    "/value", "/matters", "/contact", "/feedback/inbox", "/voices/unplaced", "/notes", "/reports/schedule",
    "/api/v1/reports/flow", "/api/v1/reports/response-rate", "/api/v1/reports/moments", "/api/v1/readings",
    "/api/v1/improvements",
)  # fmt: skip


@dataclass
class Seen:
    """What was found in one organisation. `rows`: the sets of answers that its numbers are made of; `asked`: how many
    pages, files, letters and messages; `moved`: answers that are others the second time."""

    numbers: int = 0
    asked: int = 0
    moved: int = 0
    rows: set[frozenset[Answer]] = field(default_factory=set)
    unexplained: list[Number] = field(default_factory=list)
    isolated: frozenset[Hashable] = frozenset()
    differing: list[tuple[int, str, str]] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)

    def wrong(self) -> dict[str, list[Any]]:
        found: dict[str, Iterable[Any]] = {
            "numbers that are not those of published sums": self.unexplained,
            "people of whom something can be worked out": self.isolated,
            "told otherwise, though every sum is the same": sorted(self.differing),
            "touchpoints where too few are quoted": self.quoted,
        }
        return {what: list(which) for what, which in found.items() if which}


# Asking


async def live(one: House, seen: Seen, everywhere: bool) -> None:
    """All of an organisation's life; `seen`: what its numbers are gathered in. `everywhere`: at all exits."""
    looks, before = one.org.looks, 0
    days = {len(looks) // 2, len(looks) - 1}
    for number, after in enumerate(looks):
        now = day_of(max(said.month for said in one.org.answers[:after])) + timedelta(hours=number % 12)
        with clock.at(now):
            if number == 0 and everywhere:
                await _arrange(one)
            await one.hear(one.org.answers[before:after])
            await one.publish()
            if number in days:
                await look_around(one, number, seen, "some" if everywhere else "numbers")
        before = after
    with clock.at(now + timedelta(days=5)):
        await one.work()
        await look_around(one, len(looks), seen, "all" if everywhere else "files")
    one.told |= {(len(looks), "mail", str(at)): of_letter(text) for at, text in enumerate(sorted(one.letters()))}
    one.told[len(looks), "webhook", ""] = "\n".join(one.posted)


async def _arrange(one: House) -> None:
    """An improvement, a review, packs by mail, and a program that listens."""
    async with one.signed_in("one") as client:
        today = clock.now().date().isoformat()
        entry = {"title": "Shorter waits", "owner": "Bea", "hypothesis": "Because", "target": "60", "customer": "c0"}
        for address, form in (
            ("/improvements", {**entry, "touchpoints": one.places[0]}),
            ("/reviews", {"customer": "c0", "held_on": today, "present": "A"}),
            ("/reports/schedule", {"customer": "c0", "rhythm": "monthly", "role": "manager", "language": "en"}),
        ):
            answer = await client.post(address, data=form | csrf(client))
            assert answer.status_code == 303, (address, answer.text)


async def look_around(one: House, day: int, seen: Seen, how: str) -> None:
    for name, (role, _scope) in one.people().items():
        luck = random.Random(f"{one.org.looks} {day} {name}")
        async with one.signed_in(name) as client:
            if role != "customer":
                await _numbers(one, client, day, name, seen, luck)
                await _comments(one, client, seen, luck)
            if how in ("some", "all"):
                await _pages(one, client, day, name, luck, how == "all")
            if how in ("files", "all") and name in ("admin", "one"):
                await _files(one, client, day, name, seen, luck, luck.sample(FILES, 2) if how == "all" else FILES[:2])


async def _numbers(one: House, client: httpx.AsyncClient, day: int, name: str, seen: Seen, luck: random.Random) -> None:
    scope = one.people()[name][1]
    for query in _queries(luck, one.org, scope, 4):
        answer = await _ask(one, client, day, name, f"{EXPERIENCE}?{query}")
        if answer.status_code == 200:
            _gather(seen, one, of_json(answer.json(), scope))


async def _files(
    one: House, client: httpx.AsyncClient, day: int, name: str, seen: Seen, luck: random.Random, paths: Iterable[str]
) -> None:
    scope = one.people()[name][1]
    for path in paths:
        query = luck.choice(list(_queries(luck, one.org, scope, 2)))
        answer = await _ask(one, client, day, name, f"{path}?{query}")
        if path.endswith(("csv", "xlsx")) and answer.status_code == 200:
            _gather(seen, one, of_file(answer, scope, query))


def _queries(luck: random.Random, org: Organisation, scope: Scope, most: int) -> Iterator[str]:
    """Everything first; then whatever may be chosen."""
    yield "period=all"
    customers = sorted(scope or {one.customer for one in org.answers})
    services = sorted({one.service for one in org.answers})
    for _ in range(most - 1):
        chosen = [luck.choice(("period=all", "period=3", "period=6", "period=12"))]
        chosen += [f"customer={luck.choice(customers)}"] if luck.random() < 0.6 else []
        chosen += [f"service={luck.choice(services)}"] if luck.random() < 0.4 else []
        yield "&".join(chosen)


async def _pages(one: House, client: httpx.AsyncClient, day: int, name: str, luck: random.Random, last: bool) -> None:
    wanted = PAGES if last and name in ("admin", "one") else [*PAGES[:3], *luck.sample(PAGES[3:], 4)]
    query = list(_queries(luck, one.org, dict(one.people())[name][1], 2))[-1]
    place = luck.choice(one.places[:6])
    for path in [*wanted, f"/?{query}", f"/journeys/service/touchpoints/{place}?{query}"]:
        await _ask(one, client, day, name, path)


async def _ask(one: House, client: httpx.AsyncClient, day: int, name: str, path: str) -> httpx.Response:
    answer = await client.get(path)
    assert answer.status_code in (200, 403, 404), (name, path, answer.status_code)
    one.told[day, name, path] = f"{answer.status_code} {told(answer, path.partition('?')[0])}"
    return answer


async def _comments(one: House, client: httpx.AsyncClient, seen: Seen, luck: random.Random) -> None:
    """Whose words are shown at a touchpoint."""
    person = {word_of(said.number): said.person for said in one.org.answers}
    for place in luck.sample(one.places[:12], 2):
        texts, cursor = list[str](), ""
        while cursor is not None:
            page = (await client.get("/api/v1/readings", params={"touchpoint": place, "cursor": cursor})).json()
            texts += [item["text"] for item in page["items"]]
            cursor = page["next"]
        people = {whose for text in texts for word, whose in person.items() if word in text}
        if texts and len(people) < K_COMMENTS:
            seen.quoted.append(place)


# What is found


def _gather(seen: Seen, one: House, numbers: Iterable[Number]) -> None:
    """Each number as the answers of whole published sums; nothing shown is nothing known."""
    book = Book(one)
    for number in numbers:
        seen.numbers += 1
        answers = book.made_of(number)
        if answers is None:
            seen.unexplained.append(number)
        elif answers:
            seen.rows.add(frozenset((number.dimension, answer) for answer in answers))


def other_scores(one: House, luck: random.Random) -> Scores:
    """Other answers with which every published sum, and the sum of its squares, is what it was."""
    found = {number: dict(scores) for number, scores in one.scores.items()}
    for dimension in SCORES:
        alike: dict[frozenset[int], list[int]] = defaultdict(list)
        sums = _sums_of_each(one, dimension)
        for number in [number for number, scores in one.scores.items() if dimension in scores]:
            alike[sums[number]].append(number)
        _across(found, dimension, alike, luck)
        for where, numbers in alike.items():
            scores = [found[number][dimension] for number in numbers]
            mixed = luck.sample(scores, len(scores)) if where else luck.choices(SCORES[dimension], k=len(scores))
            for number, score in zip(numbers, mixed, strict=True):
                found[number][dimension] = score
    return found


def _sums_of_each(one: House, dimension: Dimension) -> dict[int, frozenset[int]]:
    """The published sums that an answer is in; none, as long as it waits."""
    found: dict[int, frozenset[int]] = defaultdict(frozenset)
    for at, put in enumerate(one.puts):
        for number in put.answers if put.dimension is dimension else ():
            found[number] |= {at}
    return found


def _across(found: Scores, dimension: Dimension, alike: dict[frozenset[int], list[int]], luck: random.Random) -> None:
    """Of the hidden cells of two customers at two places: an exchange at each of both that keeps all four sums."""
    cells = {where: numbers for where, numbers in alike.items() if len(where) == 2}
    for one, other in ((one, other) for one in cells for other in cells if not one & other):
        for corner in cells:
            opposite = (one | other) - corner
            if len(corner & one) == 1 and len(corner & other) == 1 and opposite in cells:
                four = [luck.choice(cells[where]) for where in (one, corner, opposite, other)]
                p, q, r, s = (found[number][dimension] for number in four)
                if p == s and q == r:
                    for number, score in zip(four, (q, p, p, q), strict=True):
                        found[number][dimension] = score


async def audited(org: Organisation, folder: Path, twice: bool) -> Seen:
    """`twice`: it lives once more with other answers, and all that is told is compared."""
    seen, luck = Seen(), random.Random(repr(org.looks))
    scores = scores_of(org, luck)
    async with house(org, scores, _made(folder / "one")) as one:
        await live(one, seen, everywhere=twice)
    person = {(dimension, said.number): said.person for said in org.answers for dimension in SCORES}
    seen.isolated, seen.asked = isolated(seen.rows, person, K), len(one.told)
    if twice:
        others = other_scores(one, luck)
        async with house(org, others, _made(folder / "other")) as other:
            await live(other, Seen(), everywhere=True)
        seen.moved = sum(scores[number] != others[number] for number in scores)
        seen.differing = [at for at in one.told.keys() | other.told.keys() if one.told.get(at) != other.told.get(at)]
    return seen


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def main(n: int, first: int, every: int) -> int:
    import web.models  # noqa: F401 - the whole schema

    began, wrong, found = process_time(), 0, list[Seen]()
    for seed in range(first, first + n):
        with tempfile.TemporaryDirectory() as folder:
            seen = asyncio.run(audited(organisation(seed), Path(folder), seed % every == 0))
        for what, which in seen.wrong().items():
            wrong += 1
            print(f"organisation {seed}: {what}: {len(which)}, such as {which[:3]}", flush=True)
        found.append(seen)
        if len(found) % 20 == 0:
            print(f"{len(found)} organisations after {process_time() - began:.0f} CPU seconds", flush=True)
    twice = [one for one in found if one.moved]
    print(f"{n} organisations: {sum(one.numbers for one in found):,} numbers in JSON, CSV and XLSX,")
    print(f"made of {sum(len(one.rows) for one in found):,} different sets of answers, which went into the rank test")
    print(f"{len(twice)} lived twice, with {sum(one.moved for one in twice):,} answers changed: ", end="")
    print(f"{sum(one.asked for one in twice):,} pages, files, letters and messages compared")
    print(f"wrong: {wrong}; {process_time() - began:.0f} CPU seconds")
    return 1 if wrong else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("organisations", type=int, nargs="?", default=200)
    parser.add_argument("--from", type=int, default=0, dest="first", metavar="SEED")
    parser.add_argument("--twice", type=int, default=5, metavar="M", help="each Mth lives twice")
    given = parser.parse_args()
    sys.exit(main(given.organisations, given.first, given.twice))
