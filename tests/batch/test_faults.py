"""Notebooks that misbehave, workers that die, disks that are full: the other reports come out right."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from govreport.batch.engine.forkserver import AVAILABLE
from govreport.batch.job import Job
from govreport.batch.produce import produce
from govreport.checks.report_states import FAILED
from tests.support.patience import PATIENCE, wait_for
from tests.support.projects import (
    COMMAND,
    GOOD,
    REPOSITORY,
    YEAR,
    Run,
    add_agency,
    console,
    environment,
    govreport,
    make_project,
    write_notebook,
)

FAULTS = {
    "shili-exit": ("os._exit(7)", r"内核意外终止.*逐格运行"),
    "shili-segfault": ("import ctypes; ctypes.string_at(0)", r"内核意外终止"),
    "shili-hang": ("while True: pass", r"单元格运行超过2秒"),
    "shili-sleep": ("import time; time.sleep(1000)", r"单元格运行超过2秒"),
    "shili-memory": ("x = bytearray(3_000_000_000)", r"第2个代码单元格第6行出错（MemoryError）"),
    "shili-loud": ("while True: print('x' * 2_000_000)", r"输出超过100MB"),
    "shili-raise": ("raise ValueError('坏')", r"第2个代码单元格第6行出错（ValueError）：坏"),
    "shili-killer": ("os.kill(os.getpid(), 9)", r"内核意外终止"),
}
"""Code that spoils its own report, and what is told of it."""
ENDLESS = ("shili-hang", "shili-sleep")
"""Those that end by their time alone; they are run beside one another and a good one, the others without haste."""

QUIET = {
    "shili-threads": "import threading, time; threading.Thread(target=time.sleep, args=(1000,)).start()",
    "shili-children": "import subprocess; [subprocess.Popen(['sleep', '987']) for _ in range(3)]",
    "shili-folder": "import shutil; shutil.rmtree(os.getcwd())",
    "shili-upwards": "import shutil; shutil.rmtree('..', ignore_errors=True)",
    "shili-env": "os.environ.clear(); sys.path.clear()",
    "shili-signals": "import signal; [signal.signal(n, signal.SIG_IGN) for n in (2, 15)]",
    "shili-closes": "sys.stdout = sys.stderr = None",
    "shili-forks": "pid = os.fork() or os._exit(0)",
}
"""Code that leaves things behind and spoils nothing."""

ONLY = ("--year", str(YEAR))

NOTEBOOK = f"""
import os, sys
faults = { ({slug: code for slug, (code, _) in FAULTS.items()} | QUIET)!r}
print('开始', agency)
sys.stdout.flush()
exec(faults.get(agency, ''))
"""
pytestmark = pytest.mark.skipif(not AVAILABLE, reason="this system cannot fork safely")


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a project in which most notebooks misbehave, beside a good one."""
    root = make_project(tmp_path_factory.mktemp("faults") / "project", GOOD)
    for slug in (*FAULTS, *QUIET):
        add_agency(root, slug)
    write_notebook(root, NOTEBOOK, forked=True)
    others = [slug for slug in (*FAULTS, *QUIET) if slug not in ENDLESS]
    told = [
        govreport(root, "run", *slugs, *ONLY, "--memory", "1500", "--timeout", seconds, "--formats", "html").stderr
        for slugs, seconds in (((GOOD, *ENDLESS), "2"), (others, "60"))
    ]
    return Run(root, subprocess.CompletedProcess([], 1, "", "".join(told)))


@pytest.mark.parametrize("slug", FAULTS)
def test_a_notebook_that_misbehaves_is_told_of_in_one_sentence(faulty: Run, slug: str):
    (line,) = faulty.told_of(slug)
    _, pattern = FAULTS[slug]
    assert re.search(pattern, line) and line.endswith("。") and line.count("。") == 1, line
    record = faulty.record(slug)
    assert record["state"] == "失败" and "report.html" not in record["files"]
    assert not (faulty.folder(slug) / "report.html").exists()


STOPPED = {
    "\n\nx = 1\nraise KeyError('abc')": "第4行出错（KeyError）：'abc'",
    "def share(n):\n    return 1 / n\n\nshare(0)": "第2行出错（ZeroDivisionError）：division by zero",
    "raise LookupError": "第1行出错（LookupError）",
    "x = 1\nfor n in (1, 2)\n    pass": "第2行出错（SyntaxError）：expected ':'",
    "import govreport\ngovreport.Report.open(agency, 1999)": "第2行出错：没有“",
}
"""Code that fails, and where and why, in a notebook's own words or in ours, which need no name in English."""


