"""Throughput and memory of checking many filings, beside pandera and plain pandas, measured side by side in one run.

    python tests/benchmarks/scale.py [--filings N] [--sizes N …] [--rounds N] [--keep DIR]

In memory, the same balance edits over the same filings of one form, each with last year's:

- from arrays: the edit matrix, and pandera on a wide frame with a column per cell, both with figures laid out ready.
  pandera is written in two ways, as a vectorised check per edit over the frame, and as a column per edit that a parser
  computes and a column check judges, which is faster because pandera then reports one value per failure, not a row;
- from objects: the same from a list of filings, findings in words included for ours;
- plain pandas: a function called for each filing, as an analyst would write it, with its frames laid out ready.

Each gives the failed edits of each filing; that all agree is verified before anything is timed.

From files: how much of `check_reports` is reading, and time and memory of `govreport check` for projects of growing
size. Files are in the system's cache, so that what is measured is reading, not the disk.

Times are processor time, on which other work on the machine tells least: medians over rounds, all ways in turn within
a round; the ratio within a round is what counts, since a machine's speed drifts. Plain pandas is measured on a part of
the filings and given per filing. Memory is the peak resident set that Linux reports.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import pandera.pandas as pa
from generate import WRONG, filings_of, spoil, write_project

from govreport.checks.checking import check_reports
from govreport.checks.edits.balance import check_balance
from govreport.checks.edits.matrix import Case, EditMatrix, Figures, edit_matrix, evaluate, figures_of
from govreport.filing.filing import Filing
from govreport.filing.project import Project
from govreport.forms.expansion import Edit

YEARS = tuple(range(2021, 2032))
"""Years of the filings in memory: all of one edition, the first only as last year's of the second."""
PLAIN = 500
"""Filings on which plain pandas is measured."""
RESULTS_ASIDE = ["new", "carried_in", "total", "carried_out"]
APPLICANTS = ["natural", "business", "research", "public_welfare", "legal_service", "other"]
OUTCOMES = ["upheld", "corrected", "other", "pending"]

Pairs = set[tuple[int, str]]
"""Failed edits, each with the number of its filing."""
Frames = Mapping[str, pd.DataFrame]


# ---- the filings --------------------------------------------------------------------------------------------------
def make_cases(count: int) -> list[Case]:
    """Return filings of one form, each with last year's, a few of them wrong in one cell."""
    chance = Random("scale")
    cases: list[Case] = []
    for number in itertools.count(1):
        made = list(filings_of(number, YEARS, 0))
        for last, filing in itertools.pairwise(made):
            given = spoil(filing, chance)[0] if chance.random() < WRONG else filing
            if given.form == last.form:
                cases.append(Case(given, last))
            if len(cases) == count:
                return cases
    raise AssertionError


def broken_cases(case: Case, system: EditMatrix) -> list[Case]:
    """Return copies of a case in which each edit fails once, for verification."""
    cells = [edit.left[0][1] for edit in system.edits]
    filing = case.filing
    return [
        replace(case, filing=replace(filing, cells={**filing.cells, cell: int(filing.cells[cell] or 0) + 1000}))
        for cell in cells
    ]


def name_of(edit: Edit) -> str:
    """What an edit is called here: its rule and the first cell of its left side."""
    return f"{edit.rule} {edit.left[0][1]}"


# ---- the edit matrix ----------------------------------------------------------------------------------------------
def failed_in_arrays(system: EditMatrix, figures: Figures) -> Pairs:
    """Evaluate figures laid out as arrays."""
    rows, edits = np.nonzero(evaluate(system, figures).failed)
    names = [name_of(edit) for edit in system.edits]
    return {(row, names[edit]) for row, edit in zip(rows.tolist(), edits.tolist(), strict=True)}


def failed_in_filings(cases: Sequence[Case]) -> Pairs:
    """Lay out filings and evaluate them."""
    return failed_in_arrays(edit_matrix(*cases[0].kind), figures_of(cases))


def failed_in_findings(cases: Sequence[Case]) -> Pairs:
    """Check filings as `govreport check` does, with findings in words and suggested repairs."""
    return {
        (number, f"{identity.rule} {identity.cells[0]}")
        for number, findings in enumerate(check_balance(cases))
        for finding in findings
        for identity in finding.identities
    }


# ---- pandera ------------------------------------------------------------------------------------------------------
def sides(edit: Edit) -> tuple[list[str], list[str]]:
    """Return the cells on both sides of an edit after moving what is subtracted to the other side."""
    moved = [cell for factor, cell in edit.right if factor < 0]
    return [cell for _, cell in edit.left] + moved, [cell for factor, cell in edit.right if factor > 0]


