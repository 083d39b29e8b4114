"""A classifier that a text can hold for ever, in a module of its own: the process that reads loads it by its name."""

import time
from typing import Any

from analysis.classifier import Reading

TRAP = "a text that holds whoever reads it"


def read(texts: list[str], _touchpoints: Any, **_more: Any) -> list[Reading]:
    if TRAP in texts:
        time.sleep(600)
    return [Reading(language="en", label="positive", score=1.0, confidence=0.9) for _ in texts]
