"""`govreport import` and `govreport check FILE`, as an operator and a reviewer type them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from govreport.checks.checking import check_report
from govreport.cli.terminal import changed_told
from govreport.exchange.importing import agency_of
from govreport.exchange.recognise.published import ImportedReport
from govreport.filing import CellEdit
from govreport.filing.filing import Filing
from govreport.filing.project import Project
from govreport.publish.html_writer import html_page
from tests.support.projects import GOOD, REPOSITORY, govreport, make_project, replace_in
from tests.support.published_score import CORPUS
from tests.support.sample_pages import page_of

FILES = CORPUS / "files"
PLAIN, WRONG, LOST = FILES / "html-plain-2021.html", FILES / "office-wrong.pdf", FILES / "text-tab-lost.txt"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the filing of one agency for 2023 alone."""
    root = make_project(tmp_path / "项目", GOOD)
    for folder in (root / "data" / GOOD).iterdir():
        if folder.name != "2023":
            shutil.rmtree(folder)
    return root


def expected(file: Path) -> dict[str, object]:
    return json.loads((CORPUS / "expected" / f"{file.stem}.json").read_text(encoding="utf-8"))


def test_a_file_is_read_without_a_project_and_printed_as_json(tmp_path: Path):
    done = govreport(tmp_path, "import", str(PLAIN), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert document["cells"] == expected(PLAIN)["cells"]
    assert document["agency"] == expected(PLAIN)["agency"]
    assert not list(tmp_path.iterdir())


def test_what_was_read_guessed_and_lost_is_told(tmp_path: Path):
    done = govreport(tmp_path, "import", str(LOST))
    assert done.returncode == 0
    assert "无法读取" in done.stdout and "无法确定在哪一格" in done.stdout
    assert "未写入 data/" in done.stdout


def test_a_cell_that_is_no_figure_is_told_once(tmp_path: Path):
    page = tmp_path / "年报.html"
    text = re.sub(r">(\d+)</td>", r">约\1件左右</td>", PLAIN.read_text(encoding="utf-8"), count=1)
    page.write_text(text, encoding="utf-8")
    told = govreport(tmp_path, "import", page.name).stdout
    assert "无法读取 1 格" in told and told.count("件左右”") == 1


def test_a_report_goes_into_data_and_never_over_other_figures_unasked(project: Path):
    done = govreport(project, "import", str(PLAIN), "--into", GOOD, "--other-agency")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    filing = Project(project).filing(GOOD, 2021)
    cells = expected(PLAIN)["cells"]
    assert isinstance(cells, dict)
    assert {name: filing.cells[name] for name in cells if name.startswith("applications")} == {
        name: value for name, value in cells.items() if name.startswith("applications")
    }
    assert govreport(project, "import", str(PLAIN), "--into", GOOD, "--other-agency").returncode == 0
    breaks = ("import", str(FILES / "html-breaks-2021.html"), "--into", GOOD, "--other-agency")
    other = govreport(project, *breaks)
    assert other.returncode == 1
    assert "--force" in other.stderr and f"data/{GOOD}/2021" in other.stderr
    assert Project(project).filing(GOOD, 2021).cells == filing.cells
    assert govreport(project, *breaks, "--force").returncode == 0


def test_an_import_names_the_cells_that_change_before_and_after(project: Path):
    command = ("import", str(PLAIN), "--into", GOOD, "--other-agency")
    first = json.loads(govreport(project, *command, "--json").stdout)
    figures = {name: str(figure) for name, figure in first["cells"].items() if figure is not None}
    number = figures["applications.new.natural"]
    told = {edit["name"]: edit["new"] for edit in first["changed"]}
    texts = {name: told.pop(f"narrative.{name}") for name, text in first["narrative"].items() if text}
    assert told.pop("narrative.signature").startswith("模拟市林业局")
    assert told == figures, "all of them, of a filing that is new"
    assert texts == {name: text for name, text in first["narrative"].items() if text}
    assert "与原有数字一致。" in govreport(project, *command).stdout
    replace_in(project / "data" / GOOD / "2021/applications.csv", f"数量,{number},", "数量,4711,")
    replace_in(project / "data" / GOOD / "2021/narrative.md", "# 六、", "自己写的一句。\n\n# 六、")
    natural = "“一、本年新收政府信息公开申请数量”的“自然人”：4711"
    refused = govreport(project, *command).stderr
    assert f"会被覆盖：{natural}" in refused and "的文字；确认覆盖" in refused
    done = govreport(project, *command, "--force").stdout
    assert f"已写入 data/{GOOD}/2021，改动{natural} → {number}、“五、" in done and "的文字。" in done
    replace_in(project / "data" / GOOD / "2021/applications.csv", f"数量,{number},", "数量,,")
    assert f"已写入 data/{GOOD}/2021，填入1格。" in govreport(project, *command, "--force").stdout
    shutil.rmtree(project / "data" / GOOD / "2021")
    assert (
        f"已写入 data/{GOOD}/2021，填入{len(figures)}格，新增“前言”的文字、“一、" in govreport(project, *command).stdout
    )


def test_a_report_of_another_agency_is_refused_unless_that_is_confirmed(project: Path) -> None:
    name = str(expected(PLAIN)["agency"])
    done = govreport(project, "import", str(PLAIN), "--into", GOOD)
    assert done.returncode == 1
    assert f"报告是{name}的，不是示例市民政局的；请核对，确认写入请加 --other-agency。" in done.stderr
    assert not (project / "data" / GOOD / "2021" / "narrative.md").exists()


@pytest.mark.parametrize("name", ["示例市民政局", "示例民政局", "市民政局", "示例市民政局办公室", ""])
def test_a_report_under_a_name_that_the_agency_has_is_its_own(name: str, project: Path) -> None:
    found = Project(project)
    imported = ImportedReport(Filing.from_cells("", name, 2023, {}), name)
    assert agency_of(found, imported, GOOD).slug == GOOD


def test_a_figure_that_was_lost_is_not_a_blank_in_data(project: Path):
    assert govreport(project, "import", str(LOST), "--into", GOOD, "--other-agency").returncode == 0
    filing = Project(project).filing(GOOD, 2020)
    assert set(filing.unreadable) >= set(map(str, expected(LOST)["unreadable"]))  # type: ignore[call-overload]
    assert filing.narrative.other["imported_from"] == LOST.name
    assert any("无法确定" in note for note in filing.narrative.other["import_notes"])


def test_a_folder_is_read_past_what_cannot_be(project: Path, tmp_path: Path):
    folder = tmp_path / "年报"
    folder.mkdir()
    for file in (PLAIN, WRONG):
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "坏.pdf").write_bytes(b"%PDF-1.7 ...")
    (folder / "无关.txt").write_text("今天天气很好。", encoding="utf-8")
    done = govreport(project, "import", str(folder), "--into", "auto")
    assert done.returncode == 1
    assert "共4个文件，读出2份年报" in done.stdout
    assert sum("坏.pdf" in line for line in done.stderr.splitlines()) == 1
    assert "无关.txt" in done.stderr
    assert "agencies.csv 中没有名为" in done.stderr


