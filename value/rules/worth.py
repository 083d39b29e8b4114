"""Whether targets are met, and how far each node of a network has come."""

from analysis.schemas.figures import Figure
from value.models import State
from value.rules.measuring import reached
from value.schemas.measuring import Verdict, VerdictKind
from value.schemas.worth import Goal, NodeState

GOALS = {"yes": Goal.MET, "no": Goal.MISSED, "open": Goal.OPEN}
BY_GOAL = {
    Goal.MET: NodeState.GOOD,
    Goal.MISSED: NodeState.BAD,
    Goal.OPEN: NodeState.OPEN,
    Goal.NO_TARGET: NodeState.OPEN,
    Goal.NO_FIGURE: NodeState.OFF,
}
BY_VERDICT = {
    VerdictKind.HELPED: NodeState.GOOD,
    VerdictKind.WORSE: NodeState.BAD,
    VerdictKind.NO_EFFECT: NodeState.BAD,
}
BY_STATE = {
    State.PROPOSED: NodeState.OPEN,
    State.PLANNED: NodeState.OPEN,
    State.DOING: NodeState.DOING,
    State.DONE: NodeState.DOING,
    State.DROPPED: NodeState.OFF,
}


def goal_of(target: float | None, figure: Figure, *, better_up: bool, exact: bool = False) -> Goal:
    """`exact`: nothing but the figure was given, so it is compared as it stands."""
    if figure.value is None:
        return Goal.NO_FIGURE
    if target is None:
        return Goal.NO_TARGET
    if figure.low is None or figure.high is None:
        if not exact:
            return Goal.OPEN
        figure = Figure(figure.value, figure.value, figure.value, figure.n)
    return GOALS[reached(target, figure, better_up=better_up)]


def state_of_improvement(state: str, verdict: Verdict | None) -> NodeState:
    """Of an enabler or a change: what is made of it counts, and where that is known, what came of it."""
    if verdict and verdict.judging and verdict.kind in BY_VERDICT:
        return BY_VERDICT[verdict.kind]
    return BY_STATE.get(State(state), NodeState.OPEN)