def holds(frame: pd.DataFrame, edit: Edit) -> pd.Series:
    """Return for each filing of a wide frame whether an edit holds."""
    left, right = (frame[cells].sum(axis=1) for cells in sides(edit))
    return left == right if edit.sense == "=" else left <= right


def schema_of_checks(system: EditMatrix, cells: Sequence[str]) -> pa.DataFrameSchema:
    """Return a schema with a vectorised check over the frame for each edit."""
    checks = [pa.Check(partial(holds, edit=edit), name=name_of(edit), ignore_na=False) for edit in system.edits]
    return pa.DataFrameSchema({cell: pa.Column("int64") for cell in cells}, checks=checks)


def differences(frame: pd.DataFrame, edits: Sequence[Edit]) -> pd.DataFrame:
    """Return a frame with the difference between both sides of each edit."""
    both = {name_of(edit): sides(edit) for edit in edits}
    return pd.DataFrame(
        {name: frame[left].sum(axis=1) - frame[right].sum(axis=1) for name, (left, right) in both.items()}
    )


def schema_of_columns(system: EditMatrix) -> pa.DataFrameSchema:
    """Return a schema whose parser computes a column for each edit, judged by a column check."""
    zero = {"=": pa.Check.eq(0, ignore_na=False), "<=": pa.Check.le(0, ignore_na=False)}
    columns = {name_of(edit): pa.Column("int64", zero[edit.sense]) for edit in system.edits}
    return pa.DataFrameSchema(columns, parsers=pa.Parser(partial(differences, edits=system.edits)))


