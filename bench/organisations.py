"""Random organisations that speak bit by bit, for the audit of the publication plan."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from analysis.disclosure import Map, Waiting, batch, portfolios
from analysis.statistics import Sums


class Said(NamedTuple):
    """One answer. `number` tells it from all others."""

    number: int
    person: int
    month: int
    touchpoint: str
    service: str
    customer: str


@dataclass(frozen=True)
class Organisation:
    """`answers` in the order in which they come; `looks`: how many of them are there at each publication; `scopes`:
    the customers that managers of several see."""

    answers: list[Said]
    looks: list[int]
    places: Map
    scopes: list[frozenset[str]]


def organisation(seed: int, largest: int = 400) -> Organisation:
    """Few or many customers, touchpoints, services, months and people, all spoken of unevenly; one in twenty answers
    comes months late, one in fourteen is given for another customer than usual; portfolios that may overlap."""
    luck = random.Random(seed)
    customers, touchpoints, services, months = (luck.randint(1, most) for most in (6, 12, 3, 14))
    people, n = luck.choice([6, 20, 60, 200]), min(largest, luck.choice([20, 60, 150, 400]))
    home = [_early(luck, 0.8, customers) for _ in range(people)]
    drawn = [
        Said(
            number,
            (person := luck.randrange(people)),
            luck.randrange(months),
            f"t{_early(luck, 0.4, touchpoints)}",
            f"s{luck.randrange(services)}",
            f"c{home[person] if luck.random() < 0.93 else luck.randrange(customers)}",
        )
        for number in range(n)
    ]
    answers = sorted(drawn, key=lambda one: (one.month + 3 * (luck.random() < 0.05), luck.random()))
    looks = [luck.randint(1, 60)]
    while looks[-1] < n:
        looks.append(looks[-1] + luck.randint(1, 60))
    scopes = _scopes(luck, [f"c{number}" for number in range(customers)])
    return Organisation(answers, looks, _places(scopes, touchpoints), scopes)


def _early(luck: random.Random, rate: float, many: int) -> int:
    return min(int(luck.expovariate(rate)), many - 1)


def _scopes(luck: random.Random, keys: list[str]) -> list[frozenset[str]]:
    return [frozenset(luck.sample(keys, min(len(keys), luck.randint(1, 4)))) for _ in range(luck.randint(0, 3))]


def _places(scopes: Sequence[frozenset[str]], touchpoints: int) -> Map:
    together = {customer: "+".join(sorted(one)) for one in portfolios(scopes) for customer in one}
    return Map(together, {f"t{number}": f"stage{number // 4}" for number in range(touchpoints)})


def live(of: Organisation, k: int) -> tuple[list[list[int]], dict[int, int]]:
    """Every sum that is published in the life of an organisation, as the answers in it; and who gave each answer."""
    waiting, rows = dict[int, Said](), list[list[int]]()
    for before, after in zip([0, *of.looks], of.looks, strict=False):
        waiting |= {one.number: one for one in of.answers[before:after]}
        published = _published(list(waiting.values()), max(one.month for one in of.answers[:after]), k, of.places)
        rows += published
        for number in {number for row in published for number in row}:
            del waiting[number]
    return rows, {one.number: one.person for one in of.answers}


def _published(answers: Sequence[Said], until: int, k: int, places: Map) -> list[list[int]]:
    cells: dict[tuple[int, str, str, str], list[Said]] = defaultdict(list)
    for one in answers:
        cells[one.month, one.touchpoint, one.service, one.customer].append(one)
    waiting = {
        at: Waiting(*at, Sums(len(ones), 0, 0), frozenset(UUID(int=one.person) for one in ones))
        for at, ones in cells.items()
    }
    held = {id(cell): [one.number for one in cells[at]] for at, cell in waiting.items()}
    parts, _left = batch(waiting.values(), until, k, places)
    return [[number for cell in part.cells for number in held[id(cell)]] for part in parts]
