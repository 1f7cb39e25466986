"""The OFD: the pages of the PDF as the state's own format, by the rules of its standard (GB/T 33190-2016)."""

from __future__ import annotations

import ctypes
import io
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import ofdkit
import pikepdf
import pypdfium2
import pytest
from lxml import etree
from PIL import Image
from pypdfium2 import raw

from govreport.core.blocks import Paragraph, Picture, Run
from govreport.core.errors import GovReportError
from govreport.filing.enclosure import ENCLOSED_FILES
from govreport.publish.document import Document
from govreport.publish.exporters import OFDReportExporter
from govreport.publish.ofd import page_content
from govreport.publish.ofd.ofd_writer import ofd_bytes
from govreport.publish.pdf_objects import stream_of
from govreport.publish.pdf_writer import pdf_bytes
from tests.support.ofd import OFD, OfdFile, Shown, broken_rules, distance
from tests.support.papers import FINDINGS, HOSTILE, document, filing, paragraph, report
from tests.support.projects import FAULTY, GOOD, REPOSITORY, YEAR, govreport
from tests.support.projects import Run as Ran
from tests.support.sample_pages import SAMPLES, sample_page
from tests.support.strategies import some

TAGS = "{urn:govreport:structure}"
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="300" height="120" viewBox="0 0 300 120">
<defs><clipPath id="c"><circle cx="40" cy="40" r="30"/></clipPath>
<linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient></defs>
<rect x="100" y="10" width="60" height="60" fill="url(#g)"/>
<rect width="80" height="80" fill="green" clip-path="url(#c)"/>
<path d="M10 100 C 60 60 90 140 140 100" stroke="#123456" stroke-width="3" stroke-dasharray="6 3" fill="none"
 stroke-linecap="round" stroke-linejoin="bevel"/>
<g opacity="0.5"><rect x="180" y="10" width="50" height="50" fill="black"/></g>
<text x="180" y="100" font-size="14" transform="rotate(-20 180 100)">转动的字</text></svg>"""


def in_pdf(data: bytes) -> Iterator[list[Shown]]:
    """What stands on each page of a PDF, as pdfium reads it."""
    x, y = ctypes.c_double(), ctypes.c_double()
    with pypdfium2.PdfDocument(data) as pdf:
        for page in pdf:
            text, shown, high = page.get_textpage(), [], ""
            for place in range(text.count_chars()):
                if raw.FPDFText_GetTextObject(text, place):
                    code = raw.FPDFText_GetUnicode(text, place)
                    raw.FPDFText_GetCharOrigin(text, place, x, y)
                    size = raw.FPDFText_GetFontSize(text, place)
                    character = "-" if code == 2 else chr(code)  # a hyphen at the end of a line
                    if "\ud800" <= character < "\udc00":
                        high = character
                        continue
                    if "\udc00" <= character < "\ue000":
                        character = (high + character).encode("utf-16", "surrogatepass").decode("utf-16")
                    shown.append(Shown(character, x.value, page.get_height() - y.value, size))
            yield shown


def differing(one: list[Shown], other: list[Shown]) -> list[Shown]:
    """The characters of a page that do not stand at the same place, in the same size, on another.

    pdfium takes widths for whole thousandths of an em, here 0.02 points.
    """
    at: dict[str, list[Shown]] = {}
    for shown in other:
        at.setdefault(shown.character, []).append(shown)
    return [
        shown
        for shown in one
        if not shown.character.isspace()
        and not any(distance(shown, o) < 0.03 and abs(shown.size - o.size) < 0.01 for o in at.get(shown.character, ()))
    ]


def same_as_pdf(made: Document) -> OfdFile:
    """Require of a document's OFD that it obeys the standard and shows every character where the PDF does."""
    found = OfdFile(ofd_bytes(made))
    assert [*found.broken()] == []
    for ours, theirs in zip(found.characters(), in_pdf(pdf_bytes(made)), strict=True):
        assert ours or not theirs
        assert differing(ours, theirs) == differing(theirs, ours) == []
    return found


def drawn(data: bytes, kind: str) -> list[Any]:
    return [element for part in OfdFile(data).parts.values() for element in part.iter(f"{OFD}{kind}")]


@pytest.mark.parametrize(("slug", "year"), some(SAMPLES, 3))
def test_every_character_of_a_sample_report_stands_where_it_does_in_the_pdf(slug: str, year: int) -> None:
    checked, page = sample_page(slug, year)
    found = same_as_pdf(page)
    with ofdkit.open(found.data) as opened:
        text = "".join("".join(page.text().split()) for page in opened.pages)
    assert checked.filing and "".join(checked.filing.title) in text


