"""Whatever a page read is its input, under both engines, and what cannot be read costs its own report."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import papermill
import pytest

from govreport.batch import inputs
from govreport.batch import produce as producing
from govreport.batch.engine import forkserver
from govreport.batch.job import Job, Options
from govreport.batch.plan import make_plan
from govreport.batch.produce import produce
from govreport.checks.checking import check_report
from govreport.cli.starter import create_filing
from govreport.core.errors import ProjectError
from govreport.core.watching import CHANGED, EXISTENCE, LISTING, state, watched
from govreport.filing.project import Project
from govreport.publish.layout.typesetter import font_set
from tests.support.projects import (
    GOOD,
    REPOSITORY,
    YEAR,
    add_agency,
    append_to,
    govreport,
    make_project,
    replace_in,
    write_notebook,
)

OPTIONS = Options(("html",))
READS = """
import glob, os, sqlite3, subprocess
from pathlib import Path
print(Path('data.csv').read_text(), os.path.exists('later.csv'), sorted(os.listdir(f'../data/{agency}/{year}/extra')))
print(open(OUTSIDE).read(), glob.glob('../more/*.txt'), os.path.getsize('../size.txt'))
from beside import WORD
try:
    import absent
except ImportError:
    absent = None
print(WORD, absent)
Path('own.txt').write_text('记'); print(Path('own.txt').read_text())
"""


WRITES = """
import os, shutil, sqlite3, threading
from pathlib import Path
from IPython.display import Markdown
with open('middle.csv', 'a') as middle:
    middle.write(agency)
print(Path('middle.csv').read_text())
def draw(number):
    Path('figs/one', f'{number}.svg').write_text(f"<svg xmlns='http://www.w3.org/2000/svg'><g id='{agency}'/></svg>")
