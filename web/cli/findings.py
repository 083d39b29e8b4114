"""Findings as text for a terminal."""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from analysis.statistics.drivers import Driver, DriversReport
    from analysis.statistics.moments import Finding, Report

WIDTH = 150
TITLES = {
    "negative_moment_of_truth": "Moments of truth: what is lost here lasts until the end of the journey",
    "level_change": "Sudden changes: more bad visits than before; that they cost anything is not shown",
    "watch": "To watch: rarely bad, and dear when it is",
    "recovered": "Recovered: cost something once, and no longer",
    "carried_over": "Mostly carried over: people arrive here hurt from a moment of truth elsewhere",
    "low_and_harmless": "Rated low and harmless: what is lost here surely does not matter",
    "positive_moment_of_truth": "Moments that win people",
}


def moments_text(report: "Report") -> str:
    console = Console(width=WIDTH)
    with console.capture() as capture:
        for kind, title in TITLES.items():
            found = [finding for finding in report.findings if finding.kind == kind]
            if found:
                console.print(title, style="bold")
                console.print(_table(found))
        if not report.findings:
            console.print("No findings.")
        for name in ("note", "outcome"):
            if report.method.get(name):
                console.print(f"{name}: {report.method[name]}", style=None, highlight=False)
    return capture.get().rstrip("\n")


def _table(findings: "list[Finding]") -> Table:
    table = Table("", "touchpoint", box=None, pad_edge=False)
    for name in ("points lost per 100 visits", "95 %", "per 100 journeys", "n", "since", "detected"):
        table.add_column(name, justify="right")
    for finding in findings:
        table.add_row(*_cells(finding))
    return table


def _cells(finding: "Finding") -> list[str]:
    low, high = finding.ci95
    return [
        str(finding.rank),
        _unit(finding),
        f"{finding.loss_per_100_visits:.1f}",
        f"{low:.1f} to {high:.1f}",
        f"{finding.loss_per_100_journeys:.2f}",
        f"{finding.n:,}",
        finding.since or "",
        finding.first_detected or "",
    ]


def _unit(finding: "Finding") -> str:
    segment = ", ".join(f"{name} {value}" for name, value in (finding.segment or {}).items())
    if finding.carried:
        return f"{finding.touchpoint} (carried over from {finding.carried.touchpoint})"
    return f"{finding.touchpoint} ({segment})" if segment else finding.touchpoint


def drivers_text(report: "DriversReport") -> str:
    console = Console(width=WIDTH)
    with console.capture() as capture:
        console.print(report.verdict, style="bold")
        if report.drivers:
            console.print(_drivers(report.drivers))
            console.print(
                f"n {report.n:,}   explained {report.explained:.0%}, in answers not learned from "
                f"{report.explained_elsewhere:.0%}   by chance p = {report.p_value:.3f}"
            )
        for notice in report.notices:
            console.print(f"note: {notice}", highlight=False)
        for segment in report.segments:
            console.print(f"{segment.value} (n {segment.n:,}): {', '.join(segment.order)}", highlight=False)
            for reversal in segment.reversals:
                console.print(f"  reversed: {reversal}", highlight=False)
    return capture.get().rstrip("\n")


def _drivers(drivers: "tuple[Driver, ...]") -> Table:
    table = Table("rank", box=None, pad_edge=False)
    table.add_column("touchpoint", no_wrap=True)
    for name in ("importance", "95 %", "sign", "correlation", "beside others", "penalty", "reward", "kind", "n"):
        table.add_column(name, justify="right")
    for driver in drivers:
        table.add_row(*_driver_cells(driver))
    return table


def _driver_cells(driver: "Driver") -> list[str]:
    low, high = driver.rank_between
    return [
        f"{driver.rank or '-'} ({low}-{high})",
        driver.touchpoint,
        f"{driver.importance:.3f}",
        f"{driver.ci95[0]:.3f} to {driver.ci95[1]:.3f}",
        driver.sign,
        f"{driver.correlation:+.2f}",
        f"{driver.coefficient:+.2f}",
        "-" if driver.penalty is None else f"{driver.penalty:+.2f}",
        "-" if driver.reward is None else f"{driver.reward:+.2f}",
        driver.kind,
        f"{driver.n:,}",
    ]