@pytest.mark.parametrize("year", [2020, 2022])
def test_every_cell_of_every_table_is_tagged_and_stands_apart(year: int) -> None:
    made = report(year)
    found = same_as_pdf(made)
    texts = {number: element[-1].text for number, element in found.text_objects.items()}
    tree = found.parts["Doc_0/Tags.xml"]
    cells = ["".join(texts[ref.text] for ref in cell.iter(f"{OFD}ObjectRef")) for cell in tree.iter(f"{TAGS}TD")]
    figures = [figure for cell in cells if (figure := cell.removesuffix("元")).isdigit()]
    assert sorted(map(int, figures)) == sorted(filing(year).cells.values())
    labels = {"".join(texts[ref.text] for ref in cell.iter(f"{OFD}ObjectRef")) for cell in tree.iter(f"{TAGS}TH")}
    assert {"自然人", "结果维持", "规章"} <= labels
    assert {text for text in texts.values() if text.isdigit() and len(text) > 3} <= {*figures}, "none beside another"


def test_headings_paragraphs_and_tables_are_tagged() -> None:
    tree = OfdFile(ofd_bytes(report(2022))).parts["Doc_0/Tags.xml"]
    document_tag = tree[0]
    kinds = {etree.QName(element).localname for element in document_tag}
    assert document_tag.tag == f"{TAGS}Document" and {"Title", "H1", "P", "Table"} <= kinds
    spanning = tree.find(f".//{TAGS}TH[@ColSpan]")
    assert spanning is not None and int(spanning.get("ColSpan")) > 1


def test_the_filing_travels_in_the_attachments_of_the_pdf() -> None:
    _, page = sample_page(*SAMPLES[0])
    with pikepdf.open(io.BytesIO(pdf_bytes(page))) as pdf:
        wanted = {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()}
    assert OfdFile(ofd_bytes(page)).attachments == wanted
    assert set(ENCLOSED_FILES.values()) <= set(wanted)


def test_title_author_date_and_outline_are_those_of_the_pdf() -> None:
    made = report(2022, published="2023-01-20")
    found = OfdFile(ofd_bytes(made))
    with ofdkit.open(found.data) as opened:
        info = opened.info
    assert (info.title, info.author, info.creation_date) == ("".join(made.title), made.account.name, "2023-01-20")
    entries = [*found.parts["Doc_0/Document.xml"].iter(f"{OFD}OutlineElem")]
    with pypdfium2.PdfDocument(pdf_bytes(made)) as pdf:
        toc = [(entry.level, entry.get_title(), entry.get_dest().get_index()) for entry in pdf.get_toc()]
    pages = [page.get("ID") for page in found.parts["Doc_0/Document.xml"].iter(f"{OFD}Page")]
    assert toc == [
        (
            sum(1 for _ in e.iterancestors(f"{OFD}OutlineElem")),
            e.get("Title"),
            pages.index(e.find(f".//{OFD}Dest").get("PageID")),
        )
        for e in entries
    ]


def test_the_same_document_gives_the_same_bytes_whatever_was_written_before() -> None:
    first = ofd_bytes(report(2022))
    ofd_bytes(report(2020))
    assert ofd_bytes(report(2022)) == first


def test_a_draft_says_so_across_every_page() -> None:
    found = same_as_pdf(report(2022, draft=True, findings=FINDINGS))
    for name, part in found.parts.items():
        if name.startswith("Doc_0/Pages/"):
            marks = [
                e for e in part.iter(f"{OFD}TextObject") if (e[-1].text or "") in "草稿" and float(e.get("Size")) > 50
            ]
            assert marks and all(e.get("CTM") for e in marks)


def test_any_text_is_text() -> None:
    odd = [Paragraph((Run("甲"), Run("下", sub=True), Run("斜", italic=True), Run("code office ffi", code=True)))]
    same_as_pdf(document(*map(paragraph, (*HOSTILE, "office file fi ffl", "a\\(b))((c", "𬭚𬬻")), *odd))


def test_a_drawing_stays_a_drawing_and_what_ofd_cannot_draw_is_a_picture() -> None:
    data = ofd_bytes(document(Picture("image/svg+xml", DRAWING.encode(), "图", text_svg=DRAWING.encode())))
    assert broken_rules(data) == []
    paths, pictures = drawn(data, "PathObject"), drawn(data, "ImageObject")
    assert len(pictures) == 1, "the shade"
    assert any(path.find(f"{OFD}Clips") is not None for path in paths), "the circle"
    curve = next(path for path in paths if path.get("DashPattern"))
    assert (curve.get("Cap"), curve.get("Join")) == ("Round", "Bevel") and " B " in curve.findtext(
        f"{OFD}AbbreviatedData"
    )
    assert any(128 - 2 < int(c.get("Alpha", 255)) < 130 for c in drawn(data, "FillColor"))
    assert any("转" in (code.text or "") for code in drawn(data, "TextCode"))


