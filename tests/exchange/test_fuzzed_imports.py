"""Spoilt files: whatever happens to a file's bytes, it gives a document or one sentence.

``GOVREPORT_FUZZ=20000 pytest tests/exchange/test_fuzzed_imports.py`` looks further than every day's run.
"""

from __future__ import annotations

import io
import os
import random
import zipfile
from collections.abc import Callable
from functools import lru_cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from govreport.core.blocks import Paragraph
from govreport.core.errors import FilingError
from govreport.exchange.readers import ofd_reader
from govreport.exchange.readers.docx_reader import read_docx
from govreport.exchange.readers.embedded import embedded_filing
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.html_reader import read_html, read_mhtml
from govreport.exchange.readers.opening import ForeignFile, kind_of
from govreport.exchange.readers.sheet_reader import read_sheet
from govreport.filing.filing import Filing
from govreport.publish.html_writer import html_page
from govreport.publish.ofd.ofd_writer import ofd_bytes
from govreport.tables.statutory import statutory_grid
from tests.support.foreign import PAGE, packed, python_docx, word, workbook
from tests.support.foreign_ofd import NAMESPACE, cell, colour, ofd, path, text, whole
from tests.support.papers import document, paragraph

EXAMPLES = int(os.environ.get("GOVREPORT_FUZZ", "200"))
WORD = (
    '<w:p><w:pPr><w:pStyle w:val="a"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:ins><w:r><w:t>总体'
    '</w:t></w:r></w:ins></w:p><w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p/></w:tc><w:tc><w:p/></w:tc>'
    '</w:tr><w:tr><w:tc><w:tcPr><w:vMerge/><w:gridSpan w:val="1"/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:drawing><wp:inline>'
    '<wp:extent cx="9" cy="8"/><a:blip/></wp:inline></w:drawing></w:r></w:p></w:tc></w:tr></w:tbl>'
)  # fmt: skip
NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText '
    'w:val="%1、"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)
STYLES = '<w:style w:styleId="a"><w:name w:val="heading 1"/><w:basedOn w:val="a"/></w:style>'
MHTML = (
    'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html; charset=gbk\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>=D7=DC=CC=E5</p>\r\n--x--\r\n"
)
OFD = (
    f'<PageBlock ID="3">{cell("5", 20, 100) + cell("6", 50, 100)}</PageBlock>'
    f"{text('总体情况', 20, 50, DeltaX='g 3 4', inner=colour('0 0 0', Alpha=200), DrawParam=7)}"
    f"{path('M 0 0 L 5 0 B 1 1 2 2 3 3 Q 1 1 2 2 A 1 1 0 0 1 9 9 C', 20, 60, CTM='2 0 0 2 0 0', Fill='true')}"
    '<CompositeObject ID="4" Boundary="20 200 20 20" ResourceID="8"/><ImageObject ID="5" Boundary="1 1 2 2"/>'
)
OFD_COMMON = '<DocumentRes>R.xml</DocumentRes><TemplatePage ID="6" BaseLoc="T.xml"/>'
OFD_PARTS = {
    "Doc_0/A.xml": "<Attachments><Attachment Name='filing.json'><FileLoc>filing.json</FileLoc></Attachment></Attachments>",
    "Doc_0/filing.json": '{"year": 2023, "cells": {"applications.new.total": 3}}',
    "Doc_0/T.xml": whole(text("示例局", 20, 20)),
    "Doc_0/R.xml": f'<Res {NAMESPACE}><DrawParam ID="7" Relative="9"/><DrawParam ID="9"/><CompositeGraphicUnit ID="8">'
    f"<Content>{text('甲', 1, 5)}</Content></CompositeGraphicUnit></Res>",
    "Doc_0/Pages/Page_0/Content.xml": whole(OFD, '<Template TemplateID="6"/>'),
}
WORDS = (
    b"<", b">", b'"', b"&#0;", b"&#x110000;", b"</td>", b"<table>", b"<tr>", b"<td rowspan=0 colspan=9999>", b"<br>",
    b"<pre>", b"<!--", b"<![CDATA[", b"<?xml version='1.0' encoding='utf-16'?>", b"\0", b"\xff\xfe", b"-1", b"99999999999999999999",
    b"1e999", b"NaN", b"\xef\xbc\x99", b"charset=utf-7", b"charset=base64", b"charset=idna", b"<w:p>", b"<w:tc>", b"w:val=''", b"hidden",
    b"<PageBlock>", b"<TextObject>", b"g 9 9", b"L 1 1", b"CTM=''", b"Boundary='0 0 1 1'", b"ID='8'",
    b"&nbsp;", b"\xed\xa0\x80", b"t='s'", b"t='d'", b"t='n'", b"t='e'", b"s='99'",
)  # fmt: skip


@lru_cache
def samples() -> dict[str, bytes]:
    filing = Filing.from_cells("shili", "示例局", 2023, {"applications.new.total": 3})
    enclosure = {"filing": filing.to_json(), "front": {"title": ["甲"], "published": "2024-01-20"}}
    page = document(paragraph("一段话。"), statutory_grid(filing, "disputes"), filing=filing, enclosure=enclosure)
    own = html_page(page)
    return {
        "html": PAGE.encode(),
        "gbk": PAGE.replace("utf-8", "gbk").encode("gbk"),
        "own": own[own.index("</style>") :].encode(),
        "mhtml": MHTML.encode(),
        "docx": word(WORD, numbering=NUMBERING, styles=STYLES),
        "python-docx": python_docx(),
        "own-ofd": ofd_bytes(page),
        "ofd": ofd(OFD, common=OFD_COMMON, after="<Attachments>A.xml</Attachments>", parts=OFD_PARTS),
        "xlsx": workbook(("项目", "件数"), ("申请", 3), ("总计", "=B2"), ("日期", 1.5), merged=("A1:A2",)),
    }


