"""The PDF as an archive: its structure tree, its bookmarks, the data inside, the figures on its pages, its bytes."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pikepdf
import pytest
from hypothesis import given, settings

from govreport.core.blocks import Block, ItemList, Paragraph, Picture, Preformatted, Quote, Run
from govreport.core.grid import Grid
from govreport.filing.filing import Filing
from govreport.filing.folder import read_filing, write_filing
from govreport.notebook.report import Report
from govreport.publish.document import Document
from govreport.publish.markup import markdown_blocks
from govreport.publish.pdf_writer import attachments, pdf_bytes
from govreport.tables.frame import frame_grid
from govreport.tables.statutory import statutory_grid
from tests.support.papers import FINDINGS, SVG, TITLE, document, filing, pages, paragraph, report, squeezed
from tests.support.projects import REPOSITORY, environment
from tests.support.strategies import any_filings, some

SAMPLES = sorted(
    (folder.parent.name, int(folder.name))
    for folder in REPOSITORY.glob("data/*/20*")
    if folder.name in ("2020", "2023")
)
PRINTED_AGAIN = """
import sys
sys.path.insert(0, ".")
import hashlib
from tests.support import papers
from govreport.publish.pdf_writer import pdf_bytes
made = papers.report(2022, draft=True, findings=papers.FINDINGS, filing=papers.filing(2022))
print(hashlib.sha256(pdf_bytes(made)).hexdigest())
"""


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def published(agency: str, year: int) -> tuple[Filing, Document]:
    """A sample report as a document, without the detour of a notebook."""
    made = Report.open(agency, year, REPOSITORY)
    blocks: list[Block] = []
    for number in range(7):
        prose = made.section(number)
        blocks += markdown_blocks(prose.text) if prose else []
        keys = (table.key for table in made.filing.form.tables.values() if table.part == number)
        blocks += [statutory_grid(made.filing, key) for key in keys]
    account = made.account()
    return made.filing, document(
        *blocks, title=made.filing.title, name=account.name, published=account.published, filing=account.filing
    )


def elements(node: Any) -> Iterator[Any]:
    """The elements of a structure tree in the order of reading."""
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from elements(child)


def attribute(element: Any, key: str) -> Any:
    attributes = element.get("/A", [])
    found = [a[key] for a in (attributes if isinstance(attributes, pikepdf.Array) else [attributes]) if key in a]
    return found[0] if found else None


# ---- the data inside ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2020, 2022])
def test_the_filing_is_read_back_from_the_pdf(year: int, tmp_path: Path) -> None:
    made = filing(year)
    with opened(pdf_bytes(report(year, filing=made, published="2023-01-27"))) as pdf:
        files = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
        kinds = {n: (str(s.relationship), s.get_file().mime_type, s.description) for n, s in pdf.attachments.items()}
        assert len(pdf.Root.AF) == len(files) == 4
    assert kinds["filing.json"] == ("/Source", "application/json", "年报全部数据（JSON）")
    assert kinds["applications.csv"] == ("/Data", "text/csv", "申请表（CSV）")
    again = Filing.from_json(json.loads(files["filing.json"]), made.name)
    assert again.to_json() == made.to_json()
    write_filing(made, tmp_path / "own")
    shutil.copytree(tmp_path / "own", tmp_path / "copied")
    for name in files.keys() - {"filing.json"}:
        assert files[name] == (tmp_path / "own" / name).read_bytes()
        (tmp_path / "copied" / name).write_bytes(files[name])
    assert read_filing(tmp_path / "copied", made.agency, made.name, year).cells == made.cells


def test_a_text_that_is_no_figure_stands_in_the_table_inside() -> None:
    cells = {"applications.new.total": "三件", "proactive.procurement.amount": "12.50", "applications.new.natural": "/"}
    made = Filing.from_cells("demo", TITLE[0], 2020, cells)
    tables = tuple(statutory_grid(made, key) for key in made.form.tables)
    files = {file.name: file.data.decode() for file in attachments(document(*tables, filing=made).account)}
    assert "new,一、本年新收政府信息公开申请数量,,,,,,,三件\n" in files["applications.csv"]
    assert "amount,12.50\n" in files["proactive.csv"]


@settings(max_examples=25)
@given(any_filings())
def test_no_text_and_no_figure_is_lost_in_the_attachments(made: Filing) -> None:
    source, *tables = attachments(document(filing=made).account)
    assert json.loads(source.data) == made.to_json()
    assert [table.name for table in tables] == [f"{key}.csv" for key in made.form.tables]
    assert all(table.data.startswith(b"\xef\xbb\xbf") for table in tables)


def test_any_character_may_stand_in_the_data_inside() -> None:
    prose = '😀 \ud800 \u200f 𠮷 #read("/etc/passwd") </script> \x00 \u202e'
    data = {**filing(2022).to_json(), "narrative": {"1": prose}}
    with opened(pdf_bytes(document(paragraph("正文"), enclosure={"filing": data, "front": {}}))) as pdf:
        assert json.loads(pdf.attachments["filing.json"].get_file().read_bytes())["narrative"]["1"] == prose


def test_a_report_without_a_filing_has_nothing_inside_and_data_of_others_is_kept_as_it_is() -> None:
    with opened(pdf_bytes(document(paragraph("正文")))) as pdf:
        assert len(pdf.attachments) == 0
    with opened(pdf_bytes(document(paragraph("正文"), enclosure={"filing": {"cells": "无"}, "front": {}}))) as pdf:
        assert {name: json.loads(s.get_file().read_bytes()) for name, s in pdf.attachments.items()} == {
            "filing.json": {"cells": "无"}
        }


# ---- structure ------------------------------------------------------------------------------------------------------


def test_the_structure_tree_tells_what_everything_is() -> None:
    picture = Picture("image/svg+xml", b"", "甲一件、乙两件", "申请情况", SVG.format("总计").encode())
    blocks = (
        Paragraph((Run("一、总体情况"),), 1), paragraph("正文"), Paragraph((Run("（一）主动公开"),), 2),
        ItemList(True, 1, ((paragraph("甲"),), (paragraph("乙"),))), Quote((paragraph("引文"),)),
        picture, Preformatted("a 1"), Paragraph((Run("二、其他"),), 1),
    )  # fmt: skip
    with opened(pdf_bytes(document(*blocks))) as pdf:
        assert (str(pdf.Root.Lang), bool(pdf.Root.MarkInfo.Marked)) == ("zh-CN", True)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        found = list(elements(pdf.Root.StructTreeRoot))
        kinds = [str(element.S) for element in found]
        assert [kind for kind in kinds if kind.startswith("/H")] == ["/H1", "/H2", "/H1"]
        assert kinds[:2] == ["/Document", "/Title"]
        count = Counter(kinds)
        assert (count["/L"], count["/LI"], count["/BlockQuote"], count["/Figure"], count["/Caption"]) == (
            1,
            2,
            1,
            1,
            1,
        )
        (figure,) = (element for element in found if element.S == "/Figure")
        assert str(figure.Alt) == "甲一件、乙两件"
        assert {str(page.get("/Tabs")) for page in pdf.pages} == {"/S"}


@pytest.mark.parametrize("year", [2020, 2022])
def test_every_figure_of_a_table_has_its_headers(year: int) -> None:
    made = report(year)
    expected = [block for block in made.blocks if isinstance(block, Grid)]
    with opened(pdf_bytes(made)) as pdf:
        tables = [e for e in elements(pdf.Root.StructTreeRoot) if e.S == "/Table"]
        assert len(tables) == len(expected)
        for element, table in zip(tables, expected, strict=True):
            rows = [row for row in elements(element) if row.S == "/TR"]
            cells = [cell for row in rows for cell in row.K]
            labels = [cell for row in (*table.head, *table.body) for cell in row if cell.scope]
            figures = [cell for row in table.body for cell in row if not cell.scope]
            assert len(rows) == len(table.head) + len(table.body)
            assert sum(cell.S == "/TD" for cell in cells) == len(figures)
            headers = [cell for cell in cells if cell.S == "/TH"]
            # a label that goes on on the next page is a header there again
            assert len(labels) <= len(headers) <= len(labels) + 2
            assert {str(attribute(cell, "/Scope")) for cell in headers} <= {"/Column", "/Row"}
            if table.key != "disputes":
                rows_headed = sum(attribute(cell, "/Scope") == "/Row" for cell in headers)
                assert rows_headed >= sum(cell.scope in ("row", "rowgroup") and cell.columns < 4 for cell in labels)
                assert all(attribute(cell, "/Headers") is None for cell in cells if cell.S == "/TD")
            else:
                known = {bytes(cell.ID) for cell in headers}
                named = [list(map(bytes, attribute(cell, "/Headers"))) for cell in cells if cell.S == "/TD"]
                assert all(names and known.issuperset(names) for names in named)
            assert grid_width(rows) == len(table.widths)


def grid_width(rows: list[Any]) -> int:
    """Columns of a table by its cells' spans, which must fill every row."""
    open_rows: Counter[int] = Counter()
    widths = set()
    for number, row in enumerate(rows):
        width = open_rows[number]
        for cell in row.K:
            columns, deep = int(attribute(cell, "/ColSpan") or 1), int(attribute(cell, "/RowSpan") or 1)
            width += columns
            open_rows.update({number + below: columns for below in range(1, deep)})
        widths.add(width)
    (width,) = widths
    return width