@pytest.mark.parametrize("figure", [3, 4])
def test_two_files_of_one_report_are_both_left_unwritten_unless_they_say_the_same(project: Path, figure: int):
    narrative = project / "data" / GOOD / "2023" / "narrative.md"
    before = narrative.read_bytes()
    (project / "表").mkdir()
    assert govreport(project, "form", GOOD, "2023", "-o", "表/a.xlsx").returncode == 0
    for name, entered in (("a", 3), ("b", figure)):
        book = openpyxl.load_workbook(project / "表/a.xlsx")
        sheet = next(one for one in book.worksheets if '"sheet": "proactive"' in str(one["A1"].value))
        row = next(cells[0].row for cells in sheet.iter_rows() if "proactive.licensing" in str(cells[0].value))
        sheet.cell(row, 3).value = entered
        book.save(project / f"表/{name}.xlsx")
    done = govreport(project, "import", "表", "--into", "auto", "--force")
    cell = Project(project).filing(GOOD, 2023).cells["proactive.licensing.decisions"]
    told = "错误：表/a.xlsx、表/b.xlsx 都是2023年同一份报告，内容不同，都没有写入；请只导入其中一份。\n"
    if figure == 3:
        assert (done.returncode, done.stderr, cell) == (0, "", 3)
    else:
        assert (done.returncode, done.stderr, cell) == (1, 2 * told, 64) and narrative.read_bytes() == before


def test_the_report_of_an_agency_in_the_register_finds_its_place(project: Path, tmp_path: Path):
    done = govreport(project, "form", GOOD, "2023", "-o", "x.xlsx")
    assert done.returncode == 0, done.stderr
    before = Project(project).filing(GOOD, 2023)
    done = govreport(project, "import", "x.xlsx", "--into", "auto")
    assert (done.returncode, done.stderr) == (0, "")
    assert Project(project).filing(GOOD, 2023).cells == before.cells


def test_a_workbook_of_one_agency_is_not_put_in_anothers_place(project: Path):
    govreport(REPOSITORY, "form", "shili-education", "2023", "-o", str(project / "x.xlsx"))
    done = govreport(project, "import", "x.xlsx", "--into", GOOD)
    assert done.returncode == 1
    assert "工作簿是示例市教育局的" in done.stderr


def test_a_reviewer_checks_a_file_alone(tmp_path: Path):
    done = govreport(tmp_path, "check", str(WRONG))
    assert done.returncode == 1
    assert "错误" in done.stdout and "不一致 1" in done.stdout
    found = json.loads(govreport(tmp_path, "check", str(WRONG), "--format", "json").stdout)
    assert {finding["agency"] for finding in found} == {expected(WRONG)["agency"]}
    assert {finding["rule"] for finding in found if finding["severity"] == "error"} & {"A1", "A2", "A3", "D1"}