def test_a_cell_that_fails_is_told_with_its_line_and_the_name_of_the_error(tmp_path: Path):
    root = make_project(tmp_path / "project", GOOD)
    for number, code in enumerate(STOPPED):
        add_agency(root, f"shili-{number}")
        write_notebook(root, code, forked=True)
        (root / f"notebooks/shili-{number}").mkdir()
        (root / "notebooks/annual_report.ipynb").rename(root / f"notebooks/shili-{number}/annual_report.ipynb")
    slugs = [f"shili-{number}" for number in range(len(STOPPED))]
    run = Run(root, govreport(root, "run", *slugs, *ONLY, "--formats", "html"))
    for slug, told in zip(slugs, STOPPED.values(), strict=True):
        (line,) = run.told_of(slug)
        assert f"的第2个代码单元格{told}" in line and ".py" not in line, line


@pytest.mark.parametrize("slug", FAULTS)
def test_what_it_put_out_before_is_kept(faulty: Run, slug: str):
    with (faulty.folder(slug) / "report.ipynb").open(encoding="utf-8") as executed:
        head = executed.read(10_000)  # one has 100 MB
    assert re.findall(r'"text":\s*(?:\[\s*)?"([^"\\]*)', head)[0] == f"开始 {slug}"


@pytest.mark.parametrize("slug", [GOOD, *QUIET])
def test_the_other_reports_come_out_right(faulty: Run, slug: str):
    assert faulty.told_of(slug) == []
    assert f"开始 {slug}" in faulty.review(slug)
    assert faulty.record(slug)["state"] == "一致"


def test_no_process_is_left(faulty: Run):
    left = [p.cmdline() for p in psutil.process_iter() if p.name() == "sleep" and p.cmdline()[1:] == ["987"]]
    assert left == []


def test_nothing_half_written_is_left_and_nothing_is_deleted(faulty: Run):
    assert not list((faulty.root / "output").rglob(".writing-*"))
    assert (faulty.root / "notebooks/annual_report.ipynb").is_file()
    assert len(list((faulty.root / "data").iterdir())) == len(FAULTS) + len(QUIET) + 2


def test_the_next_run_completes(faulty: Run):
    write_notebook(faulty.root, "print('好')", forked=True)
    result = govreport(faulty.root, "run", *FAULTS, *ONLY, "--formats", "html")
    assert result.returncode == 0, result.stdout
    assert all("好" in faulty.review(slug) for slug in FAULTS)


@contextmanager
def running(root: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a run in the background; it has ended when the block has."""
    process = subprocess.Popen(
        [COMMAND, "run", *arguments],
        cwd=root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A project of three reports a year whose notebooks wait until a file is gone."""
    root = make_project(tmp_path / "project", GOOD)
    for slug in ("shili-b", "shili-c"):
        add_agency(root, slug)
    (root / "wait").touch()
    code = f"import os, time\nopen({str(root)!r} + '/began-' + agency, 'w').write(str(os.getpid()))\n"
    write_notebook(
        root, code + f"while os.path.exists({str(root / 'wait')!r}): time.sleep(0.05)\nprint('好')", forked=True
    )
    return root


def wait_for_notebook(root: Path) -> psutil.Process:
    """Wait until a notebook runs and return its process."""
    begun = wait_for(lambda: [text for path in root.glob("began-*") if (text := path.read_text())], "a notebook")
    return psutil.Process(int(begun[0]))


def worker_of(process: subprocess.Popen[str], notebook: psutil.Process) -> psutil.Process:
    """The worker process of a run with one worker: the fork server's child that is not the notebook."""
    (server,) = psutil.Process(process.pid).children()
    (worker,) = (child for child in server.children() if child.pid != notebook.pid)
    return worker


def test_a_killed_worker_and_a_killed_fork_server_cost_nothing_but_time(slow: Path):
    with running(slow, *ONLY, "--jobs", "1", "--formats", "html") as process:
        notebook = wait_for_notebook(slow)
        for begun in slow.glob("began-*"):
            begun.unlink()
        worker_of(process, notebook).kill()
        psutil.wait_procs([notebook], timeout=PATIENCE)
        assert not notebook.is_running(), "its notebook ends with it"
        wait_for_notebook(slow)
        (server,) = psutil.Process(process.pid).children()
        server.kill()
        (slow / "wait").unlink()
        out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, out
    assert out.count("一致") >= 3 and "意外终止" not in out
    assert not list((slow / "output").rglob(".writing-*"))


def test_a_notebook_whose_process_dies_by_accident_comes_out_right(slow: Path):
    (slow / "wait").unlink()
    flag = slow / "died-once"
    code = f"import os\nif agency == 'shili-b' and not os.path.exists({str(flag)!r}):\n"
    write_notebook(slow, code + f"    open({str(flag)!r}, 'w').close()\n    os.kill(os.getpid(), 9)\n", forked=True)
    result = govreport(slow, "run", "--year", str(YEAR), "--formats", "html")
    assert flag.exists() and result.returncode == 0, result.stdout
    assert result.stdout.count("一致") == 3 and "终止" not in result.stdout


def test_a_report_that_kills_its_worker_twice_is_told_of(slow: Path):
    (slow / "wait").unlink()
    killing = "[p.kill() for p in psutil.Process(os.getppid()).children() if p.pid != os.getpid()]; time.sleep(30)"
    write_notebook(slow, f"import os, psutil, time\nif agency == 'shili-b':\n    {killing}", forked=True)
    result = govreport(slow, "run", *ONLY, "--jobs", "1", "--formats", "html")
    told = [line for line in result.stderr.splitlines() if line.strip().startswith(f"shili-b {YEAR}")]
    assert result.returncode == 1
    assert "信号 9" in told[-1] and "已单独重试一次" in told[-1]
    assert "shili-c" in result.stdout and result.stdout.count("一致") >= 2


def test_a_killed_batch_leaves_no_process_and_continues_where_it_stopped(slow: Path):
    with running(slow, *ONLY, "--jobs", "1", "--formats", "html") as process:
        notebook = wait_for_notebook(slow)
        family = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, signal.SIGKILL)
        _, alive = psutil.wait_procs([*family, notebook], timeout=PATIENCE)
        assert alive == []
    (slow / "wait").unlink()
    result = govreport(slow, "run", *ONLY, "--formats", "html")
    assert result.returncode == 0, result.stdout
    assert not list((slow / "output").rglob(".writing-*"))