def test_data_cells_of_a_table_without_labels_name_their_headers() -> None:
    table = statutory_grid(filing(2022), "disputes")
    with opened(pdf_bytes(document(table, statutory_grid(filing(2022), "applications")))) as pdf:
        first, second = (e for e in elements(pdf.Root.StructTreeRoot) if e.S == "/Table")
        assert all(attribute(cell, "/Headers") is not None for cell in elements(first) if cell.S == "/TD")
        assert any(attribute(cell, "/Scope") == "/Row" for cell in elements(second))


def test_the_metadata_say_what_it_is() -> None:
    with opened(pdf_bytes(report(2022, published="2023-01-27"))) as pdf:
        metadata = pdf.open_metadata()
        assert (metadata["dc:title"], metadata["dc:creator"]) == ("".join(TITLE), [TITLE[0]])
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == ("3", "A", "1")
        assert {str(language) for language in metadata["dc:language"]} == {"zh-CN"}


# ---- the figures on the pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("agency", "year"), some(SAMPLES, 2))
def test_the_tables_on_the_pages_equal_the_filing(agency: str, year: int) -> None:
    made, paper = published(agency, year)
    tables = [statutory_grid(made, key) for key in made.form.tables]
    body = [cell for table in tables for row in table.body for cell in row]
    heads = [cell for table in tables for row in table.head for cell in row]
    labels = {squeezed(cell.text) for cell in (*heads, *body) if cell.scope or cell in heads}
    data = pdf_bytes(paper)
    printed = [squeezed(c) for page in pages(data) for t in page.extract_tables() for row in t for c in row if c]
    figures = [squeezed(cell.text) for cell in body if not cell.scope and cell.text]
    assert [text for text in printed if text not in labels] == figures
    assert labels <= set(printed)
    with opened(data) as pdf:
        inside = json.loads(pdf.attachments["filing.json"].get_file().read_bytes())
    assert Filing.from_json(inside, made.name).cells == made.cells


