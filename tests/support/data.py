"""Public data that is too large or too loosely licensed to be kept here; tests skip visibly without it."""

import os
from pathlib import Path

import pytest

from core.settings import ROOT

DATA = Path(os.environ.get("TOUCHSTONE_TEST_DATA") or ROOT.parent / "shared" / "data")


def data_file(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not in TOUCHSTONE_TEST_DATA ({DATA})")
    return path
