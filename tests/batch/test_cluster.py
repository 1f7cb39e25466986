"""``govreport run --scheduler``: a batch on a Dask cluster, with a real scheduler and real worker processes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.support.patience import PATIENCE, wait_for
from tests.support.projects import COMMAND, GOOD, YEAR, add_agency, govreport, make_project, write_notebook

DASK = Path(sys.executable).with_name("dask")
pytestmark = pytest.mark.skipif(not DASK.exists(), reason="Dask is not installed (pip install 'govreport[dask]')")
ALONE = "--no-nanny"
"""Without a second process that starts the worker and watches it."""
NINE = ("--year", "2021", "--year", "2022", "--year", "2023")
"""Three years of three agencies."""


@dataclass
class Cluster:
    """A scheduler on the loopback and its workers."""

    address: str
    processes: list[subprocess.Popen[bytes]]
    folder: Path

    def add_worker(self, *options: str) -> subprocess.Popen[bytes]:
        """Start a worker with one thread, under a nanny or alone, and wait until the scheduler knows it."""
        number = len(self.processes)
        log = self.folder / f"worker-{number}.log"
        command = [DASK, "worker", self.address, "--nthreads", "1", "--no-dashboard", *options]
        with log.open("wb") as target:
            process = subprocess.Popen(
                [*command, "--local-directory", self.folder / f"worker-{number}"], stdout=target, stderr=target,
                cwd=self.folder, start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        wait_for_line(log, r"Registered to")
        return process

    def spare_worker(self) -> subprocess.Popen[bytes]:
        """Return a worker alone, beside the one that outlives every test: one that a test has left, or a new one."""
        return next((one for one in self.alive() if one not in self.processes[:2]), None) or self.add_worker(ALONE)

    def alive(self) -> list[subprocess.Popen[bytes]]:
        """The scheduler and the workers that have not ended."""
        return [process for process in self.processes if process.poll() is None]


def wait_for_line(log: Path, pattern: str) -> re.Match[str]:
    """Wait until a program's log has a line."""
    return wait_for(lambda: re.search(pattern, log.read_text(errors="replace")), f"{pattern} in {log}")


