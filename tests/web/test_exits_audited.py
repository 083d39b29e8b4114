"""Random organisations at the exits of the real application; `python -m bench.exits` does it for two hundred."""

from pathlib import Path

import pytest
from sqlalchemy import true

from analysis.queries import cells
from bench.exits import audited
from bench.organisations import organisation


@pytest.mark.parametrize(("seed", "twice"), [(13, True), (12, False)])
async def test_d3_nobody_can_be_worked_out_at_any_exit(seed: int, twice: bool, tmp_path: Path) -> None:
    """All numbers that everybody is shown in its life are those of whole sums, and the rank test finds nobody alone; it
    lives once more with other answers in the same sums, and everything told is the same."""
    seen = await audited(organisation(seed, largest=60), tmp_path, twice)
    assert seen.wrong() == {}
    assert len(seen.rows) > 5, "too little was shown to say anything"
    assert seen.moved > 5 or not twice


async def test_the_audit_of_the_exits_sees_what_is_not_let_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not blind: the same where everybody is shown every sum."""
    monkeypatch.setattr(cells, "_visible", lambda *_: true())
    seen = await audited(organisation(6, largest=60), tmp_path, twice=False)
    assert seen.unexplained
