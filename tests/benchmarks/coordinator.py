"""How many workers of a cluster one coordinator can keep busy.

    python tests/benchmarks/coordinator.py [PYTHON …] [--reports 1000] [--workers 64] [--work 0.2]

Each Python has one build installed, by default this one. The coordinator is the real command, ``govreport run --force
--scheduler``, with a real Dask scheduler. The workers are simulated: threads of one process, each of which answers a
report after `--work` seconds and makes nothing. Measured is the processor time of the coordinator, and that of the
scheduler, which may run on a machine of its own, for a tenth of the reports and for all of them; the difference is what
a report takes. The index page is among it, for which the filings of reports that nobody made are read. As many workers
as the coordinator's part goes into `--work` fill one core of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parent.parent.parent
SCHEDULER = """
from distributed.cli.dask_scheduler import main
main(["--host", "127.0.0.1", "--port", "0", "--scheduler-file", {file!r}])
"""
WORKERS, WORK = 64, 0.2
"""Simulated workers, and the seconds that each takes for a report."""
PATIENCE = 120
"""Seconds that a scheduler may take to start on a busy machine."""


def simulate(address: str, workers: int, work: float) -> None:
    """Answer the reports of a scheduler until it is gone."""
    from distributed import Worker  # noqa: PLC0415

    from govreport.batch import pool  # noqa: PLC0415
    from govreport.batch.job import Outcome  # noqa: PLC0415

    def answer(job: Any) -> Outcome:
        time.sleep(work)
        return Outcome(job, "一致", "未发现问题", seconds=work, steps={"execute": work})

    vars(sys.modules[pool.produce_in_worker.__module__])["produce_in_worker"] = answer

    async def serve() -> None:
        async with Worker(address, nthreads=workers, dashboard=False) as worker:
            await worker.finished()

    asyncio.run(serve())


def address_in(file: Path) -> str:
    """Wait until a scheduler has written its address into a file, and return it."""
    for _ in range(PATIENCE * 10):
        if file.exists() and (text := file.read_text()):
            return str(json.loads(text)["address"])
        time.sleep(0.1)
    raise TimeoutError(file)


def measured(build: Path, root: Path, workers: int, work: float) -> tuple[float, float]:
    """Run all reports of a project on simulated workers.

    Returns the processor seconds of the coordinator and of the scheduler.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    quiet: dict[str, Any] = {
        "cwd": root,
        "env": environment,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }
    file = root / "scheduler.json"
    file.unlink(missing_ok=True)
    with ExitStack() as stack:
        scheduler = subprocess.Popen([build, "-c", SCHEDULER.format(file=str(file))], **quiet)
        stack.callback(scheduler.kill)
        address = address_in(file)
        simulated = [
            build,
            str(Path(__file__).resolve()),
            "--simulate",
            address,
            "--workers",
            str(workers),
            "--work",
            str(work),
        ]
        stack.callback(subprocess.Popen(simulated, **quiet).kill)
        seconds = [sum(psutil.Process(scheduler.pid).cpu_times()[:2])]
        command = [build.with_name("govreport"), "run", "--force", "--scheduler", address]
        coordinator = subprocess.Popen(command, **quiet)
        _, status, used = os.wait4(coordinator.pid, 0)
        if status:
            raise subprocess.CalledProcessError(status, command)
        seconds.append(sum(psutil.Process(scheduler.pid).cpu_times()[:2]))
        return used.ru_utime + used.ru_stime, seconds[1] - seconds[0]


def a_report(build: Path, reports: int, workers: int, work: float) -> tuple[float, float]:
    """Return the processor seconds that one report takes of the coordinator and of the scheduler."""
    from generate import write_project  # noqa: PLC0415, the simulated workers have another build

    found = []
    for number in (reports // 10, reports):
        with tempfile.TemporaryDirectory() as name:
            write_project(Path(name), number, wrong=0.0)
            shutil.copytree(ROOT / "notebooks", Path(name) / "notebooks", ignore=shutil.ignore_patterns(".*"))
            found.append(measured(build, Path(name), workers, work))
    few, many = found
    return tuple((more - less) / (reports - reports // 10) for less, more in zip(few, many, strict=True))


def main() -> None:
    """Measure and print a line for each build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("builds", nargs="*", type=Path, metavar="PYTHON", default=[Path(sys.executable)])
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--work", type=float, default=WORK)
    parser.add_argument("--simulate", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.simulate:
        simulate(options.simulate, options.workers, options.work)
        return
    print(f"{options.reports} reports, {options.workers} simulated workers, {options.work} s a report")
    for build in options.builds:
        coordinator, scheduler = a_report(build, options.reports, options.workers, options.work)
        told = f"{coordinator * 1000:.2f} ms of the coordinator, {scheduler * 1000:.2f} ms of the scheduler"
        print(f"{build}: {told}; {options.work / coordinator:.0f} workers fill a core of the coordinator")


if __name__ == "__main__":
    main()