def failed_in_pandera(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> Pairs:
    """Validate a wide frame and collect what failed, by the check's name or the edit's column."""
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        names = cases["check"] if schema.checks else cases["column"]
        return set(zip(cases["index"].astype(int), names, strict=True))
    return set()


def frame_of(cases: Sequence[Case], cells: Sequence[str]) -> pd.DataFrame:
    """Lay out filings as a wide frame with the cells that edits speak of."""
    rows = [
        {**case.filing.cells, **{f"last.{cell}": figure for cell, figure in case.last.cells.items()}} for case in cases
    ]
    return pd.DataFrame([[row[cell] for cell in cells] for row in rows], columns=list(cells), dtype="int64")


# ---- plain pandas -------------------------------------------------------------------------------------------------
def frames_of(filing: Filing) -> Frames:
    """Lay out a filing as frames, as reading its files with pandas gives them."""
    counts = filing.frame("proactive").loc[["rules", "normative"], ["issued", "repealed", "in_force"]]
    whole = {"proactive": counts, "applications": filing.frame("applications"), "disputes": filing.frame("disputes")}
    return {key: frame.astype("int64") for key, frame in whole.items()}


def failed_in_frames(now: Frames, last: Frames) -> set[str]:
    """Check one filing with plain pandas."""
    a, d, p = now["applications"], now["disputes"], now["proactive"]
    a_last, p_last = last["applications"], last["proactive"]
    judged = {
        "A1 applications.new.{}": a.loc["new"] + a.loc["carried_in"] == a.loc["total"] + a.loc["carried_out"],
        "A2 applications.total.{}": a.loc["total"] == a.drop(index=RESULTS_ASIDE).sum(),
        "A3 applications.{}.total": a["total"] == a[APPLICANTS].sum(axis=1),
        "D1 disputes.{}.total": d["total"] == d[OUTCOMES].sum(axis=1),
        "P2 proactive.{}.issued": p["issued"] <= p["in_force"] + p["repealed"],
        "Y1 applications.carried_in.{}": a.loc["carried_in"] == a_last.loc["carried_out"],
        "Y2 proactive.{}.in_force": p["in_force"] == p_last["in_force"] + p["issued"] - p["repealed"],
    }
    return {name.format(key) for name, holds in judged.items() for key in holds.index[~holds]}


def failed_one_by_one(pairs: Iterable[tuple[Frames, Frames]]) -> Pairs:
    """Check filings one after the other with plain pandas."""
    return {(number, name) for number, (now, last) in enumerate(pairs) for name in failed_in_frames(now, last)}


# ---- in memory ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Way:
    """A way of finding the failed edits, and how many of the filings it is measured on."""

    name: str
    run: Callable[[], Pairs]
    filings: int


def ways_of(cases: Sequence[Case]) -> tuple[list[Way], list[Way]]:
    """Return the ways that start from figures laid out ready, and those that start from filings or frames."""
    system = edit_matrix(*cases[0].kind)
    used = {cell for edit in system.edits for _, cell in (*edit.left, *edit.right)}
    cells = [cell for cell in system.cells if cell in used]
    figures, frame = figures_of(cases), frame_of(cases, cells)
    checks, columns = schema_of_checks(system, cells), schema_of_columns(system)
    plain = [(frames_of(case.filing), frames_of(case.last)) for case in cases[:PLAIN] if case.last]
    count = len(cases)
    return (
        [
            Way("pandera, a column per edit", lambda: failed_in_pandera(columns, frame), count),
            Way("pandera, a check per edit", lambda: failed_in_pandera(checks, frame), count),
            Way("evaluate", lambda: failed_in_arrays(system, figures), count),
        ],
        [
            Way("pandera, a column per edit", lambda: failed_in_pandera(columns, frame_of(cases, cells)), count),
            Way("figures_of, evaluate", lambda: failed_in_filings(cases), count),
            Way("check_balance, with findings", lambda: failed_in_findings(cases), count),
            Way("plain pandas, filing by filing", lambda: failed_one_by_one(plain), len(plain)),
        ],
    )


def verify(ways: Sequence[Way]) -> Pairs:
    """Return the failed edits that all ways agree on; raise when they do not."""
    expected = ways[0].run()
    for way in ways:
        found, due = way.run(), {pair for pair in expected if pair[0] < way.filings}
        if found != due:
            raise AssertionError(f"{way.name} finds {sorted(found ^ due)[:5]} otherwise than {ways[0].name}")
    return expected


def measure(title: str, ways: Sequence[Way], rounds: int) -> None:
    """Time the ways in turn and print a line for each."""
    seconds: dict[str, list[float]] = {way.name: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            start = time.process_time()
            way.run()
            seconds[way.name].append((time.process_time() - start) / way.filings)
    first = seconds[ways[0].name]
    print(f"\n{title:44}{'µs/filing':>12}{'filings/s':>12}{'ratio':>8}")
    for way in ways:
        median = statistics.median(seconds[way.name])
        ratio = statistics.median(base / mine for base, mine in zip(first, seconds[way.name], strict=True))
        print(f"  {way.name:42}{median * 1e6:12.1f}{1 / median:12,.0f}{ratio:8.2f}")


def in_memory(count: int, rounds: int) -> None:
    """Measure the edits on figures in memory."""
    cases = make_cases(count)
    system = edit_matrix(*cases[0].kind)
    broken = broken_cases(cases[0], system)
    ready, objects = ways_of([*broken, *cases[: PLAIN - len(broken)]])
    every = {name for _, name in verify([*ready, *objects])}
    assert len(every) == len(system.edits), "each edit fails at least once"
    ready, objects = ways_of(cases)
    failed = verify([*ready, *objects])
    wrong = len({number for number, _ in failed})
    print(f"In memory: {count:,} filings with last year's, {len(system.edits)} edits, {rounds} rounds.")
    print(f"All ways find the same {len(failed):,} failed edits in {wrong:,} filings.")
    measure("figures laid out as arrays or a wide frame", ready, rounds)
    measure("filings as objects (pandas: as frames)", objects, rounds)


# ---- from files ---------------------------------------------------------------------------------------------------
class Stopwatch:
    """Time spent in functions, calls within each other counted once."""

    def __init__(self) -> None:
        self.seconds, self.depth = 0.0, 0

    def timing(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time counted."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            self.depth += 1
            start = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.depth -= 1
                if not self.depth:
                    self.seconds += time.process_time() - start

        return timed


PHASES = {
    "reading": (
        "govreport.filing.project.Project.filing",
        "govreport.filing.project.Project.last_filing",
        "govreport.filing.project.Project.years",
        "govreport.checks.gather.project_rules",
        "govreport.checks.gather.read_waivers",
    ),
    "  of it opening and decoding": ("govreport.filing.folder.read_text", "govreport.filing.table_files.read_text"),
    "filling figures into prose": ("govreport.checks.gather.render_prose",),
    "rules on prose": ("govreport.checks.checking.prose_findings",),
}
"""What checking consists of; the rest is checking the tables. The rules on prose came after the target for reading."""

OF_TABLES = "reading, of all but the rules on prose"


def shares(project: Project, reports: Sequence[tuple[Any, int]]) -> dict[str, float]:
    """Return the share of each phase in checking a project's reports, and the seconds of the whole."""
    watches = {phase: Stopwatch() for phase in PHASES}
    with ExitStack() as stack:
        for phase, functions in PHASES.items():
            for function in functions:
                module, attribute = function.rsplit(".", 1)
                owner = Project if module.endswith(".Project") else sys.modules[module]
                timed = watches[phase].timing(getattr(owner, attribute))
                stack.enter_context(patch.object(owner, attribute, timed))
        start = time.process_time()
        for _ in check_reports(project, reports):
            pass
        whole = time.process_time() - start
    told = {phase: watch.seconds / whole for phase, watch in watches.items()}
    tables = 1 - sum(share for phase, share in told.items() if not phase.startswith(" "))
    before = 1 - told["rules on prose"]
    return told | {"checking tables and the rest": tables, OF_TABLES: told["reading"] / before, "seconds": whole}


def read_plainly(folder: Path) -> Frames:
    """Read a filing's files with plain pandas."""
    wide = {key: pd.read_csv(folder / f"{key}.csv", index_col="row") for key in ("applications", "disputes")}
    long = pd.read_csv(folder / "proactive.csv").pivot(index="row", columns="column", values="value")
    counts = long.loc[["rules", "normative"], ["issued", "repealed", "in_force"]].astype("int64")
    return {"proactive": counts} | {key: frame.drop(columns="label") for key, frame in wide.items()}


def plain_from_files(project: Project, reports: Sequence[tuple[Any, int]]) -> float:
    """Return the seconds per filing that plain pandas takes to read and check filings of one edition."""
    folders = [project.data / agency.slug / str(year) for agency, year in reports if year > min(YEARS) + 1]
    start = time.process_time()
    for folder in folders:
        failed_in_frames(read_plainly(folder), read_plainly(folder.parent / str(int(folder.name) - 1)))
    return (time.process_time() - start) / len(folders)


def from_files(root: Path, rounds: int) -> None:
    """Measure what reading takes of checking a project from its files."""
    project = Project.find(root)
    reports = project.reports()
    measured, plain = [], []
    for _ in range(rounds):
        measured.append(shares(project, reports))
        plain.append(plain_from_files(project, reports[:PLAIN]))
    print(f"\nFrom files: check_reports over {len(reports):,} filings, each with last year's; {rounds} rounds.")
    for phase in (*PHASES, "checking tables and the rest", OF_TABLES):
        print(f"  {phase:42}{statistics.median(shares[phase] for shares in measured):12.1%}")
    each = statistics.median(shares["seconds"] for shares in measured) / len(reports)
    print(f"  {'check_reports':42}{each * 1e6:12.1f} µs/filing{1 / each:12,.0f} filings/s")
    other = statistics.median(plain)
    print(f"  {'plain pandas, balance edits only':42}{other * 1e6:12.1f} µs/filing{1 / other:12,.0f} filings/s")


CHILD = """
import sys, time
from govreport.cli import main
sys.argv = ["govreport", "check", *sys.argv[1:]]
try:
    main()
finally:
    with open("/proc/self/status") as status:
        peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
    print("MEASURED", time.process_time(), peak, file=sys.stderr)
"""


def run_command(root: Path, form: str) -> tuple[float, float]:
    """Run `govreport check` in a process of its own; returns seconds and peak memory in MB."""
    command = [sys.executable, "-c", CHILD, "--format", form]
    done = subprocess.run(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    measured = [line.split() for line in done.stderr.splitlines() if line.startswith("MEASURED")]
    if not measured or done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    _, seconds, peak = measured[-1]
    return float(seconds), int(peak) / 1024


def by_size(projects: Mapping[int, Path]) -> None:
    """Print time and memory of `govreport check` for each project, by the format of its findings."""
    forms = ("text", "csv", "json")
    print(f"\n{'govreport check':16}" + "".join(f"{form + ' s':>12}{'peak MB':>10}" for form in forms))
    for filings, root in projects.items():
        measured = [run_command(root, form) for form in forms]
        print(f"{filings:>8,} filings" + "".join(f"{seconds:12.1f}{peak:10.0f}" for seconds, peak in measured))


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filings", type=int, default=10_000, metavar="N", help="filings in memory")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 3000, 10_000], metavar="N", help="of projects")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where projects are written once and kept")
    options = parser.parse_args()
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "pandera"))
    print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}, {packages}\n")
    in_memory(options.filings, options.rounds)
    with tempfile.TemporaryDirectory() as name:
        folder = (options.keep or Path(name)).absolute()
        projects = {size: folder / str(size) for size in sorted(options.sizes)}
        for size, root in projects.items():
            if not root.exists():
                write_project(root, size)
        from_files(next(iter(projects.values())), options.rounds)
        by_size(projects)


if __name__ == "__main__":
    main()