# ---- bytes ----------------------------------------------------------------------------------------------------------


def test_qpdf_finds_nothing_wrong(tmp_path: Path) -> None:
    if not shutil.which("qpdf"):
        pytest.skip("qpdf is not installed")
    picture = Picture("image/svg+xml", b"", "图", "图题", SVG.format("总计").encode())
    made = report(2022, draft=True, findings=FINDINGS, filing=filing(2022))
    (tmp_path / "report.pdf").write_bytes(pdf_bytes(document(*made.blocks, picture, filing=made.account.filing)))
    told = subprocess.run(
        ["qpdf", "--check", tmp_path / "report.pdf"],
        capture_output=True,
        text=True,
        env=environment(LC_ALL="C"),
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert "WARNING" not in told.stdout


def test_the_bytes_are_the_same_in_any_process() -> None:
    made = report(2022, draft=True, findings=FINDINGS, filing=filing(2022))
    digests = {hashlib.sha256(pdf_bytes(made)).hexdigest()}
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", PRINTED_AGAIN],
            cwd=REPOSITORY, env=environment(PYTHONHASHSEED=seed), capture_output=True, text=True, check=True,
        )  # fmt: skip
        digests.add(told.stdout.strip())
    assert len(digests) == 1


def test_thousands_of_elements_are_packed_and_none_is_lost() -> None:
    figures = {f"{year}年": range(year, year + 300) for year in range(2019, 2026)}
    data = pdf_bytes(document(frame_grid(pd.DataFrame(figures), "各年情况")))
    assert b"/S/TD" not in data
    with opened(data) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert sum(isinstance(o, pikepdf.Stream) and o.get("/Type") == "/ObjStm" for o in pdf.objects) >= 2
        kinds = Counter(str(element["/S"]) for element in elements(pdf.Root["/StructTreeRoot"]))
    assert kinds["/TD"] + kinds["/TH"] == 301 * 7
