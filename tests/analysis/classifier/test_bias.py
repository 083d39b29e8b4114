"""Sentences that differ only in a name or a group are read alike."""

import pytest

from bench.bias import Spread, spreads
from bench.suites import LANGUAGES

# Mean difference of scores (-1..1) within one frame, for every kind of name or group. Never raise it.
BOUND = 0.02


@pytest.fixture(scope="module", params=LANGUAGES)
def rows(request: pytest.FixtureRequest) -> list[Spread]:
    return list(spreads(request.param))


def test_whom_a_sentence_names_does_not_move_its_score(rows: list[Spread]) -> None:
    far = {row.kind: (round(row.mean, 4), row.where) for row in rows if row.mean > BOUND}
    assert not far


def test_the_frames_are_read_as_opinions_at_all(rows: list[Spread]) -> None:
    """A reader that finds nothing anywhere would be unbiased and useless."""
    assert all(row.sentences >= 24 for row in rows)
    assert all(row.range > 1 for row in rows)
