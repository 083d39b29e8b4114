"""Simulated journeys with moments that are known: who passes here badly says less of everything later."""

from dataclasses import dataclass, field

import numpy as np

from analysis.statistics.moments import DIMENSIONS, Experiences, Words

FIRST_DAY, DAYS = 20_000.0, 700.0
PLACES = tuple(f"place {letter}" for letter in "abcdefghijkl")
CUSTOMERS = ("acme", "globex", "initech")


@dataclass(frozen=True)
class World:
    """`cost`: points of the end that a bad visit takes (gives, if negative, when it delights)."""

    journeys: int = 2500
    seed: int = 1
    cost: dict[str, float] = field(default_factory=dict)
    ugly: tuple[str, ...] = ()  # bad as often as a moment, and harmless
    only_at: dict[str, str] = field(default_factory=dict)  # touchpoint: the one customer who has it bad
    since: dict[str, float] = field(default_factory=dict)  # touchpoint: day from which it is bad
    until: dict[str, float] = field(default_factory=dict)
    leads_to: dict[str, str] = field(default_factory=dict)  # where most of those go next who were there
    answering: float = 0.6
    visits: int = 6


def experiences(world: World) -> Experiences:
    random = np.random.default_rng(world.seed)
    n, k = world.journeys, world.visits
    person = random.integers(0, max(1, n // 3), n)
    customer = person % len(CUSTOMERS)
    lenient = random.normal(0, 0.6, n)[person]
    place = np.argsort(random.random((n, len(PLACES))), axis=1)[:, :k]
    for before, after in world.leads_to.items():
        _follow(place, PLACES.index(before), PLACES.index(after), random)
    day = FIRST_DAY + random.random(n)[:, None] * DAYS + np.cumsum(random.exponential(2.0, (n, k)), axis=1)
    bad = random.random((n, k)) < _likely(world, place, day, customer)
    mood = lenient[:, None] + random.normal(0, 0.3, n)[:, None]
    cost = np.array([world.cost.get(name, 0.0) for name in PLACES])
    lost = np.cumsum(bad * cost[place], axis=1)
    felt = 4.0 + mood - 2.2 * bad - 0.5 * (lost - bad * cost[place]) + random.normal(0, 0.6, (n, k))
    end = 4.0 + mood[:, 0] - lost[:, -1] + random.normal(0, 0.5, n)
    score = np.column_stack([_said(felt), _said(end)])
    score[random.random(score.shape) > world.answering] = np.nan
    return _flat(place, np.column_stack([day, day[:, -1] + 1]), score, person, customer)


def _follow(place: np.ndarray, before: int, after: int, random: np.random.Generator) -> None:
    """Who goes to the one goes to the other next, in four of five journeys."""
    rows, at = np.nonzero(place[:, :-1] == before)
    go = random.random(len(rows)) < 0.8
    for row, next_one in zip(rows[go], at[go] + 1, strict=True):
        place[row, place[row] == after] = place[row, next_one]
        place[row, next_one] = after


def _likely(world: World, place: np.ndarray, day: np.ndarray, customer: np.ndarray) -> np.ndarray:
    often = {*world.cost, *world.ugly}
    share = np.array([0.3 if name in often else 0.06 for name in PLACES])[place]
    for name, who in world.only_at.items():
        share[(place == PLACES.index(name)) & (customer[:, None] != CUSTOMERS.index(who))] = 0.06
    for name, since in world.since.items():
        share[(place == PLACES.index(name)) & (day < since)] = 0.01
    for name, until in world.until.items():
        share[(place == PLACES.index(name)) & (day >= until)] = 0.01
    return share


def _said(felt: np.ndarray) -> np.ndarray:
    return np.clip(np.round(felt), 1, 5)


def _flat(
    place: np.ndarray, day: np.ndarray, score: np.ndarray, person: np.ndarray, customer: np.ndarray
) -> Experiences:
    n, k = score.shape
    nobody = np.full(n * k, -1)
    return Experiences(
        names=PLACES,
        values={name: CUSTOMERS if name == "customer" else () for name in DIMENSIONS},
        time=day.ravel(),
        tie=np.arange(n * k),
        journey=np.repeat(np.arange(n), k),
        person=np.repeat(person, k),
        touchpoint=np.column_stack([place, np.full(n, len(PLACES))]).ravel(),
        score=score.ravel(),
        repaired=np.zeros(n * k, dtype=np.bool_),
        segments={name: np.repeat(customer, k) if name == "customer" else nobody for name in DIMENSIONS},
    )


def words(rows: Experiences) -> Words:
    """Everybody says something, every tenth the same."""
    return Words([f"event {tie:06d}" for tie in range(len(rows))], np.arange(len(rows)) // 10)