@pytest.mark.parametrize(("kind", "media"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_photograph_is_embedded(kind: str, media: str) -> None:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(target, kind)
    found = OfdFile(ofd_bytes(document(Picture(media, target.getvalue(), "图"))))
    assert [*found.broken()] == []
    (name,) = [name for name in found.entries if name.endswith((".png", ".jpg"))]
    with Image.open(io.BytesIO(found.entries[name])) as image:
        red, green, blue = image.convert("RGB").getpixel((20, 15))
    assert abs(red - 200) < 5 and abs(green - 30) < 5 and abs(blue - 30) < 5


def test_a_masked_drawing_is_a_picture_and_the_photograph_after_it_is_still_that_photograph() -> None:
    drawing = b"""<svg xmlns="http://www.w3.org/2000/svg" width="200" height="80"><mask id="m">
<rect width="50" height="80" fill="white"/></mask><rect width="99" height="80" fill="blue" mask="url(#m)"/></svg>"""
    target = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(target, "JPEG")
    photograph = Picture("image/jpeg", target.getvalue(), "图")
    found = OfdFile(ofd_bytes(document(Picture("image/svg+xml", drawing, "图", text_svg=drawing), photograph)))
    assert [*found.broken()] == []
    files = [part for name, part in found.entries.items() if name.startswith("Doc_0/Res/") and not name.endswith("ttf")]
    blue, red = (Image.open(io.BytesIO(part)).convert("RGB") for part in files)
    assert blue.getpixel((5, 5)) == (0, 0, 255) and blue.getpixel((blue.width - 5, 5)) == (255, 255, 255)
    assert abs(red.getpixel((red.width // 2, red.height // 2))[0] - 200) < 5


def test_a_page_drawn_in_an_unknown_way_is_a_picture_whose_text_so_far_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_content, "stream_of", lambda body: stream_of(body) + b" 1 0 Td")
    made = document(paragraph("一段话。"))
    assert len(drawn(same_as_pdf(made).data, "ImageObject")) == 1


def test_a_page_that_cannot_be_set_says_why() -> None:
    with pytest.raises(GovReportError, match="现有字体中没有“𓀀”"):
        ofd_bytes(document(paragraph("𓀀")))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('Version="1.0"', 'Version="2.0"', "OFD has Version='2.0'"),
        ("<ofd:Pages>", "<ofd:Pages/><ofd:Pages>", "Document holds"),
        ('PageID="', 'PageID="99999', "no Page has the identifier 99999"),
        ("PublicRes.xml</ofd:PublicRes>", "Gone.xml</ofd:PublicRes>", "nothing is at Doc_0/Gone.xml"),
        (' DeltaX="', ' DeltaX="1 ', "another number of steps"),
    ],
)
def test_the_rules_of_the_standard_find_what_breaks_them(old: str, new: str, told: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ofd_bytes(report(2022)))) as source, zipfile.ZipFile(target, "w") as spoilt:
        for info in source.infolist():
            part = source.read(info)
            spoilt.writestr(info, part.replace(old.encode(), new.encode()) if info.filename.endswith(".xml") else part)
    assert any(told in one for one in broken_rules(target.getvalue()))


@pytest.fixture(scope="module")
def ran(sample: Ran, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    root = sample.copy(tmp_path_factory.mktemp("ofd") / "p").root
    return Ran(root, govreport(root, "run", GOOD, FAULTY, "--year", str(YEAR), "--formats", "ofd,pdf"))


def test_a_run_makes_records_and_links_the_ofd(ran: Ran) -> None:
    assert ran.result.returncode == 0, ran.result.stderr
    for agency in (GOOD, FAULTY):
        assert "report.ofd" in ran.record(agency)["files"] and ran.record(agency)["fonts"]
        assert f'href="{YEAR}/{agency}/report.ofd"' in (ran.root / "output/index.html").read_text(encoding="utf-8")
        data, pdf = ((ran.folder(agency) / f"report.{kind}").read_bytes() for kind in ("ofd", "pdf"))
        assert broken_rules(data) == []
        for ours, theirs in zip(OfdFile(data).characters(), in_pdf(pdf), strict=True):
            assert differing(ours, theirs) == differing(theirs, ours) == [], "charts too"
        assert len(drawn(data, "PathObject")) > 50 and not drawn(data, "ImageObject"), "charts are drawings"


def test_the_ofd_goes_into_the_package(ran: Ran, tmp_path: Path) -> None:
    done = govreport(ran.root, "package", GOOD, str(YEAR), "-o", str(tmp_path / "a.zip"))
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        (name,) = [name for name in package.namelist() if name.endswith(".ofd")]
        assert package.read(name) == (ran.folder(GOOD) / "report.ofd").read_bytes()


def test_the_exporter_gives_the_same_bytes_as_a_run(ran: Ran) -> None:
    notebook = nbformat.read(ran.folder(FAULTY) / "report.ipynb", as_version=4)
    data, _ = OFDReportExporter().from_notebook_node(notebook)
    assert data == (ran.folder(FAULTY) / "report.ofd").read_bytes()
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    named = project["project"]["entry-points"]["nbconvert.exporters"]["govreport-ofd"]
    assert named == f"{OFDReportExporter.__module__}:{OFDReportExporter.__name__}"
    assert OFDReportExporter.export_from_notebook == "政府信息公开年报（OFD）"
