"""Baselines and verdicts as they are kept in a row, and back."""

from dataclasses import asdict
from typing import Any

from analysis.schemas.figures import Window
from analysis.statistics import Sums
from analysis.statistics.wandering import Usual
from value.schemas.measuring import Frozen, Later, Method, Verdict, VerdictKind, Windows


def kept_baseline(frozen: Frozen) -> dict[str, Any]:
    windows = frozen.windows
    return {
        "before": _kept_window(windows.before),
        "past": _kept_window(windows.past),
        "apart": windows.apart,
        "touched": [_kept(one) for one in frozen.touched],
        "untouched": {key: [_kept(one) for one in both] for key, both in frozen.untouched.items()},
        "months": [[month, *_kept(sums)] for month, sums in frozen.months],
        "usual": [list(part) for part in frozen.usual],
    }


def baseline_of(kept: dict[str, Any]) -> Frozen:
    before = _window(kept["before"])
    assert before
    return Frozen(
        windows=Windows(before, _window(kept["past"]), bool(kept["apart"])),
        touched=(Sums(*kept["touched"][0]), Sums(*kept["touched"][1])),
        untouched={key: (Sums(*both[0]), Sums(*both[1])) for key, both in kept["untouched"].items()},
        months=tuple((month, Sums(*sums)) for month, *sums in kept["months"]),
        usual=Usual(*(tuple(part) for part in kept.get("usual", ()))),
    )


def kept_verdict(verdict: Verdict, since: Later, until: int) -> dict[str, Any]:
    """With the sums afterwards and their last month, so that the picture can be drawn again whatever happens since."""
    months = [[month, *_kept(sums)] for month, sums in since.months]
    return {**asdict(verdict), "after": _kept(since.touched), "months": months, "until": until}


def verdict_kept(kept: dict[str, Any]) -> Verdict:
    told = {name: value for name, value in kept.items() if name not in ("after", "months", "until")}
    return Verdict(**{**told, "kind": VerdictKind(kept["kind"]), "used": Method(kept["used"])})


def later_kept(kept: dict[str, Any]) -> Later:
    """What the verdict was made of, without the untouched places."""
    return Later(Sums(*kept["after"]), {}, tuple((month, Sums(*sums)) for month, *sums in kept["months"]))


def _kept(sums: Sums) -> list[int]:
    return [sums.n, sums.total, sums.squares]


def _kept_window(window: Window | None) -> list[int] | None:
    return [window.first, window.last] if window else None


def _window(kept: list[int] | None) -> Window | None:
    return Window(*kept) if kept else None