threads = [threading.Thread(target=draw, args=(number,)) for number in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
Path(f'../data/{agency}/{year}/applications.csv').unlink()
Path('../data/agencies.csv').rename('../data/other.csv')
Path('../size.txt').chmod(0o600)
base = sqlite3.connect('base.db'); base.execute('create table t (n)'); base.close()
shutil.rmtree('gone')
os.chdir('deep/er'); Path('note.txt').write_text(agency); os.chdir('../..')
Markdown('![图](figs/one/3.svg)')
"""

SAVES = """
from govreport import Report
report, cell = Report.open(agency, year), 'proactive.penalty.decisions'
for figure in (8, 9):
    report.filing.set(cell, figure)
    report.filing.save()
(report.project.root / 'data' / agency / str(year) / 'narrative.md').write_text('无')
assert Report.open(agency, year - 1).filing.year == year - 1
rows = len(report.project.frame(agency, year - 1))
print('存', report.filing[cell], bool(report.project.appearance.emblem), rows > 0)
"""


def reasons(root: Path) -> dict[str, str]:
    return {job.agency: job.reason for job in make_plan(Project(root), (), (YEAR,), options=OPTIONS).jobs}


@pytest.fixture(scope="module")
def own_temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Another folder for temporary files, which are no inputs, than the one that the tests' own folders lie in."""
    folder = str(tmp_path_factory.mktemp("temporary"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", folder)
        patch.setattr(forkserver, "_server", None)  # the one that runs knows the folder that was
        yield
        forkserver.disinherit()


@pytest.fixture
def outside() -> Iterator[Path]:
    """A file of no project, on the disk: the tests' own folders may be in memory, which is a place of the system."""
    with tempfile.TemporaryDirectory(dir=REPOSITORY / "output") as folder:
        file = Path(folder) / "outside.txt"
        file.write_text("零", encoding="utf-8")
        yield file


@pytest.mark.usefixtures("own_temporary_folder")
@pytest.mark.parametrize("forked", [True, False], ids=["forked", "stock"])
def test_what_a_notebook_reads_is_an_input_also_under_the_names_of_what_reviewers_say(tmp_path: Path, forked: bool):
    root, own = make_project(tmp_path / "project", GOOD), f"data/{GOOD}/{YEAR}/comments.toml"
    comment = '[[comment]]\ntext = "字"\nby = "李审核"\ndate = 2024-01-25\n'
    files = {"survey/comments.toml": "a = 1\n", "survey/review.toml": "b = 1\n", own: comment}
    (root / "survey").mkdir()
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    read = "print(open('../survey/comments.toml').read(), open('../survey/review.toml').read())"
    both = [f"survey/{name}.toml 有改动" for name in ("comments", "review")]
    for code, told in ((read, both), (f"print(open('../{own}').read())", [f"{own} 有改动"])):
        write_notebook(root, code, forked=forked)
        assert govreport(root, "run", GOOD, str(YEAR), "--formats", "html").returncode == 0
        assert GOOD not in reasons(root)
        changed = []
        for name, text in files.items():
            (root / name).write_text(text * 2, encoding="utf-8")
            changed += filter(None, [reasons(root).get(GOOD)])
            (root / name).write_text(text, encoding="utf-8")
        assert changed == told


@pytest.mark.usefixtures("own_temporary_folder")
@pytest.mark.parametrize("forked", [True, False], ids=["forked", "stock"])
def test_what_a_notebook_reads_is_an_input(tmp_path: Path, outside: Path, forked: bool):
    root = make_project(tmp_path / "project", GOOD)
    extra = root / "data" / GOOD / str(YEAR) / "extra"
    extra.mkdir()
    for name, text in (("data.csv", "一"), ("beside.py", "WORD = '二'\n")):
        (root / "notebooks" / name).write_text(text, encoding="utf-8")
    (root / "size.txt").write_text("三", encoding="utf-8")
    write_notebook(root, READS.replace("OUTSIDE", repr(str(outside))), forked=forked)
    assert govreport(root, "run", "--year", str(YEAR), "--formats", "html").returncode == 0
    assert reasons(root) == {}
    for path in root.rglob("*"):
        path.touch()
    assert reasons(root) == {}, "what was only touched has not changed"
    for name in ("notebooks/other.ipynb", "notebooks/other.csv", "data/other.txt"):
        (root / name).write_text("{}", encoding="utf-8")
    assert reasons(root) == {}, "nobody looked for it"
    beside = ("notebooks/data.csv", "notebooks/beside.py", "notebooks/later.csv", "notebooks/absent.py")
    for name in (*beside, f"data/{GOOD}/{YEAR}/extra/new.txt", "more/one.txt", "size.txt"):
        before = (root / name).read_bytes() if (root / name).exists() else None
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"WORD = 'four'\n")
        told = reasons(root).get(GOOD, "")
        where = name if before else name if "later" in name or "absent" in name else str(Path(name).parent)
        assert told == f"{where} 有改动", (name, told)
        (root / name).unlink() if before is None else (root / name).write_bytes(before)
        if name.startswith("more"):
            (root / "more").rmdir()
        assert reasons(root) == {}, name
    record = (root / f"output/{YEAR}/{GOOD}/report.json").read_text(encoding="utf-8")
    assert f'"{outside}": "file:' in record and "own.txt" not in record


def test_files_are_read_from_the_notebooks_folder_as_the_documentation_says(tmp_path: Path):
    root = make_project(tmp_path / "project", GOOD)
    pages = [(REPOSITORY / page).read_text(encoding="utf-8") for page in ("docs/notebooks.md", "docs/zh/notebook.md")]
    shown = [re.findall(r"(?ms)^```py\n(import pandas.*?)^```$", page) for page in pages]
    assert shown[0] == shown[1]
    (code,) = shown[0]
    (root / "附件").mkdir()
    for name in ("notebooks/附表.csv", "附件/底稿.csv"):
        (root / name).write_text("平台,件数\n网站,3\n", encoding="utf-8")
    write_notebook(root, f"{code}\nassert len(beside) == len(other) == 1", forked=True)
    assert govreport(root, "run", "--year", str(YEAR), "--formats", "html").returncode == 0 and reasons(root) == {}
    for name in ("notebooks/附表.csv", "附件/底稿.csv"):
        append_to(root / name, "微信,2\n")
    assert reasons(root)[GOOD] == "notebooks/附表.csv 等2处有改动"
    own = root / "notebooks" / GOOD
    own.mkdir()
    (root / "notebooks/annual_report.ipynb").rename(own / "annual_report.ipynb")
    (root / "notebooks/附表.csv").rename(own / "附表.csv")
    replace_in(own / "annual_report.ipynb", "../", "../../")
    replace_in(own / "annual_report.ipynb", "== 1", "== 2")
    assert govreport(root, "run", GOOD, str(YEAR), "--formats", "html").returncode == 0
    with contextlib.chdir(own):  # what `papermill --cwd .` does
        papermill.execute_notebook("annual_report.ipynb", None, {"agency": GOOD}, cwd=".", progress_bar=False)


@pytest.mark.parametrize("forked", [True, False], ids=["forked", "stock"])
def test_what_a_notebook_writes_is_on_no_other_page_and_leaves_the_project_as_it_is(tmp_path: Path, forked: bool):
    root = make_project(tmp_path / "project", GOOD)
    add_agency(root, "other")
    for name in ("middle.csv", "figs/one/3.svg", "base.db", "gone/a/b.txt", "deep/er/note.txt", "../size.txt"):
        (root / "notebooks" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "notebooks" / name).write_bytes(b"")
    write_notebook(root, WRITES, forked=forked)
    before = {path: (path.read_bytes(), path.stat().st_mode) for path in root.rglob("*") if path.is_file()}
    result = govreport(root, "run", "--year", str(YEAR), "--formats", "html", "--jobs", "2")
    assert result.returncode == 0, result.stderr
    after = {path: (path.read_bytes(), path.stat().st_mode) for path in before if path.exists()}
    assert after == before
    left = {path for path in root.rglob("*") if path.is_file()} - before.keys()
    assert all(path.is_relative_to(root / "output") for path in left)
    for slug in (GOOD, "other"):
        notebook = json.loads((root / "output" / str(YEAR) / slug / "report.ipynb").read_bytes())
        (picture,) = notebook["metadata"]["govreport"]["pictures"]["figs/one/3.svg"].values()
        assert f"id='{slug}'".encode() in base64.b64decode(picture), "its own, not the other agency's"
    assert reasons(root) == {}
    (root / "notebooks/figs/one/3.svg").write_text("由 JupyterLab 重画", encoding="utf-8")
    assert reasons(root) == {}, "the page shows what the notebook drew itself"


@pytest.mark.parametrize("forked", [True, False], ids=["forked", "stock"])
def test_what_a_notebook_saves_in_a_run_is_read_there_alone(tmp_path: Path, forked: bool):
    root = make_project(tmp_path / "project", GOOD)
    write_notebook(root, SAVES, forked=forked)
    (root / "govreport.toml").write_text('[page]\nemblem = "徽.svg"\n', encoding="utf-8")
    (root / "徽.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    before = {path: path.read_bytes() for path in (root / "data").rglob("*") if path.is_file()}
    result = govreport(root, "run", GOOD, str(YEAR), "--formats", "html")
    assert result.returncode == 0, result.stderr
    assert {path: path.read_bytes() for path in (root / "data").rglob("*") if path.is_file()} == before
    executed = (root / f"output/{YEAR}/{GOOD}/report.ipynb").read_text(encoding="utf-8")
    assert "存 9 True True" in executed
    assert reasons(root) == {}


def test_an_empty_folder_of_last_year_a_subfolder_and_a_font_are_inputs(tmp_path: Path):
    root = make_project(tmp_path / "project", GOOD)
    job = made(root, 2019, Options(("html", "pdf")))
    (root / "data" / GOOD / "2018").mkdir()
    assert why(job) == f"data/{GOOD}/2018 有改动"
    (root / "data" / GOOD / "2018").rmdir()
    (root / "data" / GOOD / "2019/scans").mkdir()
    assert why(job) == f"data/{GOOD}/2019 有改动"
    (root / "data" / GOOD / "2019/scans").rmdir()
    (root / "fonts").mkdir()
    assert why(job) == "fonts 有改动"


def made(root: Path, year: int, options: Options) -> Job:
    (job,) = make_plan(Project(root), (GOOD,), (year,), options=options).jobs
    assert produce(job).errors == ()
    assert why(job) == ""
    return job


def why(job: Job) -> str:
    planned = make_plan(Project(job.root), (job.agency,), (job.year,), options=job.options)
    return planned.jobs[0].reason if planned.jobs else ""


def test_a_new_filing_leaves_the_agencys_other_reports_as_they_are(tmp_path: Path):
    project = Project(make_project(tmp_path / "p", GOOD))
    for year, new in ((2019, 2024), (2023, 2025)):
        with watched(project.root, tmp_path / "mirror", tmp_path / "own") as watch:
            check_report(project, GOOD, year)
        create_filing(project, GOOD, new)
        seen = {name: found for name, found in watch.states.items() if name.startswith("data/") and "#" not in name}
        now = {name: state(str(project.root / name), LISTING if ":" in seen[name] else EXISTENCE) for name in seen}
        assert now == seen and len(seen) > 4


def test_a_project_folder_that_python_searches_for_modules_is_no_input_for_that(tmp_path: Path, monkeypatch):
    root = make_project(tmp_path / "p", GOOD)
    monkeypatch.syspath_prepend(root)  # as python -m govreport does in it
    inputs.program.cache_clear()
    with watched(root, tmp_path / "mirror", tmp_path / "own") as watch:
        inputs.program()
    assert watch.states == {}


def test_a_filing_that_could_not_be_read_is_an_input_too(tmp_path: Path):
    root = make_project(tmp_path / "project", GOOD)
    narrative = root / "data" / GOOD / "2020/narrative.md"
    right = narrative.read_text(encoding="utf-8")
    append_to(narrative, "# 七、没有的部分\n")
    job = made(root, YEAR, OPTIONS)
    narrative.write_text(right, encoding="utf-8")
    assert why(job) == f"data/{GOOD}/2020/narrative.md 有改动"


def test_a_filing_that_changed_while_it_was_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    root = make_project(tmp_path / "project", GOOD)
    (job,) = make_plan(Project(root), (GOOD,), (YEAR,), options=OPTIONS).jobs
    table, execute = root / "data" / GOOD / str(YEAR) / "applications.csv", producing.execute
    right = table.read_bytes()

    def meanwhile(*arguments: object) -> object:
        replace_in(table, "carried_in,", "carried_in, ")
        try:
            return execute(*arguments)  # type: ignore[arg-type]
        finally:
            table.write_bytes(right)

    monkeypatch.setattr(producing, "execute", meanwhile)
    (told,) = produce(job).errors
    assert told == f"data/{GOOD}/{YEAR}/applications.csv 在生成过程中有改动，页面可能新旧混杂；请重新运行。"
    assert why(job) == "上次未能完整生成"


def test_a_file_that_two_looks_found_different_never_counts_as_unchanged(tmp_path: Path):
    file = tmp_path / "file.txt"
    file.write_text("8", encoding="utf-8")
    with watched(tmp_path, tmp_path / "mirror", tmp_path / "output") as watch:
        assert [file.read_text() for _ in range(2)] == ["8", "8"] and watch.states["file.txt"].startswith("file:")
        file.unlink()
        assert not file.exists()
    assert watch.states == {"file.txt": CHANGED}


def test_another_version_of_a_library_that_is_needed_makes_all_run_again_and_no_other_library_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before = inputs.program.__wrapped__()
    monkeypatch.syspath_prepend(tmp_path)
    for name, is_needed in (("seaborn", False), ("mistune", True)):
        (tmp_path / f"{name}-9.9.9.dist-info").mkdir()
        (tmp_path / f"{name}-9.9.9.dist-info/METADATA").write_text(f"Name: {name}\n", encoding="utf-8")
        assert (inputs.program.__wrapped__() != before) == is_needed


def test_another_version_of_a_library_that_only_the_notebook_imports_makes_its_reports_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    root = make_project(tmp_path / "project", GOOD)
    write_notebook(root, "import xdist\nxdist.__version__", forked=True)
    job = made(root, YEAR, OPTIONS)
    monkeypatch.setattr("govreport.core.watching.module_state", lambda name: f"{name} 9.9.9")
    assert why(job).startswith("import ") and "有改动" in why(job)


def test_an_agencys_broken_notebook_costs_its_own_reports(tmp_path: Path):
    root = make_project(tmp_path / "project", GOOD)
    for slug in ("shili-b", "shili-c"):
        add_agency(root, slug)
    write_notebook(root, "print('好')", forked=True)
    empty = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    for slug, text in (("shili-b", "{broken"), ("shili-c", empty)):
        (root / "notebooks" / slug).mkdir()
        (root / f"notebooks/{slug}/annual_report.ipynb").write_text(text, encoding="utf-8")
    answer = govreport(root, "run", "--year", str(YEAR), "--formats", "html")
    told = answer.stdout + answer.stderr
    assert answer.returncode == 1 and "生成1份" in told, told
    assert f"shili-b {YEAR}  笔记本 notebooks/shili-b/annual_report.ipynb 无法读取" in told
    assert f"shili-c {YEAR}  " in told and "notebooks/shili-c/annual_report.ipynb" in told
    assert (root / f"output/{YEAR}/{GOOD}/report.html").is_file()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_only_regular_files_are_opened_and_large_ones_are_not_read(tmp_path: Path):
    root = make_project(tmp_path / "project", GOOD)
    folder = root / "data" / GOOD / str(YEAR)
    os.mkfifo(folder / "scan.pdf")
    with (folder / "film.mp4").open("wb") as film:
        film.truncate(1_500_000_000)
    job = made(root, YEAR, OPTIONS)
    for name in ("narrative.md", "disputes.csv", "waivers.toml", "review.toml"):
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)
    (told, *others) = sorted(produce(job).errors)
    assert f"data/{GOOD}/{YEAR}/disputes.csv 不是普通文件（可能是设备或管道）" in told
    assert others[0].startswith(f"data/{GOOD}/{YEAR}/narrative.md 不是普通文件")
    os.mkfifo(root / "rules.toml")
    answer = govreport(root, "run")
    assert answer.returncode == 2 and "rules.toml 不是普通文件" in answer.stderr
    (root / "rules.toml").unlink()
    (root / "fonts").mkdir()
    os.mkfifo(root / "fonts/own.otf")
    with pytest.raises(ProjectError, match=r"fonts/own.otf 不是普通文件"):
        font_set(root / "fonts")
