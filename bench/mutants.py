"""Would a test notice? Small faults are put into tokens, disclosure and permissions, one at a time, and the tests run.

    python -m bench.mutants [--only disclosure] [--seconds 60]

A comparison is moved or turned round, `and` becomes `or`, a number grows by one, `not` falls away, True is False.
Each fault lives in a process of its own, never in a file. A fault that no test notices is printed with its line; those
that are known, and why they may live: CONTRIBUTING.md.
"""

import argparse
import ast
import importlib.abc
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.settings import ROOT

DISCLOSURE = ("tests/analysis/test_disclosure.py", "tests/analysis/test_disclosure_plan.py")
TESTS: dict[str, tuple[str, ...]] = {
    "core/ids.py": ("tests/core/test_ids.py",),
    "core/auth/rules.py": ("tests/core/auth/test_rules.py",),
    "core/auth/schemas.py": ("tests/core/auth/test_rules.py",),
    "analysis/disclosure/__init__.py": DISCLOSURE,
    "analysis/disclosure/groups.py": ("tests/analysis/test_disclosure_groups.py", *DISCLOSURE),
    "analysis/disclosure/planning.py": DISCLOSURE,
    "analysis/disclosure/portfolios.py": DISCLOSURE,
}
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
HEAVY = ("pytest", "hypothesis", "sqlalchemy", "sqlmodel", "litestar", "numpy", "httpx", "asyncpg", "msgspec", "babel")


class Fault(ast.NodeTransformer):
    """Puts the `number`-th fault in; `seen` counts the places, `told` says what was done."""

    def __init__(self, number: int) -> None:
        self.number, self.seen, self.told = number, 0, ""

    def _here(self, node: Any, told: str) -> bool:
        self.seen += 1
        if self.seen - 1 == self.number:
            self.told = f"line {node.lineno}: {told}"
        return self.seen - 1 == self.number

    def visit_Compare(self, node: ast.Compare) -> Any:
        self.generic_visit(node)
        other = TURNED[type(node.ops[0])]
        if self._here(node, f"{type(node.ops[0]).__name__} -> {other.__name__}"):
            node.ops[0] = other()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        self.generic_visit(node)
        if self._here(node, "and <-> or"):
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        self.generic_visit(node)
        return node.operand if isinstance(node.op, ast.Not) and self._here(node, "not -> nothing") else node

    def visit_Constant(self, node: ast.Constant) -> Any:
        if isinstance(node.value, bool) and self._here(node, f"{node.value} -> {not node.value}"):
            return ast.copy_location(ast.Constant(not node.value), node)
        if type(node.value) is int and self._here(node, f"{node.value} -> {node.value + 1}"):
            return ast.copy_location(ast.Constant(node.value + 1), node)
        return node


class Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from another tree than its file holds."""

    def __init__(self, path: Path, tree: ast.Module) -> None:
        self.path, self.code = path, compile(tree, str(path), "exec")
        self.name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> Any:
        if name != self.name:
            return None
        package = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(name, self.path, loader=self, submodule_search_locations=package)  # type: ignore[arg-type]

    def exec_module(self, module: Any) -> None:
        exec(self.code, module.__dict__)


def faults(path: Path) -> Iterator[tuple[str, ast.Module]]:
    source, number = path.read_text(), 0
    while True:
        fault = Fault(number)
        tree = ast.fix_missing_locations(fault.visit(ast.parse(source)))
        if not fault.told:
            return
        yield fault.told, tree
        number += 1


def noticed(path: Path, tree: ast.Module, seconds: float) -> bool:
    """Whether the tests fail, or do not come to an end, with this tree in the place of the file."""
    child = os.fork()
    if not child:
        os.setsid()  # with the servers that its tests start
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
        os.dup2(sys.stdout.fileno(), 1)
        os.dup2(sys.stdout.fileno(), 2)
        sys.meta_path.insert(0, Instead(path, tree))
        import pytest

        tests = [str(ROOT / test) for test in TESTS[str(path.relative_to(ROOT))]]
        os._exit(int(pytest.main(["-x", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]) != 0))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status != 0
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print(f"  {path.name}: a fault was given up after {seconds:.0f} s, and counts as noticed", flush=True)
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    parser.add_argument("--seconds", type=float, default=120)
    asked = parser.parse_args()
    os.chdir(ROOT)
    for name in HEAVY:  # what every fault would load again
        __import__(name)
    for name in TESTS:
        if asked.only not in name:
            continue
        path, living, n = ROOT / name, list[str](), 0
        assert not noticed(path, ast.parse(path.read_text()), asked.seconds), "the tests fail without a fault"
        for told, tree in faults(path):
            n += 1
            if not noticed(path, tree, asked.seconds):
                living.append(told)
        print(f"{name}: {n - len(living)} of {n} faults noticed", flush=True)
        for told in living:
            print(f"  lives: {told}", flush=True)


if __name__ == "__main__":
    main()
