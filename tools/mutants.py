"""How strong the tests are: change the code in one place at a time, and count the changes that no test sees.

    python tools/mutants.py [--each 60] [--again FILE] [-o FILE] [MODULE …]

The code is changed in a copy, a random sample of places in each module. A change is caught when a test fails or
takes five times the time, of the processor or on the clock. What no test saw is listed in FILE; ``--again FILE`` tries
just that once more.
"""

from __future__ import annotations

import argparse
import ast
import json
import operator
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SEED = 14
TESTS = {
    "core/*.py": "figures table_files narratives grid html_walk markdown glyph_fallback",
    "core/bounded_process.py": "bounded_process",
    "core/errors.py": "settings table_files expressions",
    "core/fonts/__init__.py": "markdown_pages",
    "core/schema.py": "settings project_forms",
    "core/watching.py": "strength_inputs what_is_read",
    "forms/*.py": "forms project_rules parts tables rules_doc",
    "filing/own_table.py": "own_tables own_labels cell_table seen_tables marks",
    "checks/edits/*.py": "project_rules findings balance",
    "checks/localise/*.py": "literature localise evidence",
    "checks/prose/own_*.py": "own_tables_in_prose",
    "checks/prose/markdown_tables.py": "markdown_tables own_tables_in_prose",
    "checks/cell_prose.py": "cell_prose",
    "exchange/recognise/seen_tables.py": "seen_tables",
    "publish/html_writer.py": "round_trips embedded html appearance",
    "publish/docx_writer.py": "docx left_out appearance embedded",
}
"""The tests that have to do with modules, by name; those of the strength of their room come first."""
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
        case ast.Constant(value=int(value) | float(value)):
            yield ast.Constant(not value if isinstance(value, bool) else value + 1)
        case ast.Constant(value=str(value)) if value:
            yield ast.Constant("")
        case ast.Call(func, [rest], []) if not isinstance(rest, ast.Starred) and ast.unparse(func).islower():
            yield rest
        case ast.Call(ast.Attribute(rest), [], []):
            yield rest
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
            number = sum(other.startswith(told) for other in found)
            if was == becomes:
                continue
            held[key] = ast.copy_location(change, part)
            found[f"{told} ({number + 1})" if number else told] = ast.unparse(ast.fix_missing_locations(tree))
            held[key] = part
    return found


def run(tests: list[str], computed: int, waited: int) -> bool:
    """Run tests in a fork; return whether all of them pass in so many seconds of the processor, and on the clock."""
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        sys.dont_write_bytecode = True
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        resource.setrlimit(resource.RLIMIT_CPU, (computed, computed))
        signal.alarm(waited)
        os._exit(pytest.main(["-x", "-n", "0", *tests]))
    try:
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    finally:
        os.killpg(child, signal.SIGKILL)  # what it started ends with it
    return os.waitpid(child, 0)[1] == 0


@cache
def tests_of(place: str) -> tuple[list[str], int, int]:
    """Return the files of the tests of some modules, and five times the seconds that they compute, and wait."""
    room = place.partition("/")[0]
    files = [*map(str, sorted(Path("tests", room).rglob("test_strength_*.py")))]
    files += [str(path) for name in TESTS[place].split() for path in Path("tests").rglob(f"test_{name}.py")]
    pytest.main(["--collect-only", "-qq", "-n", "0", *files])  # imports the libraries, starts no threads of theirs
    for name in [name for name, own in sys.modules.items() if str(Path.cwd()) in str(getattr(own, "__file__", ""))]:
        del sys.modules[name]
    before = os.times()
    if not run(files, 3600, 3600):
        sys.exit(f"The tests of {place} fail without a change.")
    _, _, user, system, clock = map(operator.sub, os.times(), before)
    return files, 20 + round(5 * (user + system)), 60 + round(5 * clock)


def survivors(module: str, place: str, told: Iterable[str], possible: Mapping[str, str]) -> list[str]:
    """Return the changes of a module that its tests do not see."""
    tests, *bounds = tests_of(place)
    path, found = Path(module), list[str]()
    source = path.read_text(encoding="utf-8")
    shutil.rmtree(path.parent / "__pycache__", ignore_errors=True)
    for one in told:
        path.write_text(possible[one], encoding="utf-8")
        found += [one] if run([module, *tests], *bounds) else []
    path.write_text(source, encoding="utf-8")
    return found


def main() -> None:
    """Measure the modules that are named, or all, and print how many changes the tests see."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=60, help="changes tried in a module")
    parser.add_argument("--again", type=Path, help="try only what this file lists")
    parser.add_argument("-o", type=Path, default=Path("mutants.json"))
    parser.add_argument("modules", nargs="*")
    options = parser.parse_args()
    again = json.loads(options.again.read_text(encoding="utf-8")) if options.again else {}
    place = {str(path.relative_to(ROOT)): one for one in TESTS for path in sorted(ROOT.glob(f"govreport/{one}"))}
    out, unseen = options.o.resolve(), dict[str, list[str]]()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "output"), dirs_exist_ok=True)
        os.chdir(folder)
        sys.path.insert(0, folder)
        os.environ |= {"PYTHONPATH": folder, "OPENBLAS_NUM_THREADS": "1"}
        for module in options.modules or again or place:
            possible = mutants(Path(module).read_text(encoding="utf-8"))
            told = [one for one in again.get(module, possible) if one in possible]
            told = random.Random(SEED).sample(told, min(options.each, len(told)))
            unseen[module] = survivors(module, place[module], told, possible)
            print(
                *unseen[module],
                f"{module}: {len(unseen[module])} of {len(told)} changes not seen",
                sep="\n",
                flush=True,
            )
            out.write_text(json.dumps(unseen, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