def call_ofd(data: bytes) -> object:
    """What stands inside an OFD file, and what its pages show, read in this process."""
    embedded_filing(ForeignFile("a", "ofd", data))
    return ofd_reader.read_pages(data, "a")


CALLS: dict[str, Callable[[bytes], object]] = {
    "html": lambda data: read_html(data, "a"),
    "gbk": lambda data: read_html(data, "a"),
    "own": lambda data: embedded_filing(ForeignFile("a", "html", data)),
    "mhtml": lambda data: read_mhtml(data, "a"),
    "docx": lambda data: (embedded_filing(ForeignFile("a", "docx", data)), read_docx(data, "a"))[1],
    "python-docx": lambda data: read_docx(data, "a"),
    "ofd": call_ofd,
    "own-ofd": call_ofd,
    "xlsx": lambda data: read_sheet(data, "a"),
}


def spoilt(data: bytes, seed: int, changes: int) -> bytes:
    """Bytes with some flipped, cut out, doubled, moved or put in, by a seed."""
    chance, made = random.Random(seed), bytearray(data)
    for _ in range(changes):
        at = chance.randrange(len(made) + 1)
        end = min(len(made), at + chance.choice((1, 2, 8, 60, 400)))
        match chance.randrange(6):
            case 0 if at < len(made):
                made[at] ^= 1 << chance.randrange(8)
            case 1:
                del made[at:end]
            case 2:
                made[at:at] = made[at:end]
            case 3:
                made[at:at] = chance.choice(WORDS)
            case 4:
                made[at:end] = chance.choice(WORDS)
            case _:
                to = chance.randrange(len(made) + 1)
                made[to:to] = made[at:end]
    return bytes(made)


@lru_cache
def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a container."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name) for name in source.namelist()}


def spoilt_within(data: bytes, seed: int, changes: int) -> bytes:
    """A container with one of its parts spoilt, so that the parts' readers see it."""
    parts = parts_of(data)
    chosen = random.Random(seed).choice([n for n in parts if "theme" not in n and "docProps/a" not in n])
    return packed(parts | {chosen: spoilt(parts[chosen], seed, changes)}, zipfile.ZIP_STORED)


def is_read(name: str, data: bytes) -> bool:
    """Whether a file gives a document; whatever else than a sentence is raised fails the test."""
    try:
        found = CALLS[name](data)
    except FilingError as error:
        assert all(problem.startswith("a ") and problem.endswith("。") for problem in error.problems)
        return False
    if isinstance(found, ForeignDocument):
        assert all(block.text for block in found.blocks if hasattr(block, "text"))
        assert all(
            cell.column + cell.columns <= g.width for g in found.blocks if hasattr(g, "cells") for cell in g.cells
        )
    return True


@pytest.mark.parametrize(
    "name", ["base64", "zlib", "bz2", "hex", "punycode", "idna", "utf-7", "unicode_escape", "undefined"]
)
def test_a_page_that_declares_a_codec_of_pythons_is_read_as_if_it_declared_none(name: str):
    """Found by fuzzing: such a codec gave bytes, and could have unpacked a bomb."""
    text = "本机关全年收到政府信息公开申请三件，均已按时办结。" * 5
    found = read_html(f"<meta charset={name}><p>{text}".encode("gb18030"), "a")
    assert [block.text for block in found.blocks if isinstance(block, Paragraph)] == [text]


seeds, amounts = st.integers(0, 2**32), st.integers(1, 12)


@pytest.mark.parametrize("name", CALLS)
def test_the_samples_themselves_are_read(name: str):
    assert is_read(name, samples()[name])


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=EXAMPLES)
@given(seed=seeds, changes=amounts)
def test_a_spoilt_file_gives_a_document_or_a_sentence(name: str, seed: int, changes: int):
    is_read(name, spoilt(samples()[name], seed, changes))


@pytest.mark.parametrize("name", ["docx", "python-docx", "ofd", "own-ofd", "xlsx"])
@settings(max_examples=EXAMPLES)
@given(seed=seeds, changes=amounts)
def test_a_spoilt_part_gives_a_document_or_a_sentence(name: str, seed: int, changes: int):
    is_read(name, spoilt_within(samples()[name], seed, changes))


@settings(max_examples=EXAMPLES)
@given(
    data=st.binary(max_size=300)
    | st.tuples(st.sampled_from([b"PK\3\4", b"%PDF-", b"<html>"]), st.binary()).map(b"".join)
)
@example(data=b"%PDF-1.7\n%%EOF")
def test_any_bytes_are_of_a_kind_or_a_sentence(data: bytes):
    try:
        kind = kind_of(data, "a")
    except FilingError:
        return
    if kind in ("html", "mhtml", "docx", "ofd", "xlsx"):
        is_read(kind, data)
