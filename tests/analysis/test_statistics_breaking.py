"""Where experience breaks: a step is found with its interval, noise and slow drifts upwards are not."""

import numpy as np

from analysis.statistics import Sums
from analysis.statistics.breaking import breaking

EDGES = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 48.0, 72.0, 120.0, 168.0, 336.0)


def bins(random: np.random.Generator, n: int, means: tuple[float, ...]) -> list[tuple[float, Sums]]:
    found = []
    for edge, mean in zip(EDGES, means, strict=True):
        scores = np.clip(np.rint(random.normal(mean, 25, n) / 25), 0, 4).astype(int) * 25
        found.append((edge, Sums(n, int(scores.sum()), int((scores**2).sum()))))
    return found


def test_a_step_is_found_where_it_is() -> None:
    random = np.random.default_rng(1)
    covered = 0
    for _ in range(60):
        found = breaking(bins(random, 60, (75.0,) * 7 + (55.0,) * 5))
        assert found is not None
        covered += found.earliest <= 48.0 <= found.latest
    assert covered >= 54


def test_a_step_within_a_span_lies_in_the_interval() -> None:
    random = np.random.default_rng(4)
    covered = 0
    for part in (0.25, 0.5, 0.75):
        for _ in range(30):
            found = breaking(bins(random, 60, (75.0,) * 6 + (75.0 - 20 * part,) + (55.0,) * 5))
            assert found is not None
            covered += found.earliest <= 24.0 and found.latest >= 48.0
    assert covered >= 81


def test_whole_numbers_are_told_to_the_number() -> None:
    found = breaking(bins(np.random.default_rng(5), 200, (75.0,) * 7 + (45.0,) * 5), whole=True)
    assert found is not None
    assert found.earliest == found.at == found.latest == 48.0


def test_noise_has_no_break() -> None:
    random = np.random.default_rng(2)
    found = [breaking(bins(random, 40, (70.0,) * 12)) for _ in range(300)]
    assert sum(one is not None for one in found) <= 12


def test_who_grows_happier_while_waiting_breaks_nowhere() -> None:
    assert breaking(bins(np.random.default_rng(3), 60, tuple(50.0 + 3 * n for n in range(12)))) is None


def test_a_few_answers_say_nothing() -> None:
    assert breaking([(0.0, Sums(10, 900, 81_000)), (1.0, Sums(10, 100, 1000))]) is None
    assert breaking([]) is None
