"""Each key of [page] and each template shows on the pages of a report; a template that cannot be used is told."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pdfplumber
import pytest
from PIL import Image

from govreport.checks.account import INCONSISTENT, Account, NotebookError
from govreport.core.blocks import plain_paragraph
from govreport.core.errors import GovReportError
from govreport.core.grid import Grid, GridCell
from govreport.filing.settings import Appearance, read_appearance, read_settings
from govreport.forms.catalogue import Catalogue
from govreport.publish import appearance as module
from govreport.publish.appearance import emblem_picture
from govreport.publish.document import Document
from govreport.publish.docx_writer import docx_bytes
from govreport.publish.html_writer import html_page
from govreport.publish.pdf_writer import pdf_bytes
from govreport.publish.review import review_page
from govreport.publish.trial import try_appearance, usual_templates
from tests.support.pages import Page

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RED = "#112233"
AROUND = "只能在 header、footer 中加文字、链接、图片，"
LOOSE = '{% extends "report.html" %}{% block policy %}; script-src *{% endblock %}'
UNFINISHED = '#let made(data) = { set document(title: "甲"); [甲] }'


def document(appearance: Appearance) -> Document:
    """A document as a reader of its notebook has it: the appearance has gone through JSON."""
    account = Account(("示例市水务局", "年度报告"), "示例市水务局", 2023, "2024-01-09", "示例市水务局")
    account = replace(account, appearance=Appearance.from_json(json.loads(json.dumps(appearance.to_json()))))
    return Document(account.title, (plain_paragraph("正文一段。"),), account)


def pages_of(appearance: Appearance) -> tuple[Page, pdfplumber.PDF, docx.document.Document]:
    given = document(appearance)
    word = docx.Document(io.BytesIO(docx_bytes(given)))
    return Page(html_page(given)), pdfplumber.open(io.BytesIO(pdf_bytes(given))), word


def of_project(root: Path, **files: bytes) -> Appearance:
    """The appearance of a project with these templates, by their endings."""
    (root / "templates").mkdir()
    for ending, data in files.items():
        (root / "templates" / f"report.{ending}").write_bytes(data)
    return read_appearance(root, read_settings(root, Catalogue.read()))


def test_numerals_are_those_of_the_date_on_every_page():
    for numerals, date in (("arabic", "2024年1月9日"), ("chinese", "二〇二四年一月九日")):
        html, pdf, word = pages_of(Appearance(numerals=numerals))
        assert html.one("time").text == date and html.one("time").attributes["datetime"] == "2024-01-09"
        assert date in pdf.pages[0].extract_text() and date in [p.text for p in word.paragraphs]
    assert "二〇二四年一月九日" in review_page(document(Appearance(numerals="chinese")))


def test_a_red_letterhead_is_the_agencys_name_in_its_colour_above_the_title():
    html, pdf, word = pages_of(Appearance(letterhead="red", colour=RED))
    (head,) = [p for p in html.all("p") if p.attributes.get("class") == "letterhead"]
    assert head.text == "示例市水务局" and f"--red:{RED}" in html.one("style").text.replace(" ", "")
    assert html.elements.index(head) < html.elements.index(html.one("h1"))
    letters = [c for c in pdf.pages[0].chars if c["size"] > 30]
    colour = tuple(round(255 * part) for part in letters[0]["non_stroking_color"])
    assert ("".join(c["text"] for c in letters), colour) == ("示例市水务局", (0x11, 0x22, 0x33))
    assert max(c["bottom"] for c in letters) < min(c["top"] for c in pdf.pages[0].chars if c["text"] == "年")
    first = word.paragraphs[0]
    assert (first.text, str(first.runs[0].font.color.rgb)) == ("示例市水务局", RED[1:])
    assert first._p.pPr.find(f"{W}pBdr/{W}bottom").get(f"{W}color") == RED[1:]
    plain = pages_of(Appearance())
    assert not [p for p in plain[0].all("p") if p.attributes.get("class") == "letterhead"]
    assert not [c for c in plain[1].pages[0].chars if c["size"] > 30]
    assert plain[2].paragraphs[0].text == "示例市水务局\n年度报告"


def test_a_long_name_stays_on_the_line_of_its_letterhead():
    given = document(Appearance(letterhead="red"))
    long = replace(given, account=replace(given.account, name="示例市" + "水务和农业农村" * 4 + "局"))
    with pdfplumber.open(io.BytesIO(pdf_bytes(long))) as pdf:
        head = pdf.pages[0].crop((0, 0, 595, 37 / 25.4 * 72 + 30)).chars
    assert len(head) == len(long.account.name) and len({round(c["top"]) for c in head}) == 1


def test_an_emblem_stands_above_the_title_on_every_page(tmp_path: Path):
    Image.new("RGB", (60, 40), "#c7000b").save(tmp_path / "徽标.png")
    (tmp_path / "govreport.toml").write_text('[page]\nemblem = "徽标.png"\n', encoding="utf-8")
    html, pdf, word = pages_of(read_appearance(tmp_path, read_settings(tmp_path, Catalogue.read())))
    picture = html.one("img")
    assert picture.attributes["src"].startswith("data:image/png;base64,") and picture.attributes["alt"] == "徽标"
    assert html.elements.index(picture) < html.elements.index(html.one("h1"))
    (image,) = pdf.pages[0].images
    assert image["bottom"] < min(c["top"] for c in pdf.pages[0].chars if c["text"] == "示")
    assert round((image["bottom"] - image["top"]) / 72 * 25.4) == 20
    (inline,) = word.inline_shapes
    assert round(inline.height.mm) == 20 and "pic:pic" in word.paragraphs[0]._p.xml


@pytest.mark.parametrize(
    "style",
    ["@import url(//shili.example/a.css);", "rect { fill: url(//shili.example/a.svg#b) }", "@\\69mport 'a.css';"],
)
def test_an_emblem_that_is_a_drawing_loads_nothing_from_elsewhere(style: str, tmp_path: Path):
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><style>{style} rect {{ fill: url(#g) }}</style>'
        '<rect width="9" height="9" style="mask: url(//shili.example/m.svg)"/></svg>'
    )
    (tmp_path / "徽标.svg").write_text(drawing, encoding="utf-8")
    (tmp_path / "govreport.toml").write_text('[page]\nemblem = "徽标.svg"\n', encoding="utf-8")
    (picture,) = emblem_picture(read_appearance(tmp_path, read_settings(tmp_path, Catalogue.read())))
    kept = picture.data.decode()
    assert "url(#g)" in kept and not re.search(r"@import|shili|\\", kept)


def test_a_file_that_is_no_picture_is_no_emblem(tmp_path: Path):
    (tmp_path / "徽标.svg").write_text("文字", encoding="utf-8")
    (tmp_path / "govreport.toml").write_text('[page]\nemblem = "徽标.svg"\n', encoding="utf-8")
    with pytest.raises(GovReportError, match=r"^徽标不是可用的图片；请把 "):
        try_appearance(read_appearance(tmp_path, read_settings(tmp_path, Catalogue.read())))


def test_header_and_footer_stand_around_the_web_page_with_links_and_without_markup():
    html, pdf, _ = pages_of(
        Appearance(header="[平台](https://shili.example/) <script>x</script>", footer="**主办**单位")
    )
    assert "平台" in html.one("header").text and html.one("footer").text == "主办单位"
    assert [a.attributes["href"] for a in html.all("a")] == ["https://shili.example/"]
    assert not html.all("script") and [e.text for e in html.all("strong")] == ["主办"]
    order = [e.tag for e in html.elements if e.tag in ("header", "main", "footer")]
    assert order == ["header", "main", "footer"] and "平台" not in pdf.pages[0].extract_text()


def test_the_usual_templates_as_ones_own_give_the_usual_pages(tmp_path: Path):
    usual, own = document(Appearance()), usual_templates()
    appearance = of_project(tmp_path, html=own["report.html"], typ=own["report.typ"], docx=own["report.docx"])
    try_appearance(appearance)
    same = replace(usual, account=replace(usual.account, appearance=appearance))
    assert html_page(same) == html_page(usual)
    assert docx_bytes(same) == docx_bytes(usual)
    texts = [pdfplumber.open(io.BytesIO(pdf_bytes(each))).pages[0].extract_text() for each in (usual, same)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("old", "new", "lacking"),
    [
        ('else if b.kind == "table" { set-table(b) }', 'else if b.kind == "table" { }', "正文"),
        ("set-blocks(data.blocks)", "set-blocks(data.blocks.slice(0, 1))", "正文"),
        ("hei(pieces(data.draft.notice))", "if data.blocks.len() < 2 { hei(pieces(data.draft.notice)) }", "草稿说明"),
    ],
)
def test_a_template_of_the_pdf_that_leaves_out_a_text_makes_no_page_of_it(
    old: str, new: str, lacking: str, tmp_path: Path
):
    usual = usual_templates()["report.typ"].decode()
    assert old in usual
    given = document(of_project(tmp_path, typ=usual.replace(old, new).encode()))
    row = (GridCell("件数", 0, 0, scope="row"), GridCell("64", 0, 1))
    blocks = (
        *given.blocks,
        *(plain_paragraph(f"第{n}段。" + "很长的一段话，" * 60) for n in range(9)),
        Grid(row, 2, widths=(1, 1)),
    )
    draft = replace(given.account, state=INCONSISTENT)
    with pytest.raises(GovReportError, match=rf"^templates/report\.typ 没有完整排出{lacking}；"):
        pdf_bytes(replace(given, blocks=blocks, account=draft))


HIDDEN, CHANGED = "没有完整排出正文；", "排出的数与原有的模板不同（多出 "


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("set text(fill: white)", "没有完整排出标题、正文；"),
        ("set page(foreground: rect(width: 100%, height: 100%, fill: white))", "没有完整排出标题、正文；"),
        ('show regex("64"): set text(size: 0.1pt)', HIDDEN),
        ('show regex("64"): it => move(dx: -900pt, it)', HIDDEN),
        ('show regex("64"): it => box(clip: true, width: 0pt, it)', HIDDEN),
        ('show regex("^64$"): it => { it; box(width: 0pt, "0") }', CHANGED),
        ('show regex("^64$"): it => { it; pdf.artifact[0] }', CHANGED + "0）；"),
        ('set page(header: "电话0571")', ""),
    ],
)
def test_what_a_pdf_shows_has_the_figures_of_the_usual_page(change: str, told: str, tmp_path: Path):
    own = f'#import "report.typ": made as usual\n#let made(data) = {{ {change}\n usual(data) }}'
    given = document(of_project(tmp_path, typ=own.encode()))
    row = (GridCell("件数", 0, 0, scope="row"), GridCell("64", 0, 1))
    given = replace(given, blocks=(*given.blocks, Grid(row, 2, widths=(1, 1)), plain_paragraph("另起一段。" * 40)))
    if not told:
        assert pdf_bytes(given).startswith(b"%PDF")
        return
    with pytest.raises(GovReportError) as error:
        pdf_bytes(given)
    assert str(error.value).startswith(f"templates/report.typ {told}")


@pytest.mark.parametrize(
    ("part", "is_taken"),
    [
        ('{% block footer %}<footer class="site"><p>电话 <a href="tel:0571">0571</a></p></footer>{% endblock %}', True),
        ("{% block own_style %}{{ super() }} h1, td { font-family: SimHei; }{% endblock %}", True),
        ("{% block own_style %}{{ super() }} main { display: none }{% endblock %}", False),
        ('{% block own_style %}{{ super() }} td::after { content: "0" }{% endblock %}', False),
        ("{% block header %}<style>main{color:white}</style>{% endblock %}", False),
        ('{% block header %}<p style="position:fixed">0</p>{% endblock %}', False),
        ("{% block header %}<template>{% endblock %}{% block footer %}</template>{% endblock %}", False),
        ("{% block header %}<!--{% endblock %}{% block footer %}-->{% endblock %}", False),
        ('{% block footer %}<form action="http://shili.example/"></form>{% endblock %}', False),
        ("{% block letterhead %}64{% endblock %}", False),
        ("{% block findings %}{% endblock %}", False),
    ],
)
def test_a_template_of_the_web_page_adds_text_around_it_and_fonts_alone(part: str, is_taken: bool, tmp_path: Path):
    given = document(of_project(tmp_path, html=('{% extends "report.html" %}' + part).encode()))
    given = replace(given, account=replace(given.account, state=INCONSISTENT))
    if is_taken:
        assert "正文一段。" in html_page(given)
        return
    with pytest.raises(GovReportError, match=rf"^templates/report\.html {AROUND}"):
        html_page(given)


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        (
            "html",
            "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        ),
        ("typ", "#let made(data) = { let n = 0; for i in range(9000) { for j in range(9000) { n += 1 } } }"),
    ],
)
def test_a_template_that_never_ends_is_stopped(ending: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST_SECONDS", 1)
    with pytest.raises(GovReportError, match=rf"^templates/report\.{ending} 排版时超出了时间或内存的上限（1 秒"):
        try_appearance(of_project(tmp_path, **{ending: text.encode()}))


def test_what_hides_text_in_a_style_of_word_is_not_taken_and_faint_type_is_told(tmp_path: Path):
    own = docx.Document(io.BytesIO(usual_templates()["report.docx"]))
    own.styles["Body Text"].font.hidden = True
    own.styles["Body Text"].font.name = "楷体"
    own.styles["Body Text"].paragraph_format.left_indent = docx.shared.Pt(900)
    target = io.BytesIO()
    own.save(target)
    word = docx.Document(io.BytesIO(docx_bytes(document(of_project(tmp_path, docx=target.getvalue())))))
    style = word.styles["Body Text"]
    assert (style.font.name, style.font.hidden, style.paragraph_format.left_indent) == ("楷体", None, None)
    for key, value in (("size", docx.shared.Pt(1)), ("color", docx.shared.RGBColor(255, 255, 255))):
        own = docx.Document(io.BytesIO(usual_templates()["report.docx"]))
        font = own.styles["Body Text"].font
        setattr(font.color if key == "color" else font, "rgb" if key == "color" else key, value)
        target = io.BytesIO()
        own.save(target)
        (tmp_path / key).mkdir()
        with pytest.raises(GovReportError, match=r"样式“body text”字太小、行距太密或颜色太浅，看不清；请改正。$"):
            docx_bytes(document(of_project(tmp_path / key, docx=target.getvalue())))


def test_the_templates_shown_in_the_documentation_work(tmp_path: Path):
    text = (Path(__file__).parents[2] / "docs/zh/settings.md").read_text(encoding="utf-8")
    (html,), (typ,) = (re.findall(rf"```{name}\n(.*?)```", text, re.DOTALL) for name in ("jinja", "typst"))
    appearance = of_project(tmp_path, html=html.encode(), typ=typ.encode())
    try_appearance(appearance)
    page, pdf, _ = pages_of(appearance)
    assert page.one("footer").text == "本报告电子版同时在政务大厅查询点提供。" and page.one("h1").text
    colours = {tuple(round(255 * part) for part in c["non_stroking_color"]) for c in pdf.pages[0].chars}
    assert (0x22, 0x22, 0x22) in colours
    assert "政务大厅" not in review_page(document(appearance))


def test_the_styles_of_a_word_document_are_taken_whatever_ids_word_gave_them(tmp_path: Path):
    own = docx.Document(io.BytesIO(usual_templates()["report.docx"]))
    own.styles["heading 1"].font.size = docx.shared.Pt(21)
    own.styles["Title"].font.size = docx.shared.Pt(30)
    target = io.BytesIO()
    own.save(target)
    data = io.BytesIO()
    with zipfile.ZipFile(target) as source, zipfile.ZipFile(data, "w") as renamed:
        for name in source.namelist():
            content = source.read(name)
            renamed.writestr(name, re.sub(rb'(w:(?:styleId|val)=")Heading1"', rb'\g<1>a7"', content))
    given = document(of_project(tmp_path, docx=data.getvalue()))
    given = replace(given, blocks=(plain_paragraph("一、总体情况", heading=1), *given.blocks))
    word = docx.Document(io.BytesIO(docx_bytes(given)))
    (heading,) = [p for p in word.paragraphs if p.text == "一、总体情况"]
    assert (heading.style.name, heading.style.font.size.pt) == ("Heading 1", 21)
    assert word.styles["Title"].font.size.pt == 30, "in place of the usual size"


@pytest.mark.parametrize(
    ("ending", "text", "told"),
    [
        ("html", "甲\n{% if %}", "templates/report.html 第2行有错（"),
        ("html", "甲\n{{ document.nothing }}", "templates/report.html 第2行有错（"),
        ("html", "甲\n\n{{ 1 // 0 }}", "templates/report.html 第3行有错（"),
        ("html", "{{ ''.__class__.__mro__ }}", "templates/report.html 第1行有错（"),
        ("html", "{{ page_part('/etc/passwd') }}", "templates/report.html 第1行有错（"),
        ("html", "{% include '/etc/passwd' %}", "templates/report.html 第1行有错（"),
        ("html", "{{ gone }}", "templates/report.html 第1行有错（'gone' is undefined）"),
        ("html", "{{ '甲' * 10**18 }}", "templates/report.html 第1行有错（MemoryError）"),
        ("html", "{{ body | safe }}", f"templates/report.html {AROUND}"),
        ("html", LOOSE, f"templates/report.html {AROUND}"),
        ("typ", "#let made(data) = [甲]\n#let x = (", "templates/report.typ 第"),
        ("typ", "#let x = 1", "templates/report.typ 第"),
        (
            "typ",
            '#let made(data) = { set document(title: "甲"); [甲] }',
            "templates/report.typ 没有完整排出标题、正文、草稿说明；",
        ),
        ("typ", '#import "@preview/tablex:0.0.8": *', "templates/report.typ 第1行有 import；"),
        ("typ", '甲\n#include "a.typ"', "templates/report.typ 第2行有 include；"),
        ("typ", '#dictionary(std).at("ev" + "al")("1")', "templates/report.typ 第1行有 dictionary；"),
        ("typ", '#let made(data) = image("/etc/hostname")', "templates/report.typ 第1行有错（"),
    ],
)
def test_a_template_that_cannot_be_used_is_told_with_its_line(ending: str, text: str, told: str, tmp_path: Path):
    with pytest.raises(GovReportError) as error:
        try_appearance(of_project(tmp_path, **{ending: text.encode()}))
    assert str(error.value).startswith(told) and str(error.value).endswith("。")


def test_a_word_document_without_the_styles_of_a_report_is_told(tmp_path: Path):
    other = io.BytesIO()
    docx.Document().save(other)
    with pytest.raises(
        GovReportError, match=r"^templates/report\.docx 缺少样式 .+；请从 govreport 生成的 report\.docx 改起。$"
    ):
        try_appearance(of_project(tmp_path, docx=other.getvalue()))


@pytest.mark.parametrize(
    "spoilt", [{"colour": "red; } </style>"}, {"emblem": "file:///etc/hostname"}, {"templates": 3}, {"other": 1}, 3]
)
def test_an_appearance_that_somebody_spoilt_in_a_notebook_is_told(spoilt: object):
    with pytest.raises(NotebookError):
        Account.from_json({"title": ["甲"], "appearance": spoilt})
