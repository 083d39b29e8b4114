"""The gate: every number and every comment leaves through here, or not at all. The plan: docs/reports.md.

What may be shown is decided when it is published, in batches: sums of answers that nobody can subtract from each other
until fewer people than the smallest group are left. `groups` makes a number of a group, `planning` decides what may be
published, `cuts` proves it, `views` is what a filter shows of it. Pure functions; people never leave.
"""

from analysis.disclosure.groups import (
    Group,
    band,
    change,
    count,
    counts_shown,
    enough,
    figure,
    in_steps,
    may_quote,
    stepped,
    together,
    veiled,
)
from analysis.disclosure.planning import ANY, STAGE, Kind, Label, Map, Part, Waiting, batch
from analysis.disclosure.portfolios import portfolios
from analysis.disclosure.views import Block, Choice, Plan, Published, inside, plan, publish

__all__ = [
    "ANY",
    "STAGE",
    "Block",
    "Choice",
    "Group",
    "Kind",
    "Label",
    "Map",
    "Part",
    "Plan",
    "Published",
    "Waiting",
    "band",
    "batch",
    "change",
    "count",
    "counts_shown",
    "enough",
    "figure",
    "in_steps",
    "inside",
    "may_quote",
    "plan",
    "portfolios",
    "publish",
    "stepped",
    "together",
    "veiled",
]
