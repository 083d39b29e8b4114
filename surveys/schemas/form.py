"""What a form shows: a survey in one language, with its texts filled in and in the respondent's own order."""

from dataclasses import dataclass, field
from typing import Any

from surveys.schemas.questions import Kind, Look


@dataclass(frozen=True)
class ScaleStep:
    number: int
    label: str


@dataclass(frozen=True)
class Offer:
    """An answer to choose. `scores`: offered for these scores only, once a score is given."""

    value: str
    label: str
    scores: str = ""


@dataclass(frozen=True)
class FormField:
    """One question as it is shown. `only_if`: said where no script hides it; `show_if`: what the script reads."""

    key: str
    kind: Kind
    wording: str
    hint: str
    value: Any
    error: str | None
    required: bool
    not_applicable: bool
    look: Look = Look.NUMBERS
    steps: list[ScaleStep] = field(default_factory=list)
    ends: tuple[str, str] = ("", "")
    offers: list[Offer] = field(default_factory=list)
    rows: list[Offer] = field(default_factory=list)
    other: str | None = None
    reasons_for: str = ""
    max_length: int = 0
    max_minutes: int = 0
    only_if: str = ""
    show_if: str = ""


@dataclass(frozen=True)
class Form:
    title: str
    intro: str
    thanks: str
    mode: str
    fields: list[FormField]
    branches: bool
    faces: bool
