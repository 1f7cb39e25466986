"""The notebooks: as they lie in the repository, as JupyterLab and papermill run them, and as nbconvert exports them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import papermill
import pytest
from fontTools.ttLib import TTFont
from nbconvert.exporters import get_exporter
from papermill.exceptions import PapermillExecutionError

from govreport.core import mime
from govreport.core.fonts import FONTS
from tests.support.patience import PATIENCE
from tests.support.projects import (
    FAULTY,
    GOOD,
    REPOSITORY,
    YEAR,
    Run,
    environment,
    figures_on_disk,
    govreport,
)

NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
REPORT = REPOSITORY / "notebooks/annual_report.ipynb"


def kept(notebook: Path) -> dict[str, Any]:
    """A notebook as git keeps it: as staged, or as it lies there where git is not at hand."""
    name = f":./{notebook.relative_to(REPOSITORY).as_posix()}"
    try:
        staged = subprocess.run(["git", "show", name], cwd=REPOSITORY, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        staged = notebook.read_bytes()
    return json.loads(staged)


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_kept_without_outputs(path: Path):
    notebook = kept(path)
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code_cells(notebook))
    assert not {"papermill", "widgets"} & set(notebook["metadata"])
    assert notebook["metadata"]["govreport"] == {"engine": "forked"}, "no report's account"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_sound_and_run_in_any_installation(path: Path):
    notebook = kept(path)
    nbformat.validate(nbformat.from_dict(notebook))
    assert notebook["nbformat"] == 4
    assert notebook["metadata"]["kernelspec"]["name"] == "python3", "the kernel that ipykernel brings along"
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(ids) == len(set(ids))


def test_the_report_has_a_parameters_cell_with_agency_and_year():
    (cell,) = (cell for cell in kept(REPORT)["cells"] if "parameters" in cell["metadata"].get("tags", []))
    values: dict[str, object] = {}
    exec("".join(cell["source"]), values)
    assert isinstance(values["agency"], str) and isinstance(values["year"], int) and values["strict"] is False
    assert (REPOSITORY / f"data/{values['agency']}/{values['year']}").is_dir(), "it runs as it is"


def test_everything_but_the_parameters_follows_from_them():
    source = "".join("".join(cell["source"]) for cell in kept(REPORT)["cells"] if cell["metadata"].get("tags") is None)
    assert str(YEAR) not in source and "shili" not in source


def run_as_in_jupyterlab(root: Path, agency: str) -> nbformat.NotebookNode:
    """Type the parameters into their cell and run all cells; the kernel starts in the notebook's folder."""
    notebook = nbformat.read(root / "notebooks/annual_report.ipynb", as_version=4)
    parameters = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    parameters.source = f'agency = "{agency}"\nyear = {YEAR}\nstrict = False'
    folder = {"metadata": {"path": str(root / "notebooks")}}
    return nbclient.NotebookClient(notebook, timeout=PATIENCE, kernel_name="python3", resources=folder).execute()


