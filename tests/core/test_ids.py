"""Ids that are shown tell nothing, and lead back only here."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import ordered_id, unveiled, veiled
from core.settings import settings


@given(number=st.integers(0, 2**128 - 1))
def test_a_veiled_id_leads_back(number: int) -> None:
    id_ = UUID(int=number)
    assert unveiled("reading", veiled("reading", id_)) == id_


def test_ids_made_one_after_the_other_look_unrelated() -> None:
    shown = [veiled("reading", ordered_id()) for _ in range(200)]
    assert shown != sorted(shown)
    assert len({id_.hex[:8] for id_ in shown}) == 200, "the time of making stands in the first digits no more"


def test_purposes_do_not_mix() -> None:
    id_ = ordered_id()
    assert unveiled("other", veiled("reading", id_)) != id_


def test_another_installation_veils_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = ordered_id()
    here = veiled("reading", id_)
    monkeypatch.setenv("TOUCHSTONE_SECRET_KEY", "another secret of another house, as long")
    settings.cache_clear()
    assert veiled("reading", id_) != here
