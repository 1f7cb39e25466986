"""OFD files of other programs: what a page shows is read as a PDF's is, whatever way it is drawn."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest

from govreport.core.errors import FilingError
from govreport.core.grid import Grid
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.ofd_reader import read_ofd
from govreport.exchange.readers.pdf_reader import read_pdf
from govreport.exchange.recognise.published import report_of
from tests.support.foreign import packed
from tests.support.foreign_ofd import NAMESPACE, cell, colour, frame, ofd, path, retold, text, whole
from tests.support.projects import REPOSITORY

FILES = REPOSITORY / "tests/published/files"

TABLE = cell("5", 20, 100) + cell("6", 50, 100) + cell("103", 20, 110) + cell("27", 50, 110)
PROSE = text("本机关依法办理政府信息公开申请", 20, 50)
READ = [[["5", "6"], ["103", "27"]]]


def read(data: bytes) -> ForeignDocument:
    return read_ofd(data, "年报.ofd")


def grids(data: bytes) -> list[list[list[str]]]:
    return [[[cell.text for cell in line] for line in g.lines()] for g in read(data).blocks if isinstance(g, Grid)]


def texts(data: bytes) -> list[str]:
    return [getattr(block, "text", "表") for block in read(data).blocks]


def test_a_page_is_read_as_its_lines_and_tables():
    found = read(ofd(PROSE + TABLE))
    assert (grids(ofd(PROSE + TABLE)), found.title, found.laid_out) == (READ, "年报", True)
    assert texts(ofd(PROSE + TABLE)) == ["本机关依法办理政府信息公开申请", "表"]


@pytest.mark.parametrize("prefix", ["", "ofd", "o"])
def test_the_prefix_of_the_namespace_says_nothing(prefix: str):
    assert grids(ofd(TABLE, prefix=prefix)) == READ


@pytest.mark.parametrize(
    "place",
    [
        "Pages/Page_0/Content.xml",
        "/Doc_0/Pages/Page_0/Content.xml",
        "./Pages/a/../Page_0/Content.xml",
        r"Pages\Page_0\Content.xml",
    ],
)
@pytest.mark.parametrize("root", ["Doc_0/Document.xml", "/Doc_0/Document.xml"])
def test_parts_are_found_from_the_root_and_from_the_part_that_names_them(root: str, place: str):
    document = f'<Document {NAMESPACE}><Pages><Page ID="1" BaseLoc="{place}"/></Pages></Document>'
    entry = f"<OFD {NAMESPACE}><DocBody><DocRoot> {root}\n</DocRoot></DocBody></OFD>"
    assert grids(ofd(TABLE, parts={"OFD.xml": entry, "Doc_0/Document.xml": document})) == READ


def test_parts_packed_with_backslashes_in_their_names_are_found():
    with zipfile.ZipFile(io.BytesIO(ofd(TABLE))) as made:
        parts = {name.replace("/", "\\"): made.read(name) for name in made.namelist()}
    assert "Doc_0\\Document.xml" in parts and grids(packed(parts)) == READ


def test_what_a_template_page_draws_stands_on_the_page():
    common = '<TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
    page = whole(PROSE, '<Template TemplateID="7" ZOrder="Background"/>')
    data = ofd(page, common=common, parts={"Doc_0/Tpls/Tpl_0/Content.xml": whole(TABLE)})
    assert (texts(data), grids(data)) == (["本机关依法办理政府信息公开申请", "表"], READ)


def test_blocks_within_blocks_are_part_of_the_page():
    nested = f'<PageBlock ID="1"><PageBlock ID="2">{TABLE}</PageBlock></PageBlock>'
    assert grids(ofd(nested)) == READ


def composite(units: str, matrix: str, place: str = "0 0 210 297") -> dict[str, Any]:
    """What `ofd` needs for a page that draws the units as one, through a matrix and from a place."""
    resources = (
        f'<Res {NAMESPACE} BaseLoc="Res"><CompositeGraphicUnits><CompositeGraphicUnit ID="8" Width="60" Height="20">'
        f"<Content>{units}</Content></CompositeGraphicUnit></CompositeGraphicUnits></Res>"
    )
    page = f'<CompositeObject ID="1" Boundary="{place}" CTM="{matrix}" ResourceID="8"/>'
    parts = {"Doc_0/Res.xml": resources, "Doc_0/Pages/Page_0/Content.xml": whole(page)}
    return {"common": "<DocumentRes>Res.xml</DocumentRes>", "parts": parts}


def test_a_composite_is_drawn_where_and_as_large_as_it_is_placed():
    half = frame(0, 0, 15, 5) + frame(15, 0, 15, 5) + text("5", 2, 4, 2) + text("6", 17, 4, 2)
    drawn = composite(half, "2 0 0 2 0 0", "20 100 60 20")
    assert grids(ofd("", **drawn)) == [[["5", "6"]]]


def test_a_page_may_have_resources_of_its_own():
    drawn = composite(TABLE, "1 0 0 1 0 0")["parts"]
    (unit,) = re.findall("<CompositeObject.*?/>", drawn["Doc_0/Pages/Page_0/Content.xml"])
    page = whole(unit, "<PageRes>../../Res.xml</PageRes>")
    assert grids(ofd(page, parts={"Doc_0/Res.xml": drawn["Doc_0/Res.xml"]})) == READ


@pytest.mark.parametrize("matrix", ["0 1 -1 0 210 0", "0 -1 1 0 0 210", "-1 0 0 -1 210 297"])
def test_a_page_set_sideways_or_upside_down_is_read_upright(matrix: str):
    assert grids(ofd("", **composite(TABLE, matrix))) == READ


PLACES = {"5": (20, 100), "6": (50, 100), "103": (20, 110), "27": (50, 110)}


def test_a_text_and_a_path_go_through_their_own_matrix():
    lines = "".join(path("M 0 0 L 3 0 L 3 1 L 0 1 C", x, y, CTM="10 0 0 10 0 0") for x, y in PLACES.values())
    figures = "".join(
        f'<TextObject Boundary="{x} {y} 20 10" Font="2" Size="1" CTM="4 0 0 4 3 7">'
        f'<TextCode X="0" Y="0" DeltaX="g 2 0.5">{words}</TextCode></TextObject>'
        for words, (x, y) in PLACES.items()
    )
    assert grids(ofd(lines + figures)) == READ


@pytest.mark.parametrize("steps", ["2 2", "g 2 2", "g 1 2 2", "g 9 2", "2", ""])
def test_the_steps_of_a_text_tell_where_its_characters_stand(steps: str):
    assert texts(ofd(text("103", 20, 50, DeltaX=steps))) == ["103"]


def test_a_wide_step_parts_the_figures_of_two_columns():
    assert texts(ofd(text("1037", 20, 50, DeltaX="g 2 2 12"))) == ["103\t7"]


def test_a_text_that_runs_downwards_is_read_downwards():
    code = '<TextCode X="0" Y="4" DeltaY="g 1 5">项目</TextCode>'
    column = f'<TextObject Boundary="24 101 4 20" Font="2" Size="4">{code}</TextObject>'
    lines = frame(20, 100, 30, 15) + frame(50, 100, 30, 15) + text("6", 53, 108)
    assert grids(ofd(lines + column)) == [[["项\n目", "6"]]]


def test_a_line_that_goes_on_in_a_second_code_keeps_its_height():
    codes = '<TextCode X="0" Y="4" DeltaX="4">总体</TextCode><TextCode X="8" DeltaX="4">情况</TextCode>'
    assert texts(ofd(f'<TextObject Boundary="20 50 90 9" Font="2" Size="4">{codes}</TextObject>')) == ["总体情况"]


def test_glyphs_that_stand_for_a_text_change_nothing_in_it():
    glyphs = '<CGTransform CodePosition="0" CodeCount="3" GlyphCount="2"><Glyphs>71 72</Glyphs></CGTransform>'
    assert texts(ofd(text("103", 20, 50, inner=glyphs))) == ["103"]


def test_curves_across_and_beside_a_table_part_none_of_its_rows():
    waves = "".join(path(f"M 0 {y} B 20 {y + 9} 40 {y - 9} 60 {y} Q 70 0 80 {y}", 20, 100) for y in (3, 5, 15))
    assert grids(ofd(TABLE + waves + path("S 1 1 A 5 5 0 0 1 9 9 C", 120, 105))) == READ


def test_several_documents_of_a_file_are_read_one_after_the_other():
    entry = (
        f"<OFD {NAMESPACE}>"
        + "".join(f"<DocBody><DocRoot>Doc_{n}/Document.xml</DocRoot></DocBody>" for n in (0, 1))
        + "</OFD>"
    )
    second = (
        f'<Document {NAMESPACE}><Pages><Page ID="1" BaseLoc="../Doc_0/Pages/Page_0/Content.xml"/></Pages></Document>'
    )
    assert grids(ofd(TABLE, parts={"OFD.xml": entry, "Doc_1/Document.xml": second})) == READ * 2


@pytest.mark.parametrize("name", ["office-plain-2022.pdf", "pdf-watermark-2020.pdf"])
def test_a_report_that_was_made_an_ofd_from_its_pdf_is_read_the_same(name: str):
    pdf = (FILES / name).read_bytes()
    whole, again = (report_of(document, name) for document in (read_pdf(pdf, name), read(retold(pdf))))
    assert (again.name, again.filing.year, again.filing.cells) == (whole.name, whole.filing.year, whole.filing.cells)
    assert again.filing.narrative.parts == whole.filing.narrative.parts


# ---- what is seen ---------------------------------------------------------------------------------------------------

PARAMETERS = (
    f'<Res {NAMESPACE} BaseLoc="Res"><DrawParams><DrawParam ID="7">{colour("230 230 230")}</DrawParam>'
    '<DrawParam ID="8" Relative="7"/><DrawParam ID="6" Relative="6"/></DrawParams></Res>'
)


def over(**told: object) -> str:
    """Digits over a figure of the table, drawn as is told."""
    return text("9876", 21, 107, **told)


@pytest.mark.parametrize(
    "mark",
    [
        over(inner=colour("205 205 205")),
        over(inner=colour("230 190 190")),
        over(inner=colour("#E6 #E6 #E6")),
        over(Alpha=60),
        over(inner=colour("0 0 0", Alpha=60)),
        over(Alpha=0),
        over(inner=colour("0 0 0", Alpha=0)),
        over(Visible="false"),
        over(Fill="false"),
        over(inner=colour("255 255 255")),
        over(DrawParam=7),
        over(DrawParam=8),
        over(Size=20),
        over(CTM="0.94 0.34 -0.34 0.94 0 0"),
        over(CharDirection=45),
        f'<PageBlock ID="1" Visible="false">{over()}</PageBlock>',
        text("9876", 211, 107),
        text("9876", -20, 107),
        text("9876", 21, -3),
        text("9876", 21, 302),
    ],
    ids=[
        "grey", "light red", "hexadecimal", "thin", "thin colour", "transparent", "transparent colour", "invisible",
        "neither filled nor stroked", "white on white", "parameters", "parameters of others", "huge", "aslant",
        "turned characters", "invisible block", "right of the page", "left of the page", "above the page",
        "below the page",
    ],
)  # fmt: skip
def test_what_is_not_seen_on_a_page_is_not_read(mark: str):
    data = ofd(PROSE + mark + TABLE, common="<PublicRes>P.xml</PublicRes>", parts={"Doc_0/P.xml": PARAMETERS})
    assert grids(data) == READ
    assert "9876" not in "".join(texts(data))


@pytest.mark.parametrize(
    "seen",
    [
        {"inner": colour("0 0 139")},
        {"Alpha": 255},
        {"DrawParam": 6},
        {"DrawParam": 5},
        {"Stroke": "true", "Fill": "false", "inner": colour("200 0 0", "StrokeColor")},
        {"inner": "<FillColor><AxialShd/></FillColor>"},
    ],
    ids=["blue", "opaque", "parameters of themselves", "parameters of nobody", "outlined", "shading"],
)
def test_what_is_seen_on_a_page_is_read(seen: dict[str, object]):
    figures = frame(20, 100, 30, 10) + frame(50, 100, 30, 10) + text("5", 23, 107) + text("6", 53, 107, **seen)
    data = ofd(PROSE + figures, common="<PublicRes>P.xml</PublicRes>", parts={"Doc_0/P.xml": PARAMETERS})
    assert grids(data) == [[["5", "6"]]]


@pytest.mark.parametrize("ground", [
    frame(20, 100, 60, 10, colour("0 51 102"), Fill="true"),
    '<ImageObject ID="1" Boundary="20 100 60 10" ResourceID="3"/>',
], ids=["dark", "picture"])  # fmt: skip
def test_white_text_on_a_dark_ground_is_text(ground: str):
    white = text("5", 23, 107, inner=colour("255 255 255")) + text("6", 53, 107, inner=colour("255 255 255"))
    lines = frame(20, 100, 30, 10) + frame(50, 100, 30, 10)
    assert grids(ofd(PROSE + ground + lines + white)) == [[["5", "6"]]]


def test_text_painted_over_in_white_is_none():
    paint = frame(20, 100, 30, 10, colour("255 255 255"), Fill="true")
    figures = frame(20, 100, 30, 10) + frame(50, 100, 30, 10) + text("5", 23, 107) + text("6", 53, 107)
    assert grids(ofd(PROSE + figures + paint + text("7", 23, 107))) == [[["7", "6"]]]
    assert grids(ofd(PROSE + paint + figures)) == [[["5", "6"]]]


def test_the_transparent_text_over_a_scanned_page_is_read():
    layer = "".join(text(words, x, y, Alpha=0) for words, x, y in (("总体情况", 20, 50), ("主动公开", 20, 60)))
    assert texts(ofd('<ImageObject ID="1" Boundary="0 0 210 297" ResourceID="3"/>' + layer)) == ["总体情况", "主动公开"]


# ---- what no report is ----------------------------------------------------------------------------------------------

CIRCLE = composite('<CompositeObject ID="1" Boundary="0 0 9 9" ResourceID="8"/>', "1 0 0 1 0 0")
TWICE = "<Content>" + '<CompositeObject ResourceID="{}"/>' * 2 + "</Content>"
UNITS = "".join(
    f'<CompositeGraphicUnit ID="{n}">{TWICE.format(n - 1, n - 1)}</CompositeGraphicUnit>' for n in range(1, 41)
)
TOWER = ofd(
    '<CompositeObject ResourceID="40"/>',
    common="<PublicRes>R.xml</PublicRes>",
    parts={"Doc_0/R.xml": f"<Res {NAMESPACE}>{UNITS}</Res>"},
)
"""Forty units, each of which draws the one before twice."""
DOUBLED = composite('<CompositeObject ID="1" Boundary="0 0 9 9" ResourceID="8"/>' * 2, "1 0 0 1 0 0")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (ofd(*["<x/>"] * 301), "有 301 页"),
        (ofd(), "有 0 页"),
        (ofd(text("字" * 300, 9, 9) * 60), r"第1页有 \d+,\d+ 个字符或图形"),
        (ofd("<PathObject/>" * 16_000), "第1页有 16,000 个字符或图形"),
        (ofd(*[text("字" * 6_000, 9, 9, DeltaX="g 6000 0.1")] * 26), "的字符和图形超过 150,000 个"),
        (TOWER, "的字符和图形超过 150,000 个"),
        (ofd(parts={"OFD.xml": f"<OFD>{'<DocBody><DocRoot>a</DocRoot></DocBody>' * 400}</OFD>"}), "有 400 页"),
        (ofd("", **CIRCLE), "不能作为 OFD 打开"),
        (ofd("", **DOUBLED), "不能作为 OFD 打开"),
        (ofd('<ImageObject ID="1" Boundary="0 0 210 297" ResourceID="3"/>'), "没有文字层（可能是扫描件）"),
        (ofd(TABLE, parts={"Encryptions.xml": "<Encryptions/>"}), "是加密的 OFD"),
        (ofd(TABLE, parts={"OFD.xml": "<OFD/>"}), "有 0 页"),
        (ofd(TABLE, parts={"OFD.xml": "<OFD"}), "不完整或已损坏"),
        (ofd(TABLE, parts={"Doc_0/Document.xml": "x"}), "不完整或已损坏"),
        (ofd(PROSE.replace("Boundary=\"20", "Boundary=\"nan")), "不能作为 OFD 打开"),
        (ofd(PROSE.replace("Boundary=\"20", "Boundary=\"1e999")), "不能作为 OFD 打开"),
        (ofd(PROSE.replace("Size=\"4\"", "Size=\"四\"")), "不能作为 OFD 打开"),
        (ofd(text("103", 9, 9, DeltaX="g 2")), "不能作为 OFD 打开"),
        (ofd(whole(PROSE, '<Template TemplateID="7"/>')), "不能作为 OFD 打开"),
        (ofd(PROSE, common="<PublicRes>Nowhere.xml</PublicRes>"), "不完整或已损坏"),
        (ofd(PROSE, common="<PublicRes>../../../etc/hostname</PublicRes>"), "不完整或已损坏"),
        (ofd("<PageBlock>" * 300 + "</PageBlock>" * 300), "不完整或已损坏"),
    ],
    ids=[
        "pages", "no page", "characters", "paths", "in all", "tower", "documents", "unit in itself",
        "units in themselves", "picture", "encrypted", "no document", "cut entry", "document", "no number",
        "infinite", "no size", "cut run", "template", "resources", "outside", "deep",
    ],
)  # fmt: skip
def test_what_no_report_is_is_refused_in_one_sentence(data: bytes, sentence: str):
    with pytest.raises(FilingError, match=sentence) as told:
        read(data)
    (problem,) = told.value.problems
    assert problem.startswith("年报.ofd ") and problem.count("。") == 1


def test_a_text_of_nothing_is_nothing():
    assert texts(ofd(text("", 9, 9, DeltaX="g 2 3") + text("", 9, 9) + PROSE)) == ["本机关依法办理政府信息公开申请"]


def test_a_step_that_goes_on_for_ever_costs_as_much_as_its_text():
    assert texts(ofd(text("103", 20, 50, DeltaX="g 999999999 2 " * 9_000))) == ["103"]
