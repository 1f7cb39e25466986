"""A law: after any changes to a project, each page that a run would leave as it is equals the page made anew.

GOVREPORT_CHANGES=2000 tries more changes than the suite does.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import nbformat
import pytest
from IPython.core.formatters import DisplayFormatter

from govreport.batch import produce as producing
from govreport.batch.job import Job, Options
from govreport.batch.plan import make_plan
from govreport.batch.produce import produce
from govreport.core.errors import FormError, ProjectError
from govreport.core.watching import unwatched
from govreport.filing.project import Project
from govreport.forms.catalogue import FOLDER
from govreport.publish.layout.typesetter import font_set
from tests.support.consistent_projects import AGENCIES, write_project
from tests.support.projects import REPOSITORY
from tests.support.sample_city import KERNEL

CHANGES = int(os.environ.get("GOVREPORT_CHANGES", "120"))
YEARS = (2022, 2023)
OWN_EDITION = (FOLDER / "2021.toml").read_text(encoding="utf-8").replace('"2021"', '"own"')
CELLS = (
    "from govreport import Report\nreport = Report.open(agency, year)\nreport",
    "report.findings",
    *(f"report.section({number})" for number in range(3)),
    "report.table('proactive')",
    "report.section(3)",
    "report.table('applications')",
    "report.chart('received')",
    "report.section(4)",
    "report.table('disputes')",
    "report.section(5)",
    "report.section(6)",
    "import os\nfrom pathlib import Path\n"
    "text = Path('text.txt').read_text() if os.path.exists('text.txt') else '没有'\n"
    "names = sorted(os.listdir(f'../data/{agency}/extra')) if os.path.isdir(f'../data/{agency}/extra') else []\n"
    "try:\n    import beside\n    text += beside.WORD\nexcept ImportError:\n    pass\n"
    "report._repr_mimebundle_() | {'text/html': f'<p>{text}{names}</p>'}",
)
"""The cells of the notebook: the whole report, and what an analyst adds, which reads files, a folder and a module."""


def write_notebook(path: Path, remark: str = "") -> None:
    cells = [nbformat.v4.new_code_cell('agency = ""\nyear = 0', metadata={"tags": ["parameters"]})]
    cells += [nbformat.v4.new_code_cell(source) for source in CELLS]
    cells += [nbformat.v4.new_markdown_cell(remark)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell{number}"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)


def execute_here(job: Job, *rest: object) -> tuple[Any, str, bool]:
    """Run a notebook's cells in this process, which saves the time of a kernel."""
    notebook = json.loads(job.notebook.read_text(encoding="utf-8"))
    names: dict[str, Any] = {"agency": job.agency, "year": job.year}
    display = DisplayFormatter()
    with contextlib.chdir(job.notebook.parent), mock.patch.object(sys, "path", [*sys.path, str(job.notebook.parent)]):
        notebook["cells"][0]["execution_count"] = 1
        for cell in notebook["cells"][1:]:
            if cell["cell_type"] == "code":
                cell["execution_count"] = 1
                *before, last = "".join(cell["source"]).split("\n")
                try:
                    exec("\n".join(before), names)
                    shown = eval(last, names)
                except Exception as error:
                    return notebook, str(error), False
                finally:
                    sys.modules.pop("beside", None)
                    sys.path_importer_cache.pop(str(job.notebook.parent), None)
                data = shown if isinstance(shown, dict) else display.format(shown)[0]
                if data:
                    cell["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    return notebook, "", False


class Changes:
    """Random changes to a project of three agencies, each of which a person could make."""

    def __init__(self, project: Project, chance: Random) -> None:
        self.root, self.chance = project.root, chance
        self.first = {path: path.read_bytes() for path in sorted(project.root.rglob("*")) if path.is_file()}
        self.local = (
            self.edit_figure, self.edit_prose, self.spoil, self.mend, self.mend, self.mend, self.remove_file,
            self.remove_filing, self.rename_filing, self.empty_year, self.own_notebook, self.waivers, self.subfolder,
            self.touch, self.sign,
        )  # fmt: skip
        self.common = (self.register, self.notebook, self.beside, self.rules, self.forms, self.fonts)

    def make(self) -> str:
        """Make a change and tell which; changes to what all reports share are rarer."""
        return self.chance.choice(self.local if self.chance.random() < 0.8 else self.common)()

    def allow(self) -> None:
        """Put right what keeps a run from beginning."""
        for name in ("rules.toml", "forms/own.toml"):
            (self.root / name).unlink(missing_ok=True)

    def folder(self) -> Path:
        return self.root / "data" / self.chance.choice(list(AGENCIES)) / str(self.chance.choice((2021, *YEARS, 2024)))

    def toggle(self, name: str, *texts: str | bytes) -> str:
        """Give a file one of these texts, or remove it if there is one."""
        path = self.root / name
        if path.exists() and self.chance.random() < 0.4:
            path.unlink()
            return f"remove {name}"
        text = self.chance.choice(texts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return f"write {name}"

    def edit(self, path: Path, change: Callable[[str], str]) -> str:
        if path.is_file():
            path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        return f"edit {path.relative_to(self.root)}"

    def edit_figure(self) -> str:
        """Give a filing a table of another one; it still adds up, which spares the search for wrong cells."""
        table = self.chance.choice(("proactive", "disputes"))
        others = [content for path, content in self.first.items() if path.name == f"{table}.csv"]
        return self.edit(self.folder() / f"{table}.csv", lambda text: self.chance.choice(others).decode("utf-8-sig"))

    def edit_prose(self) -> str:
        sentence = self.chance.choice(("补充一句。", "新收申请3件。", "{{ applications.new.total }}件。"))
        return self.edit(self.folder() / "narrative.md", lambda text: f"{text}\n{sentence}\n")

    def spoil(self) -> str:
        name = self.chance.choice(("narrative.md", "applications.csv"))
        return self.edit(self.folder() / name, lambda text: f"{text}\n{{{{ 坏 }}}}\nx,y\n")

    def mend(self) -> str:
        """Put back what the project began with: a file, or all of a filing."""
        path = self.chance.choice(list(self.first))
        for file in [path] if self.chance.random() < 0.5 else [p for p in self.first if p.parent == path.parent]:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(self.first[file])
        return f"mend {path.relative_to(self.root)}"

    def remove_file(self) -> str:
        name = self.chance.choice(("narrative.md", "disputes.csv"))
        path = self.folder() / name
        path.unlink(missing_ok=True)
        return f"remove {path.relative_to(self.root)}"

    def remove_filing(self) -> str:
        folder = self.folder()
        shutil.rmtree(folder, ignore_errors=True)
        return f"remove {folder.relative_to(self.root)}"

    def rename_filing(self) -> str:
        old, new = self.folder(), self.folder()
        if old.is_dir() and not new.exists():
            new.parent.mkdir(parents=True, exist_ok=True)
            old.rename(new)
        return f"rename {old.relative_to(self.root)} {new.relative_to(self.root)}"

    def empty_year(self) -> str:
        folder = self.folder()
        folder.mkdir(parents=True, exist_ok=True)
        return f"folder {folder.relative_to(self.root)}"

    def register(self) -> str:
        path = self.root / "data/agencies.csv"
        head, *lines = self.first[path].decode("utf-8-sig").splitlines()
        kind = self.chance.randrange(4)
        if kind == 0:
            lines.pop(self.chance.randrange(len(lines)))
        elif kind == 1:
            lines = [line.replace("示例市", self.chance.choice(("示例市", "示例县"))) for line in lines]
        elif kind == 2:  # one agency becomes the government of the others
            top = lines[0].split(",")[0]
            lines = [line.replace(",,department,own", ",,government,members") for line in lines[:1]] + [
                line.replace(",,department", f",{top},department") for line in lines[1:]
            ]
        path.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
        return f"register {kind}"

    def notebook(self) -> str:
        write_notebook(self.root / "notebooks/annual_report.ipynb", self.chance.choice(("甲", "乙")))
        return "notebook"

    def own_notebook(self) -> str:
        name = f"notebooks/{self.chance.choice(list(AGENCIES))}/annual_report.ipynb"
        if self.chance.random() < 0.5:
            return self.toggle(name, "{broken")
        write_notebook(self.root / name, "自有")
        return f"write {name}"

    def beside(self) -> str:
        if self.chance.random() < 0.5:
            return self.toggle("notebooks/text.txt", "一", "二")
        return self.toggle("notebooks/beside.py", "WORD = '三'", "WORD = '四四'")

    def rules(self) -> str:
        rule = '[[rules]]\nid = "P1"\nseverity = "{}"\nidentity = "applications.new.total >= {}"\nmessage = "少"\n'
        return self.toggle("rules.toml", rule.format("error", 9), rule.format("warning", 99), "坏", "[prose]\n")

    def waivers(self) -> str:
        waiver = '[[waiver]]\nrule = "{}"\ncells = []\nreason = "核实"\nby = "李审核"\ndate = 2024-01-25\n'
        path = self.folder() / "waivers.toml"
        return self.toggle(str(path.relative_to(self.root)), waiver.format("N8"), waiver.format("N3"), "坏")

    def forms(self) -> str:
        first = self.chance.choice((2023, 2024))
        text = OWN_EDITION.replace("first_year = 2021", f"first_year = {first}")
        return self.toggle("forms/own.toml", text, text.replace("收费", "收取费用", 1), "edition = 1")

    def fonts(self) -> str:
        names = ("gkai00mp.ttf", "NotoSansRegular.otf")
        contents = [(REPOSITORY / "govreport/core/fonts" / name).read_bytes() for name in names]
        return self.toggle("fonts/own.otf", *contents)

    def subfolder(self) -> str:
        slug = self.chance.choice(list(AGENCIES))
        return self.toggle(f"data/{slug}/extra/{self.chance.choice('ab')}.txt", "一", "二")

    def touch(self) -> str:
        for path in self.root.rglob("*"):
            if path.is_file() and "output" not in path.parts:
                path.touch()
        return "touch"

    def sign(self) -> str:
        path = self.folder() / "review.toml"
        return self.toggle(str(path.relative_to(self.root)), 'by = "李审核"\n')


def pages(job: Job) -> dict[str, object]:
    """What a run left for a report: its pages, and what its record says of the filing."""
    record = json.loads((job.folder / job.page("json")).read_text(encoding="utf-8"))
    made = {name: (job.folder / name).read_bytes() for name in ("report.html", "report.pdf")
            if (job.folder / name).exists()}  # fmt: skip
    return made | {key: record[key] for key in ("findings", "errors", "counts", "figures", "published", "files")}


@pytest.mark.usefixtures("no_search")
def test_no_page_is_stale_after_any_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    chance = Random(17)
    project = write_project(tmp_path / "project", list(AGENCIES), YEARS)
    write_notebook(project.notebooks / "annual_report.ipynb")
    changes = Changes(project, chance)
    monkeypatch.setattr(producing, "execute", execute_here)

    def listed_fonts(document: object, folder: Path) -> bytes:  # setting them takes ten times as long
        loaded = font_set(folder)
        with unwatched():  # as Typst reads them
            contents = [path.read_bytes() for path in sorted(folder.rglob("*"))]
        return repr((loaded.chains, list(map(hash, contents)))).encode()

    monkeypatch.setattr("govreport.publish.pdf_bytes", listed_fonts)
    monkeypatch.setattr("govreport.publish.review_page", lambda *_: "")  # which is not compared
    options, told, compared, kept = Options(("html", "pdf")), [], 0, 0
    for number in range(CHANGES):
        told.append(changes.make())
        try:
            due = make_plan(Project(project.root), options=options).jobs
            everything = make_plan(Project(project.root), options=options, force=True).jobs
        except (ProjectError, FormError):  # a run refuses, and touches nothing
            changes.allow()
            continue
        for job in due:
            if chance.random() < 0.6:  # a run may be of some agencies and years only
                produce(job)
        standing = [job for job in everything if (job.agency, job.year) not in {(j.agency, j.year) for j in due}]
        kept += len(standing)
        for job in chance.sample(standing, min(1, len(standing))):
            before = pages(job)
            produce(job)
            after = pages(job)
            compared += 1
            differing = [key for key in {*before, *after} if before.get(key) != after.get(key)]
            assert not differing, f"{job.agency} {job.year} is stale in {differing} after change {number}: {told[-5:]}"
    assert compared > CHANGES // 2 and kept > CHANGES, (compared, kept)