@pytest.fixture(scope="module")
def clusters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Cluster]]:
    """The clusters that tests have started; all end with the tests."""
    made: list[Cluster] = []
    yield made
    for process in [process for one in made for process in reversed(one.alive())]:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def cluster(clusters: list[Cluster], tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """A scheduler with one worker, the same for every test as long as none has killed it."""
    if not clusters or clusters[-1].processes[0].poll() is not None:
        clusters.append(started_scheduler(tmp_path_factory.mktemp("cluster")))
        clusters[-1].add_worker(ALONE)
    return clusters[-1]


def started_scheduler(folder: Path) -> Cluster:
    """Start a scheduler."""
    log = folder / "scheduler.log"
    with log.open("wb") as target:
        scheduler = subprocess.Popen(
            [DASK, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"], stdout=target, stderr=target,
            cwd=folder, start_new_session=True,
        )  # fmt: skip
    return Cluster(wait_for_line(log, r"tcp://127\.0\.0\.1:\d+")[0], [scheduler], folder)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A project of three agencies."""
    root = make_project(tmp_path / "project", GOOD)
    for slug in ("shili-b", "shili-c"):
        add_agency(root, slug)
    return root


def test_a_batch_on_a_cluster_makes_the_same_pages_as_here(cluster: Cluster, city: Path, tmp_path: Path):
    cluster.spare_worker()
    result = govreport(city, "run", "--year", str(YEAR), "--scheduler", cluster.address)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "生成3份" in result.stdout
    here = tmp_path / "here"
    shutil.copytree(city, here, ignore=shutil.ignore_patterns("output"))
    assert govreport(here, "run", "--year", str(YEAR)).returncode == 0
    for page in ("report.html", "report.pdf", "review.html"):
        for slug in (GOOD, "shili-b", "shili-c"):
            made, expected = (root / f"output/{YEAR}/{slug}/{page}" for root in (city, here))
            assert made.read_bytes() == expected.read_bytes(), page


TICKETS = """
import os, subprocess, time
for number in range(99):
    try:
        open(os.path.join(CITY, f"began-{number}"), "x").close()
        break
    except FileExistsError:
        pass
while number >= 3 and subprocess.run(["test", "-e", os.path.join(CITY, "wait")]).returncode == 0:  # no look at an input
    time.sleep(0.1)
print("好")
"""
"""A notebook that waits until a file is gone, unless it is one of the first three."""


@contextmanager
def run_in_the_middle(city: Path, cluster: Cluster) -> Iterator[subprocess.Popen[str]]:
    """Start a run of nine reports and go on when the fourth has begun; the rest wait until the block has ended."""
    write_notebook(city, TICKETS.replace("CITY", repr(str(city))), forked=True)
    (city / "wait").touch()
    run = subprocess.Popen(
        [COMMAND, "run", *NINE, "--scheduler", cluster.address, "--formats", "html"],
        cwd=city, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    wait_for((city / "began-3").exists, "the fourth notebook")
    yield run
    (city / "wait").unlink()


@pytest.mark.parametrize("start", [Cluster.add_worker, Cluster.spare_worker], ids=["under a nanny", "alone"])
def test_a_worker_killed_in_the_middle_costs_only_its_reports_time(
    cluster: Cluster, city: Path, start: Callable[[Cluster], subprocess.Popen[bytes]]
):
    doomed = start(cluster)
    with run_in_the_middle(city, cluster) as run:
        family = psutil.Process(doomed.pid).children(recursive=True)
        os.killpg(doomed.pid, signal.SIGKILL)
    out, told = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0, out + told
    assert "生成9份" in out and "失败" not in out
    _, alive = psutil.wait_procs(family, timeout=PATIENCE)
    assert alive == [], "what the worker had started ends with it"
    assert not list((city / "output").rglob(".writing-*"))


def test_a_notebook_that_crashes_spoils_its_own_report_alone(cluster: Cluster, city: Path):
    write_notebook(city, "import os\nif agency == 'shili-b': os._exit(9)\nprint('好')", forked=True)
    before = cluster.alive()
    result = govreport(city, "run", "--year", str(YEAR), "--scheduler", cluster.address)
    assert result.returncode == 1
    assert "生成2份" in result.stdout and "内核意外终止" in result.stderr
    assert cluster.alive() == before, "the cluster's workers go on"


def test_an_interrupted_run_leaves_the_cluster_and_whole_reports(cluster: Cluster, city: Path):
    with run_in_the_middle(city, cluster) as run:
        before = cluster.alive()
        run.send_signal(signal.SIGINT)
    _, told = run.communicate(timeout=PATIENCE)
    assert run.returncode == 130 and "Traceback" not in told, told
    assert told.splitlines()[0] == "正在完成手头的报告；再按一次 Ctrl-C 立即停止。"
    assert cluster.alive() == before
    assert govreport(city, "run", *NINE, "--formats", "html").returncode == 0
    assert not list((city / "output").rglob(".writing-*"))


def test_a_scheduler_killed_in_the_middle_is_told_and_what_is_made_stays(cluster: Cluster, city: Path):
    with run_in_the_middle(city, cluster) as run:
        os.killpg(cluster.processes[0].pid, signal.SIGKILL)
        cluster.processes[0].wait()
    out, told = run.communicate(timeout=PATIENCE)
    assert run.returncode == 1 and "与调度器失去联系，余下的报告没有生成" in told and "Traceback" not in told, (
        out + told
    )
    assert (city / "output/index.html").is_file() and list(city.glob("output/*/*/report.html"))
    made = sum(line.count("  一致  ") for line in out.splitlines())
    assert 1 <= made < 9 and f"生成{made}份" in out


def test_a_scheduler_that_does_not_answer_is_told_in_one_sentence(city: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("govreport.batch.pool.CLUSTER_PATIENCE", 1)
    result = govreport(city, "run", "--scheduler", "tcp://127.0.0.1:9")
    assert result.returncode == 2
    assert re.fullmatch(r"错误：连接不上调度器 tcp://127\.0\.0\.1:9.*。\n", result.stderr)
    result = govreport(city, "run", "--scheduler", "没有这样的地址")
    assert result.returncode == 2 and result.stderr.count("\n") == 1
