"""Moments that somebody else's simulator has hidden, where that simulator is at hand."""

import importlib.util
import os
import sys
from argparse import Namespace
from pathlib import Path
from types import ModuleType

import pytest

from analysis.statistics.moments import Method
from bench.moments import ours, world
from core.settings import ROOT

TOOLS = Path(os.environ.get("TOUCHSTONE_TEST_DATA", ROOT.parent / "shared" / "data")).parent / "tools"

pytestmark = pytest.mark.skipif(not (TOOLS / "sim.py").exists(), reason=f"no simulator in {TOOLS}")


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"simulator_{name}", TOOLS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


def test_most_of_what_is_found_is_true_and_a_good_part_is_found() -> None:
    sim, score = tool("sim"), tool("score")
    options = Namespace(family="A", salt="", months=24, null=None)
    wrong = right = hidden = 0
    for seed in range(21, 26):
        experiences, truth = world(sim, options, seed, 20_000)
        result = score.score(truth, ours(experiences, Method())[0])
        wrong, right, hidden = wrong + result["fp"], right + result["tp"], hidden + result["positives"]
    assert wrong <= 0.15 * (wrong + right)
    assert right >= 0.25 * hidden
