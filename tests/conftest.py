"""What pytest is told for all tests, and the fixtures that tests of several folders share."""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings

from govreport.checks.localise import evidence
from govreport.filing.project import Project
from tests.support.browser import CHROMIUM, Browser
from tests.support.consistent_projects import MakeProject, write_project
from tests.support.projects import REPOSITORY, UNSET, Run, make_sample, sample_run
from tests.support.sessions import made_once

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it, and so do its children
for variable in (*UNSET, "PYTHONDONTWRITEBYTECODE"):  # by the last, each of many processes would compile the package
    os.environ.pop(variable, None)
ABSENT = str(Path(__file__).with_name("support") / "absent")
sys.path.insert(0, ABSENT)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [ABSENT, os.environ.get("PYTHONPATH")]))
collect_ignore = ["support/absent"]
os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("support") / "fonts.conf")  # pages as on a bare machine
MEMORY, ROOM = Path("/dev/shm"), 512 << 20
"""A file system in memory, and the bytes it must have free, five times what the tests hold at once: they make, rename
and remove files by the thousand."""
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK):
    system = os.statvfs(MEMORY)
    if system.f_bavail * system.f_frsize >= ROOM and not system.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
if "PYTEST_XDIST_WORKER" not in os.environ:  # else it is that of all workers
    matplotlib_settings = tempfile.TemporaryDirectory(prefix="matplotlib-")  # neither settings nor fonts remembered
    os.environ["MPLCONFIGDIR"] = matplotlib_settings.name

settings.register_profile(
    "govreport",
    max_examples=50,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("thorough", settings.get_profile("govreport"), derandomize=False)
settings.load_profile("govreport")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One worker a processor and one more, as some tests wait; none for a single file, which a developer looks at."""
    single = len(config.args) == 1 and ".py" in config.args[0]
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 0 if single else processors + 1


def pytest_collection(session: pytest.Session) -> None:
    """Collect tests without looking for garbage again and again: there is none yet."""
    gc.disable()
    worker, count = os.environ.get("PYTEST_XDIST_WORKER", ""), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0"))
    if worker and session.config.args == session.config.getini("testpaths"):
        compile_in_turn(int(worker.removeprefix("gw")), count)


def compile_in_turn(worker: int, count: int) -> None:
    """Load the test files, each worker beginning elsewhere: what one compiles and writes down spares the others that.

    What cannot be loaded is told by the collection, which tries again.
    """
    files = sorted(REPOSITORY.glob("tests/**/test_*.py"))
    begin = worker * len(files) // count
    for file in files[begin:] + files[:begin]:
        with contextlib.suppress(Exception, pytest.skip.Exception):
            importlib.import_module(".".join(file.relative_to(REPOSITORY).with_suffix("").parts))


def pytest_collection_finish() -> None:
    """From now on look for garbage, but less often, and not among the tests and modules that stay to the end."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser by the fixture that gives one."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a program that this machine lacks; nothing is skipped where CI is set."""
    for marker, programs in (("browser", [CHROMIUM]), ("office", [shutil.which("soffice"), shutil.which("localc")])):
        if item.get_closest_marker(marker) and not all(programs):
            assert not os.environ.get("CI"), f"CI must have what tests marked {marker} need"
            pytest.skip(f"this machine lacks what tests marked {marker} need")


@pytest.fixture(autouse=True)
def kept_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take back what a test of this process leaves in the environment."""
    for name in ("GOVREPORT_PROJECT", "GOVREPORT_DEBUG"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.fixture
def no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do without the search for wrong cells, which takes most of the time of a check and reads nothing."""
    monkeypatch.setattr(evidence, "localise_block", lambda problem: SimpleNamespace(repairs=[], complete=False))


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Make project folders: a register, filings that add up from year to year, and the repository's notebooks."""
    made = 0

    def make(agencies: Sequence[str] = ("shili-archive",), years: Sequence[int] = (2022, 2023)) -> Project:
        nonlocal made
        made += 1
        return write_project(tmp_path / f"project{made}", agencies, years)

    return make


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run over a consistent, a faulty and a hostile filing, by the console command; to be looked at, not changed."""
    return sample_run(made_once(tmp_path_factory, "sample", make_sample))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile"), REPOSITORY / "govreport/core/fonts") as browser:
        yield browser


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's script; the package that ships it is not imported, since only its file is of use here."""
    found = importlib.util.find_spec("selenium_axe_python")
    if found is None or not found.submodule_search_locations:
        assert not os.environ.get("CI"), "CI must have axe-core"
        pytest.skip("axe-core is not installed: pip install '.[programs]'")
    return (Path(found.submodule_search_locations[0]) / "axe-core/axe.min.js").read_text(encoding="utf-8")
