"""What a payload holds, place by place, and which of it a mapping reads."""

from collections.abc import Iterator
from typing import Any

from journeys.rules.mapping.columns import Step, steps_of
from journeys.schemas import PayloadValue

MOST_VALUES, LONGEST_VALUE = 400, 120


def values_in(payload: Any, used: dict[str, list[str]]) -> list[PayloadValue]:
    """Every value with the path by which a mapping finds it. `used`: by path, the fields that read it."""
    found = []
    for path, value in _leaves(payload, ""):
        in_list = path.rpartition("[")[0] if path.endswith("]") else path
        found.append(PayloadValue(path, _shown(value), used.get(path) or used.get(in_list, [])))
        if len(found) == MOST_VALUES:
            break
    return found


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{place}]")
    else:
        yield path, value


def _shown(value: Any) -> str:
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def place_of(payload: Any, path: str) -> str | None:
    """Where a mapping's path leads in this payload, written plainly; None: nowhere."""
    value, plain = payload, ""
    for step in steps_of(path):
        named = _next(value, step)
        if named is None:
            return None
        key, value = named
        plain = f"{plain}[{key}]" if isinstance(key, int) else f"{plain}.{key}" if plain else str(key)
    return plain


def _next(value: Any, step: Step) -> tuple[str | int, Any] | None:
    if isinstance(step, list):
        items = enumerate(value) if isinstance(value, list) else []
        fits = (
            (at, item)
            for at, item in items
            if isinstance(item, dict) and all(str(item.get(name)) == wanted for name, wanted in step)
        )
        return next(fits, None)
    if isinstance(value, dict) and str(step) in value:
        return str(step), value[str(step)]
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return step, value[step]
    return None
