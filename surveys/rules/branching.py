"""Which questions are asked, and in which order."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeVar

from surveys.schemas import Condition, Option, Question

T = TypeVar("T")
Said = Mapping[str, Any]  # question key -> what was read from its answer; None: nothing


def applies(question: Question, said: Said, ticket: Mapping[str, str]) -> bool:
    return not question.show_if or all(holds(condition, said, ticket) for condition in question.show_if)


def must_be_answered(question: Question, said: Said, ticket: Mapping[str, str]) -> bool:
    if question.required:
        return True
    return bool(question.required_if) and all(holds(one, said, ticket) for one in question.required_if)


def holds(condition: Condition, said: Said, ticket: Mapping[str, str]) -> bool:
    value = ticket.get(condition.ticket, "") if condition.ticket else said.get(condition.question)
    if condition.values:
        return any(plain in condition.values for plain in _plain(value))
    if condition.at_least is None and condition.at_most is None:
        return value not in (None, "", [])
    number = _number(value)
    if number is None:
        return False
    low = condition.at_least if condition.at_least is not None else number
    high = condition.at_most if condition.at_most is not None else number
    return low <= number <= high


def _plain(value: Any) -> list[str]:
    """An answer as conditions name it."""
    if isinstance(value, list):
        return [str(one) for one in value]
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    return [] if value is None else [str(value)]


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    return float(value) if str(value).isdecimal() else None


def in_order(questions: Sequence[Question], seed: str) -> list[Question]:
    """Questions of one block, where they stand together, in an order that is the respondent's own."""
    ordered = list[Question]()
    for block, members in groupby(questions, key=lambda question: question.block):
        together = list(members)
        ordered += shuffled(together, seed, block, lambda question: question.key) if block else together
    return ordered


def options_in_order(question: Question, seed: str) -> list[Option]:
    if not question.shuffle:
        return list(question.options)
    return shuffled(question.options, seed, question.key, lambda option: option.value)


def shuffled(things: Iterable[T], seed: str, name: str, key: Callable[[T], str]) -> list[T]:
    """The same for the same seed, and every order alike likely over all seeds."""

    def place(thing: T) -> bytes:
        return hashlib.sha256(f"{seed}\0{name}\0{key(thing)}".encode()).digest()

    return sorted(things, key=place)
