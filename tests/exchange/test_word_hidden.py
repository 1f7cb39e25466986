"""What Word does not show is not read: styles that hide, placeholders of content controls, cells that were deleted."""

from __future__ import annotations

import pytest

from govreport.core.grid import Grid
from govreport.exchange.readers.docx_reader import read_docx
from tests.support.foreign import word

STYLES = (
    '<w:style w:type="character" w:styleId="off"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="under"><w:basedOn w:val="off"/></w:style>'
    '<w:style w:type="character" w:styleId="gone"><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="note"><w:rPr><w:vanish w:val="true"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="mark"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
)


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def styled(text: str, style: str, more: str = "") -> str:
    return run(text, f'<w:rStyle w:val="{style}"/>{more}')


def paragraph(*runs: str, style: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(runs)}</w:p>'


def cell(*content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(content)}</w:tc>"


def cells(*drawn: str) -> list[str]:
    """The texts of the second row of a table whose first has labels."""
    labels = "".join(cell(paragraph(run(text))) for text in "甲乙")
    body = f"<w:tbl><w:tr>{labels}</w:tr><w:tr>{''.join(drawn)}</w:tr></w:tbl>"
    (grid,) = read_docx(word(body, styles=STYLES), "a.docx").blocks
    assert isinstance(grid, Grid)
    return [one.text for one in grid.cells if one.row == 1]


TWO = cell(paragraph(run("2")))


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        (paragraph(run("3"), styled("9", "off")), "3"),
        (paragraph(run("3"), styled("9", "under")), "3"),
        (paragraph(run("3"), styled("9", "gone")), "3"),
        (paragraph(run("9"), style="note") + paragraph(run("3")), "3"),
        (paragraph(run("3", '<w:vanish w:val="0"/>'), run("9"), style="note"), "3"),
        (paragraph(styled("3", "off", '<w:vanish w:val="false"/>')), "3"),
        (paragraph(run("3"), styled("1", "mark")), "3（注1）"),
    ],
    ids=["style", "based on it", "struck", "paragraph", "shown again", "shown in it", "raised"],
)
def test_text_that_a_style_hides_or_raises_is_no_digit(hidden: str, shown: str):
    assert cells(cell(hidden), TWO) == [shown, "2"]


PLACEHOLDER = "<w:sdtPr><w:showingPlcHdr/></w:sdtPr>"


@pytest.mark.parametrize(
    "control",
    [
        cell(paragraph(f"<w:sdt>{PLACEHOLDER}<w:sdtContent>{run('单击此处输入0')}</w:sdtContent></w:sdt>")),
        cell(f"<w:sdt>{PLACEHOLDER}<w:sdtContent>{paragraph(run('0'))}</w:sdtContent></w:sdt>"),
        f"<w:sdt>{PLACEHOLDER}<w:sdtContent>{cell(paragraph(run('0')))}</w:sdtContent></w:sdt>",
    ],
    ids=["in a line", "around a paragraph", "around a cell"],
)
def test_the_placeholder_of_a_content_control_is_a_blank(control: str):
    assert cells(control, TWO) == ["", "2"]


def test_a_content_control_that_was_filled_in_is_read():
    filled = f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph(run('7'))}</w:sdtContent></w:sdt>"
    assert cells(cell(filled), TWO) == ["7", "2"]


def test_a_cell_that_was_deleted_in_tracked_changes_is_none():
    deleted = cell(paragraph(run("9")), properties='<w:cellDel w:id="1"/>')
    assert cells(cell(paragraph(run("3"))), deleted, TWO) == ["3", "2"]


def test_tabs_between_the_cells_of_a_row_that_came_as_text_leave_its_blanks():
    pieces = ["", "（一）予以公开", "3", "", "4", ""]
    text = "<w:tab/>".join(f"<w:t>{piece}</w:t>" for piece in pieces)
    (block,) = read_docx(word(f"<w:p><w:r>{text}</w:r></w:p>"), "a.docx").blocks
    assert getattr(block, "text", "") == "（一）予以公开\t3\t\t4\t"
