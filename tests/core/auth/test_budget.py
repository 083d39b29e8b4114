"""Counts that are shared by all tell how many came, and not when."""

import time

import pytest

from core.auth.budget import SharedCount


@pytest.mark.parametrize("drawn", [0, 599])
async def test_what_is_left_of_a_window_does_not_tell_when_it_began(
    drawn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.auth.budget.secrets.randbelow", lambda most: min(drawn, most - 1))
    count = SharedCount(600, "feedback")
    assert [await count.one_more() for _ in range(3)] == [1, 2, 3]
    left = await count._alone.get_expiry("count:feedback") - time.time()
    assert 590 + drawn < left <= 600 + drawn
