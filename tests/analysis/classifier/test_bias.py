"""Sentences that differ only in a name or a group are read alike."""

import pytest

from bench.bias import Spread, spreads
from bench.suites import LANGUAGES

# Mean difference of scores (-1..1) within one frame, for each kind of group. The aim is 0.02; what is reached and
# which kinds are far from it stands in docs/model-card.md. Lower them with the reader, never raise them.
BOUND = {"en": 0.11, "zh": 0.08}
HIDDEN = {"en": ("religion", "origin"), "zh": ("pronouns", "gender", "nationality", "ethnicity", "family")}


@pytest.fixture(scope="module", params=LANGUAGES)
def rows(request: pytest.FixtureRequest) -> list[Spread]:
    return list(spreads(request.param))


def test_whom_a_sentence_names_does_not_move_its_score(rows: list[Spread]) -> None:
    language = "zh" if any(letter >= "一" for letter in rows[0].where) else "en"
    bounds = {row.kind: 0.02 if row.kind in HIDDEN[language] else BOUND[language] for row in rows}
    far = {row.kind: (round(row.mean, 4), row.where) for row in rows if row.mean > bounds[row.kind]}
    assert not far


def test_the_frames_are_read_as_opinions_at_all(rows: list[Spread]) -> None:
    """A reader that finds nothing anywhere would be unbiased and useless."""
    assert all(row.sentences >= 24 for row in rows)
    assert all(row.range > 1 for row in rows)