def test_files_and_agencies_are_checked_together(project: Path):
    done = govreport(project, "check", str(PLAIN), GOOD, "--year", "2023")
    assert done.returncode in (0, 1)
    assert "共校验2份报告" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["没有.pdf"], "没有文件或文件夹"),
        ([str(PLAIN), "--into", "shili-nobody"], "没有"),
        (["空"], "没有可以导入的文件"),
    ],
)
def test_a_wrong_call_is_one_sentence(project: Path, arguments: list[str], sentence: str):
    (project / "空").mkdir()
    done = govreport(project, "import", *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path):
    (tmp_path / "坏.docx").write_bytes(b"PK\x03\x04")
    done = govreport(tmp_path, "check", "坏.docx", "--format", "json")
    assert done.returncode == 1
    (finding,) = json.loads(done.stdout)
    assert (finding["rule"], finding["agency"], finding["year"]) == ("F1", None, None)
    assert govreport(tmp_path, "check", "坏.docx").stdout.startswith("坏.docx：失败")


def test_a_page_whose_figures_were_changed_is_read_as_it_shows(tmp_path: Path):
    project = make_project(tmp_path / "完整", GOOD)
    assert govreport(project, "run", GOOD, "--year", "2023", "--formats", "html").returncode == 0
    page = project / "output/2023" / GOOD / "report.html"
    exact = json.loads(govreport(project, "import", str(page), "--json").stdout)
    assert exact["agency"] == GOOD
    shown = exact["cells"]["applications.new.natural"]
    text = page.read_text(encoding="utf-8")
    row = text.index("一、本年新收政府信息公开申请数量</th>")
    changed = text[:row] + text[row:].replace(f">{shown}<", f">{shown + 1}<", 1)
    page.write_text(changed, encoding="utf-8")
    again = json.loads(govreport(project, "import", str(page), "--json").stdout)
    assert again["cells"]["applications.new.natural"] == shown + 1
    assert any("所见的1格的数字" in note and "按所见的读取" in note for note in again["notes"])


def test_an_import_as_json_is_one_object_whatever_happens(project: Path):
    (project / "坏.pdf").write_bytes(b"%PDF-1.7 ...")
    bad = govreport(project, "import", "坏.pdf", "--json")
    absent = govreport(project, "import", "没有.pdf", "--json")
    nobody = govreport(project, "import", str(PLAIN), "--into", "shili-nobody", "--json")
    for answer, word in ((bad, "坏.pdf"), (absent, "没有.pdf"), (nobody, "shili-nobody")):
        document = json.loads(answer.stdout)
        assert answer.returncode == 1 and word in answer.stderr
        assert document["cells"] is None and word in " ".join(document["notes"])
        assert set(document) == set(json.loads(govreport(project, "import", str(PLAIN), "--json").stdout))
    other = govreport(project, "import", str(PLAIN), "--into", "auto", "--json")
    document = json.loads(other.stdout)
    assert other.returncode == 1 and document["cells"] and "没有名为" in document["notes"][-1], "read, but not put away"


def test_several_files_as_json_are_an_array_and_so_is_a_folder(project: Path):
    (project / "坏.pdf").write_bytes(b"%PDF-1.7 ...")
    both = json.loads(govreport(project, "import", "坏.pdf", str(PLAIN), "--json").stdout)
    assert [document["cells"] is None for document in both] == [True, False]
    (project / "年报").mkdir()
    shutil.copy(PLAIN, project / "年报")
    assert len(json.loads(govreport(project, "import", "年报", "--json").stdout)) == 1


def test_the_year_of_a_report_is_said_like_any_other_year(project: Path):
    told = [govreport(project, "import", str(PLAIN), *way) for way in (("2020",), ("--year", "2020"))]
    assert told[0].stderr == told[1].stderr and "是 2021 年的报告，不是 2020 年的" in told[0].stderr
    assert govreport(project, "import", "2021", str(PLAIN)).returncode == 0


def test_an_import_of_an_edited_page_tells_how_many_references_became_figures(tmp_path: Path):
    project, page = make_project(tmp_path / "项目", GOOD), tmp_path / "年报.html"
    made = html_page(page_of(check_report(Project(project), GOOD, 2023)))
    page.write_text(made.replace("<p>年内新制发", "<p>全年新制发"), encoding="utf-8")
    narrative = project / "data" / GOOD / "2023" / "narrative.md"
    before = narrative.read_bytes()
    done = govreport(project, "import", str(page), "--into", GOOD, "--force")
    assert done.returncode == 0 and "有4处引用" in "".join(done.stdout.split()), done.stdout
    narrative.write_bytes(before)
    document = json.loads(govreport(project, "import", str(page), "--into", GOOD, "--force", "--json").stdout)
    assert [note for note in document["notes"] if "4处引用" in str(note)], document["notes"]
    assert "{{" in document["narrative"]["3"] and "{{" not in document["narrative"]["2"]


def test_cells_that_could_not_be_read_are_not_counted_as_filled():
    edits = [
        CellEdit(f"applications.new.{key}", "applications.csv", key, "", text)
        for key, text in (("total", "3"), ("natural", "？"))
    ]
    assert changed_told(edits, {"applications.new.natural"}) == "填入1格，无法读取1格"
