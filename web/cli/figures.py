"""Flow figures as tables for a terminal."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from journeys.schemas import Figures, FlowReport, Shares, Sure

PARTS = ("active", "waiting", "queue")


def flow_tables(report: FlowReport, sure: Mapping[str, Sure]) -> str:
    console = Console(width=100, record=False)
    with console.capture() as capture:
        console.print(f"{report.tickets:,} tickets, {report.events:,} events; in brackets 95 % intervals")
        for table in (_shares(report, sure), _hours(report, sure), _handoffs(report)):
            console.print(table)
        for line in _moved(report, sure):
            console.print(line, highlight=False)
        for who, hours in report.waiting_for.items():
            console.print(f"waiting for {who}: {hours:,.0f} hours")
        for reason, n in report.left_out.items():
            console.print(f"left out, {reason.replace('_', ' ')}: {n:,}")
    return capture.get().rstrip("\n")


def _shares(report: FlowReport, sure: Mapping[str, Sure]) -> Table:
    table = _table("share of the open clock", *PARTS, "tickets")
    clocks = f"{sure['active_percent'].n:,}" if "active_percent" in sure else "0"
    table.add_row("all time together", *_percents(report.pooled), clocks)
    if "active_percent" in sure:
        table.add_row("", *[_within(sure.get(f"{part}_percent"), "{:.1f}", "%") for part in PARTS], "")
    table.add_row("mean of tickets", *_percents(report.per_ticket_mean), clocks)
    return table


def _percents(shares: Shares) -> list[str]:
    return ["-" if part is None else f"{part:.1%}" for part in (shares.active, shares.waiting, shares.queue)]


def _hours(report: FlowReport, sure: Mapping[str, Sure]) -> Table:
    table = _table("hours from opening to", "p50", "p75", "p90", "mean", "tickets")
    for name, figures, key in (
        ("response", report.hours_to_response, "response_hours"),
        ("first resolution", report.hours_to_first_resolution, "first_resolution_hours"),
        ("final resolution", report.hours_to_final_resolution, "resolution_hours"),
    ):
        half, most = sure.get(key), sure.get(f"{key}_p90")
        table.add_row(name, *_numbers(figures), f"{half.n:,}" if half else "0")
        if half:
            table.add_row("", _within(half, "{:,.2f}"), "", _within(most, "{:,.2f}"))
    return table


def _within(sure: Sure | None, form: str, unit: str = "") -> str:
    if sure is None or sure.low is None or sure.high is None:
        return ""
    return f"({form.format(sure.low)} to {form.format(sure.high)}{unit})"


def _numbers(figures: Figures) -> list[str]:
    values = (figures.p50, figures.p75, figures.p90, figures.mean)
    return ["-" if value is None else f"{value:,.2f}" for value in values]


def _handoffs(report: FlowReport) -> Table:
    table = _table("hand-offs", *report.handoffs)
    table.add_row("tickets", *[f"{n:,}" for n in report.handoffs.values()])
    return table


def _moved(report: FlowReport, sure: Mapping[str, Sure]) -> list[str]:
    told = {
        "handed_on": ("handed on", report.tickets - report.handoffs["0"]),
        "sent_back": ("ping-pong", report.ping_pong),
        "reopened": ("reopened", report.reopened),
    }
    return [f"{word}: {n:,} tickets{_share(sure.get(f'{name}_percent'))}" for name, (word, n) in told.items()]


def _share(sure: Sure | None) -> str:
    return f", {sure.value:.1f}% {_within(sure, '{:.1f}', '%')}" if sure and sure.n else ""


def _table(first: str, *others: str) -> Table:
    table = Table(first, box=None, pad_edge=False)
    for name in others:
        table.add_column(name, justify="right")
    return table
