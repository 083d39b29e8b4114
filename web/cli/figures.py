"""Flow figures as tables for a terminal."""

from rich.console import Console
from rich.table import Table

from journeys.schemas import Figures, FlowReport, Shares


def flow_tables(report: FlowReport) -> str:
    console = Console(width=100, record=False)
    with console.capture() as capture:
        console.print(f"{report.tickets:,} tickets, {report.events:,} events")
        for table in (_shares(report), _hours(report), _handoffs(report)):
            console.print(table)
        console.print(f"ping-pong: {report.ping_pong:,} tickets   reopened: {report.reopened:,} tickets")
        for who, hours in report.waiting_for.items():
            console.print(f"waiting for {who}: {hours:,.0f} hours")
        for reason, n in report.left_out.items():
            console.print(f"left out, {reason.replace('_', ' ')}: {n:,}")
    return capture.get().rstrip("\n")


def _shares(report: FlowReport) -> Table:
    table = _table("share of the open clock", "active", "waiting", "queue")
    for name, shares in (("all time together", report.pooled), ("mean of tickets", report.per_ticket_mean)):
        table.add_row(name, *_percents(shares))
    return table


def _percents(shares: Shares) -> list[str]:
    return ["-" if part is None else f"{part:.1%}" for part in (shares.active, shares.waiting, shares.queue)]


def _hours(report: FlowReport) -> Table:
    table = _table("hours from opening to", "p50", "p75", "p90", "mean")
    for name, figures in (
        ("response", report.hours_to_response),
        ("first resolution", report.hours_to_first_resolution),
        ("final resolution", report.hours_to_final_resolution),
    ):
        table.add_row(name, *_numbers(figures))
    return table


def _numbers(figures: Figures) -> list[str]:
    values = (figures.p50, figures.p75, figures.p90, figures.mean)
    return ["-" if value is None else f"{value:,.2f}" for value in values]


def _handoffs(report: FlowReport) -> Table:
    table = _table("hand-offs", *report.handoffs)
    table.add_row("tickets", *[f"{n:,}" for n in report.handoffs.values()])
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(first, box=None, pad_edge=False)
    for name in others:
        table.add_column(name, justify="right")
    return table