def test_a_system_that_cannot_fork_makes_the_same_pages(slow: Path):
    shutil.copyfile(REPOSITORY / "notebooks/annual_report.ipynb", slow / "notebooks/annual_report.ipynb")
    made = []
    for variables in ({}, {"GOVREPORT_NO_FORK": "1"}):
        command = console if variables else govreport  # forking is decided when a process starts
        result = command(slow, "run", GOOD, "--year", str(YEAR), "--force", **variables)
        assert result.returncode == 0, result.stdout + result.stderr
        folder = slow / f"output/{YEAR}/{GOOD}"
        made.append([(folder / name).read_bytes() for name in ("report.html", "report.pdf", "review.html")])
    assert made[0] == made[1]


def test_two_batches_at_once_on_one_folder_both_succeed(slow: Path):
    (slow / "wait").unlink()
    with running(slow, *ONLY, "--formats", "html") as one:
        other = govreport(slow, "run", *ONLY, "--formats", "html")
        out, _ = one.communicate(timeout=PATIENCE)
    assert (one.returncode, other.returncode) == (0, 0), out + other.stdout
    for record in (slow / "output").rglob("report.json"):
        assert {"report.html", "report.ipynb", "review.html"} <= {path.name for path in record.parent.iterdir()}
        assert "</html>" in (record.parent / "report.html").read_text(encoding="utf-8")[-10:]


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("mount"), reason="no way to make a full disk")
def test_a_full_disk_is_told_of_and_the_next_run_completes(slow: Path):
    (slow / "wait").unlink()
    (slow / "output").mkdir(exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=60k", "tmpfs", slow / "output"], check=False)
    if mounted.returncode:
        pytest.skip("no right to mount a small disk")
    try:
        result = govreport(slow, "run", *ONLY)
        assert result.returncode == 1
        assert "磁盘已满" in result.stderr and "Traceback" not in result.stderr and "程序内部" not in result.stderr
        assert not list((slow / "output").rglob(".writing-*"))
    finally:
        subprocess.run(["umount", slow / "output"], check=True)
    assert govreport(slow, "run", *ONLY).returncode == 0


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("mount"), reason="no way to make a read-only folder")
def test_a_read_only_output_is_told_of_and_the_next_run_completes(slow: Path):
    (slow / "wait").unlink()
    (slow / "output").mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", slow / "output"], check=False)
    if mounted.returncode:
        pytest.skip("no right to mount a read-only folder")
    try:
        result = govreport(slow, "run", GOOD, "--year", str(YEAR), "--formats", "html")
        assert result.returncode == 1
        assert "文件系统只读" in result.stderr and "程序内部" not in result.stderr
        assert set(re.findall("（(.{6})", result.stderr)) == {"文件系统只读"}
    finally:
        subprocess.run(["umount", slow / "output"], check=True)
    assert govreport(slow, "run", GOOD, "--year", str(YEAR), "--formats", "html").returncode == 0


def test_a_machine_without_room_for_temporary_files_is_told_of_in_one_sentence(tmp_path, monkeypatch):
    """A worker would otherwise end, and be taken for one that was killed."""
    root = make_project(tmp_path / "project", GOOD)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    outcome = produce(Job(root, GOOD, "示例市民政局", YEAR, root / "notebooks" / "annual_report.ipynb"))
    (told,) = outcome.errors
    assert outcome.state == FAILED and not outcome.lost
    assert str(tmp_path / "gone") in told and told.endswith("请检查路径、权限和磁盘空间。")
