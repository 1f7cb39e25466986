"""How strong the tests are: change the code in one place at a time, and count the changes that no test sees.

    python tools/mutants.py [--each 60] [--seed 14] [--again FILE] [-o FILE] [MODULE …]

The code is changed in a copy, a random sample of places in each module. A change is caught when a test fails or
takes five times the processor time; tests that fail without a change do not count. What no test saw is listed in
FILE, and ``--again FILE`` tries just that once more.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("govreport", "tests", "notebooks", "data", "docs", "pyproject.toml", "README.md", "README.zh-CN.md")
TESTS = {
    "core/": "figures table_files narratives",
    "forms/": "forms project_rules parts tables rules_doc",
    "checks/edits/": "project_rules rules_doc findings balance",
    "checks/localise/": "literature localise evidence",
    "publish/html_writer.py": "round_trips embedded html",
}
"""The tests that have to do with a module, by name; those of the strength of its room come first."""
OTHER = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
}  # fmt: skip


def changes(node: Any) -> Iterator[ast.AST]:
    """Yield what is put in the place of a part of the code."""
    match node:
        case ast.Compare(ops=[op]):
            yield ast.Compare(node.left, [OTHER[type(op)]()], node.comparators)
        case ast.BinOp(op=op) if type(op) in OTHER:
            yield ast.BinOp(node.left, OTHER[type(op)](), node.right)
        case ast.BoolOp(op=op, values=values):
            yield from (ast.BoolOp(op, values[:n] + values[n + 1 :]) for n in range(len(values)))
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str(value)) if value:
            yield ast.Constant("")
        case ast.Call(func, [argument], []) if not isinstance(argument, ast.Starred) and ast.unparse(func).islower():
            yield argument
        case ast.Call(ast.Attribute(owner), [], []):
            yield owner
        case ast.Return(value=ast.expr()):
            yield ast.Return(ast.Constant(None))
        case ast.If() | ast.IfExp():
            yield from (type(node)(ast.Constant(value), node.body, node.orelse) for value in (True, False))
        case ast.comprehension(ifs=[_, *rest]):
            yield ast.comprehension(node.target, node.iter, rest, node.is_async)
        case ast.Expr(value=ast.Call() | ast.YieldFrom()) | ast.AugAssign() | ast.Raise():
            yield ast.Pass()


def places(node: ast.AST, within: str = "") -> Iterator[tuple[str, Any, Any, Any]]:
    """Yield each part of the code: its function, what holds it, where, and itself; no annotations, no wording."""
    within = f"{within}.{node.name}".lstrip(".") if isinstance(node, ast.FunctionDef | ast.ClassDef) else within
    for field, value in ast.iter_fields(node):
        held, keys = (value, range(len(value))) if isinstance(value, list) else (node.__dict__, [field])
        for key in keys:
            part = held[key]
            text = isinstance(node, ast.JoinedStr | ast.Expr) and isinstance(part, ast.Constant)
            if isinstance(part, ast.AST) and not text and field not in ("annotation", "returns", "decorator_list"):
                yield within, held, key, part
                yield from places(part, within)


def mutants(source: str) -> dict[str, str]:
    """Return the changed sources of a module, each by a text that tells the change."""
    tree, found = ast.parse(source), dict[str, str]()
    for within, held, key, part in list(places(tree)):
        for change in changes(part):
            was, becomes = (" ".join(ast.unparse(one).split()) for one in (part, change))
            told = f"{within or 'module'}: {was[:100]}  ->  {becomes[:100]}"
            held[key] = ast.copy_location(change, part)
            number = sum(other.startswith(told) for other in found)
            found[f"{told} ({number + 1})" if number else told] = ast.unparse(ast.fix_missing_locations(tree))
            held[key] = part
    return found


def run(tests: list[str], seconds: int) -> bool:
    """Run tests in a fork; return whether all of them pass in so many seconds of processor time."""
    child = os.fork()
    if not child:
        os.setpgrp()
        sys.dont_write_bytecode = True
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        signal.alarm(60 + 20 * seconds)
        os._exit(pytest.main(["-x", "-p", "no:xdist", *tests]))
    return os.waitpid(child, 0)[1] == 0


class Failing:
    """The tests that fail, as pytest tells them."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the name of a test that failed."""
        if report.failed:
            self.names.append(report.nodeid)


def files_of(place: Path) -> list[Path]:
    """Return the modules of a place."""
    return [path for path in place.glob("*.py") if path.name != "__init__.py"] if place.is_dir() else [place]


@cache
def tests_of(place: str) -> tuple[list[str], int]:
    """Return the arguments that choose a room's tests, and five times the seconds that they take, twenty at least."""
    strength = Path("tests", place).parent if place.endswith(".py") else Path("tests", place.partition("/")[0])
    files = [str(path) for path in sorted(strength.glob("test_strength_*.py"))]
    files += [str(path) for name in TESTS[place].split() for path in Path("tests").glob(f"**/test_{name}.py")]
    failing, before = Failing(), sum(os.times()[:4])
    if (
        pytest.main(["--tb=no", "-p", "no:xdist", f"govreport/{place}", *files], [failing])
        > pytest.ExitCode.TESTS_FAILED
    ):
        sys.exit(f"The tests of {place} do not run.")
    seconds = 5 * (sum(os.times()[:4]) - before)
    own = [name for name, found in sys.modules.items() if str(Path.cwd()) in str(getattr(found, "__file__", ""))]
    for name in own:  # the libraries stay, so that a fork is quick
        del sys.modules[name]
    return [*files, *(f"--deselect={name}" for name in failing.names)], max(20, round(seconds))


def main() -> None:
    """Measure the modules that are named, or all, and print how many changes the tests see."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=60, help="changes tried in a module")
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--again", type=Path, help="try only what this file lists")
    parser.add_argument("-o", type=Path, default=Path("mutants.json"))
    parser.add_argument("modules", nargs="*")
    options = parser.parse_args()
    again = json.loads(options.again.read_text(encoding="utf-8")) if options.again else None
    out, unseen = options.o.resolve(), dict[str, list[str]]()
    every = [str(path.relative_to(ROOT)) for place in TESTS for path in sorted(files_of(ROOT / "govreport" / place))]
    chosen = options.modules or list(again or every)
    with tempfile.TemporaryDirectory() as folder:
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, Path(folder) / name)
        os.chdir(folder)
        sys.path.insert(0, folder)
        os.environ |= {"PYTHONPATH": folder, "OPENBLAS_NUM_THREADS": "1"}
        for module in chosen:
            path = Path(module)
            source = path.read_text(encoding="utf-8")
            possible = mutants(source)
            told = list(possible) if again is None else [one for one in again[module] if one in possible]
            told = random.Random(options.seed).sample(told, min(options.each, len(told)))
            tests, seconds = tests_of(next(place for place in TESTS if module.startswith(f"govreport/{place}")))
            Path(importlib.util.cache_from_source(module)).unlink(missing_ok=True)
            unseen[module] = []
            for one in told:
                path.write_text(possible[one], encoding="utf-8")
                if run([module, *tests], seconds):
                    unseen[module].append(one)
                    print("   ", one, flush=True)
            path.write_text(source, encoding="utf-8")
            caught = len(told) - len(unseen[module])
            print(f"{module}: {caught} of {len(told)} changes caught ({len(possible)} possible)", flush=True)
            out.write_text(json.dumps(unseen, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
