"""What the demo company is: read from `company.toml` and `phrases.toml`."""

from functools import lru_cache
from pathlib import Path

import msgspec

from journeys.schemas.places import Persona, Scenario, TouchpointDefinition

HERE = Path(__file__).parent


class DemoCustomer(msgspec.Struct, frozen=True):
    key: str
    name: str
    weight: float
    chinese: float
    manager: bool


class DemoService(msgspec.Struct, frozen=True):
    key: str
    name: str
    weight: float
    agreed_hours: float
    kinds: dict[str, float]
    groups: list[str]


class Plant(msgspec.Struct, frozen=True):
    """A moment put there on purpose: where, for whom, since when, and what it does.

    `ended`: so many months ago it was put right.
    """

    touchpoint: str
    quality: float
    share: float
    months: int
    topic: str
    ended: float = 0.0
    customers: list[str] = []
    waiting: float = 1.0
    waiting_for: str = "other"
    handoffs: float = 0.0
    reopened: float = 0.0


class Company(msgspec.Struct, frozen=True):
    customers: list[DemoCustomer]
    services: list[DemoService]
    touchpoints: list[TouchpointDefinition]
    plants: list[Plant]
    personas: list[Persona] = []
    scenarios: list[Scenario] = []


Phrases = dict[str, dict[str, dict[str, list[str]]]]


@lru_cache
def company() -> Company:
    return msgspec.toml.decode((HERE / "company.toml").read_bytes(), type=Company)


@lru_cache
def phrases() -> Phrases:
    """topic -> good, fine or bad -> language -> sentences."""
    return msgspec.toml.decode((HERE / "phrases.toml").read_bytes(), type=Phrases)