def outputs(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """What a notebook's cells show, as MIME bundles."""
    return [output["data"] for cell in code_cells(notebook) for output in cell["outputs"] if "data" in output]


@pytest.fixture(scope="module")
def executed(sample: Run, tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """The faulty sample's report, run in its project's notebooks/ folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GOVREPORT_PROJECT", raising=False)
        return run_as_in_jupyterlab(sample.root, FAULTY)


def test_all_cells_run_in_jupyterlab_and_show_something(executed: nbformat.NotebookNode):
    assert all(cell.execution_count for cell in code_cells(executed))
    shown = outputs(executed)
    assert len(shown) >= 10 and all("text/plain" in data for data in shown)
    streams = [o for cell in code_cells(executed) for o in cell.outputs if o.output_type in ("stream", "error")]
    assert streams == [], "no warning stands between the parts of the report"


def test_tables_carry_html_text_and_data(executed: nbformat.NotebookNode, sample: Run):
    tables = [data for data in outputs(executed) if mime.TABLE in data]
    assert [data[mime.TABLE]["key"] for data in tables] == ["proactive", "applications", "disputes"]
    figures = {}
    for data in tables:
        assert {"text/html", "text/plain", mime.TABLE} <= set(data)
        assert "<table" in data["text/html"] and "<" not in data["text/plain"]
        rows = [*data[mime.TABLE]["head"], *data[mime.TABLE]["body"]]
        figures |= {cell["name"]: cell["text"] for row in rows for cell in row if cell.get("name")}
    assert figures == figures_on_disk(sample.root / f"data/{FAULTY}/{YEAR}")


def test_charts_carry_their_text_as_paths_and_as_text(executed: nbformat.NotebookNode):
    charts = [data for data in outputs(executed) if mime.CHART in data]
    assert len(charts) >= 3, "one output each, though one cell shows several"
    for chart in charts:
        assert "<path" in chart["image/svg+xml"] and "<text" not in chart["image/svg+xml"]
        assert "<text" in chart[mime.CHART]["svg"] and "年" in chart[mime.CHART]["alt"]


def test_the_report_carries_its_account(executed: nbformat.NotebookNode, sample: Run):
    (account,) = (data[mime.REPORT] for data in outputs(executed) if mime.REPORT in data)
    assert (account["agency"], account["state"]) == (FAULTY, "不一致")
    assert account["findings"] == sample.record(FAULTY)["findings"]
    assert set(account["last"]) == set(account["filing"]["cells"])
    (findings,) = (data for data in outputs(executed) if mime.FINDINGS in data)
    assert findings[mime.FINDINGS] == account["findings"] and "<table" in findings["text/html"]


def test_a_run_keeps_the_account_in_the_notebooks_metadata(sample: Run):
    notebook = nbformat.read(sample.folder(FAULTY) / "report.ipynb", as_version=4)
    assert {"title", "filing", "last", "findings", "state"} <= set(notebook.metadata["govreport"])
    nbformat.validate(notebook)


def test_strict_raises_on_the_faulty_filing(sample: Run, tmp_path: Path):
    asked, folder = {"agency": FAULTY, "year": YEAR, "strict": True}, sample.root / "notebooks"
    with pytest.raises(PapermillExecutionError) as caught:
        papermill.execute_notebook(
            folder / REPORT.name, tmp_path / "a.ipynb", asked, engine_name="govreport", cwd=folder, progress_bar=False
        )
    assert caught.value.ename == "InconsistentReportError"
    assert "未通过勾稽校验" in caught.value.evalue and "（一）予以公开" in caught.value.evalue


@pytest.fixture(scope="module")
def by_papermill(sample: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The consistent sample's report, run on our engine by papermill's command from a folder outside the project."""
    folder = tmp_path_factory.mktemp("elsewhere")
    command = [Path(sys.executable).with_name("papermill"), sample.root / "notebooks/annual_report.ipynb", "out.ipynb"]
    result = subprocess.run(
        [*command, "--engine", "govreport", "-p", "agency", GOOD, "-p", "year", str(YEAR)],
        cwd=folder,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0 and "signing" not in result.stderr, result.stderr
    return folder / "out.ipynb"


def export(notebook: Path, kind: str, folder: Path) -> bytes:
    """Export a notebook by nbconvert's own command."""
    from nbconvert.nbconvertapp import NbConvertApp  # noqa: PLC0415, it loads the exporters of all packages

    app = NbConvertApp()
    app.initialize([str(notebook), "--to", f"govreport-{kind}", "--output-dir", str(folder), "--output", "page"])
    app.start()
    (page,) = folder.glob("page.*")
    assert page.suffix == f".{kind}"
    return page.read_bytes()


def test_papermill_runs_the_report_from_anywhere(by_papermill: Path):
    (account,) = (
        data[mime.REPORT] for data in outputs(nbformat.read(by_papermill, as_version=4)) if mime.REPORT in data
    )
    assert (account["agency"], account["year"], account["state"]) == (GOOD, YEAR, "一致")


def test_nbconvert_gives_the_same_page_of_papermills_notebook_as_a_run(sample: Run, by_papermill: Path, tmp_path: Path):
    assert export(by_papermill, "html", tmp_path) == (sample.folder(GOOD) / "report.html").read_bytes()


@pytest.fixture(scope="module")
def own_fonts(sample: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A project with a font of its own, run to all formats; its title is set in that font."""
    root = tmp_path_factory.mktemp("fonts") / "p"
    shutil.copytree(sample.root, root, ignore=shutil.ignore_patterns("output"))
    font = TTFont(FONTS / "gkai00mp.ttf")
    for record in font["name"].names:
        if record.nameID in (1, 4, 16):
            record.string = "FZXiaoBiaoSong-B05S"
    (root / "fonts").mkdir()
    font.save(root / "fonts/title.ttf")
    return Run(root, govreport(root, "run", GOOD, "--year", str(YEAR), "--formats", "html,pdf,docx,ofd"))


@pytest.mark.parametrize("kind", ["html", "pdf", "docx", "ofd"])
def test_nbconvert_in_a_project_gives_the_same_bytes_as_a_run(own_fonts: Run, kind: str, tmp_path: Path):
    folder = own_fonts.folder(GOOD)
    assert own_fonts.record(GOOD)["fonts"]["title"] == "FZXiaoBiaoSong-B05S"
    assert export(folder / "report.ipynb", kind, tmp_path) == (folder / f"report.{kind}").read_bytes()


def test_nbconvert_outside_of_a_project_has_the_shipped_fonts(own_fonts: Run, tmp_path: Path):
    shutil.copyfile(own_fonts.folder(GOOD) / "report.ipynb", tmp_path / "alone.ipynb")
    page = export(tmp_path / "alone.ipynb", "pdf", tmp_path)
    assert page[:5] == b"%PDF-" and page != (own_fonts.folder(GOOD) / "report.pdf").read_bytes()


@pytest.mark.parametrize("agency", [GOOD, FAULTY])
@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_nbconvert_gives_the_same_bytes_as_a_run(sample: Run, agency: str, kind: str, tmp_path: Path):
    shutil.copyfile(sample.folder(agency) / "report.ipynb", tmp_path / "alone.ipynb")
    page = export(tmp_path / "alone.ipynb", kind, tmp_path)
    assert page == (sample.folder(agency) / f"report.{kind}").read_bytes(), "from the notebook alone, anywhere"


def test_the_exporters_have_chinese_names():
    names = [get_exporter(f"govreport-{kind}").export_from_notebook for kind in ("html", "pdf", "docx", "ofd")]
    assert names == [f"政府信息公开年报（{kind}）" for kind in ("HTML", "PDF", "Word", "OFD")]
