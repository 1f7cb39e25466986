"""Files that come from anybody: bounded memory and time, no network, no code run, one sentence."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from pikepdf import AttachedFileSpec, Encryption, Pdf

from govreport.core.blocks import plain_paragraph
from govreport.core.errors import FilingError
from govreport.core.grid import Grid
from govreport.exchange.readers.embedded import embedded_filing
from govreport.exchange.readers.opening import ForeignFile, open_file, read_document
from govreport.publish.pdf_writer import pdf_bytes
from tests.support.foreign import PAGE, TYPES, packed, python_docx, word, workbook
from tests.support.foreign_ofd import ofd, text
from tests.support.laws import broken
from tests.support.papers import document, paragraph
from tests.support.patience import PATIENCE
from tests.support.projects import REPOSITORY

MOST_MEGABYTES, MOST_SECONDS = 700, 30
BOMB, MOST_OF_A_BOMB = 130_000_000, 250
"""Bytes of a bomb, of which the readers unpack less than half, and the megabytes that reading it may take."""
MEASURED = """
import json, os, sys, time
from pathlib import Path
from govreport.core.errors import FilingError
from govreport.exchange.readers import bounds, container, docx_reader, html_reader, opening, sheet_reader
from govreport.exchange.readers.opening import open_file, read_document
BOUNDS = {bounds: ["MOST_TAGS", "MOST_CHARACTERS"], container: ["MOST_TAGS"], opening: ["LIMIT"],
          sheet_reader: ["MOST_TAGS", "MOST_ITEMS"]}
for path in map(Path, sys.argv[2:]):
    if not (child := os.fork()):
        for module, names in BOUNDS.items():
            for name in names:
                setattr(module, name, getattr(module, name) // int(sys.argv[1]))
        begun = time.process_time()
        try:
            told = {"blocks": len(read_document(open_file(path, "a")).blocks)}
        except FilingError as error:
            told = {"message": str(error)}
        status = Path("/proc/self/status").read_text().split()
        megabytes = int(status[status.index("VmHWM:") + 1]) // 1000
        print(json.dumps(told | {"seconds": time.process_time() - begun, "megabytes": megabytes}), flush=True)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print("{}", flush=True)
"""
"""Opens each file in a process of its own, forked from one that has loaded what is needed, its bounds divided."""


def measured(files: Mapping[str, Callable[[], bytes]], folder: Path, divisor: int = 1) -> dict[str, dict[str, Any]]:
    """What became of each file: its blocks or the sentence, processor seconds and megabytes; nothing where it died.

    divisor: the readers' bounds on sizes and counts are divided by it.
    """
    for name, make in files.items():
        (folder / name).write_bytes(make())
    call = [sys.executable, "-c", MEASURED, str(divisor), *(str(folder / name) for name in files)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=PATIENCE, cwd=REPOSITORY, check=True)
    return dict(zip(files, map(json.loads, done.stdout.splitlines()), strict=True))


quickly_packed = partial(packed, level=1)
"""For a bomb's many equal bytes, which pack to nothing at any level."""


def edited(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A container with one part changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return quickly_packed({n: change(source.read(n)) if n == name else source.read(n) for n in source.namelist()})


def locked_pdf(path: Path) -> None:
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path, encryption=Encryption(user="a", owner="b"))


def paper() -> bytes:
    return pdf_bytes(document(paragraph("一段话。")))


def old_office(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le") + bytes(600)


def encrypted_zip() -> bytes:
    data = bytearray(packed({"[Content_Types].xml": TYPES, "word/document.xml": "x"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + place] |= 1
    return bytes(data)


OFD_ENTRY = "<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>"
OFD_DOCUMENT = '<Document><Pages><Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></Pages></Document>'
REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "是空文件"),
    "blank": (b" \r\n", "是空文件"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(99), "是图片，无法读取文字"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(99), "是图片，无法读取文字"),
    "webp": (b"RIFF\1\1\1\1WEBPVP8 ", "是图片，无法读取文字"),
    "rar": (b"Rar!\x1a\x07\x01\x00" + bytes(99), "是压缩包"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(99), "是压缩包"),
    "gz": (b"\x1f\x8b\x08" + bytes(99), "是压缩包"),
    "zip": (packed({"年报.docx": b"x"}), "是压缩包"),
    "empty-zip": (packed({}), "是压缩包"),
    "doc": (old_office("WordDocument"), "旧版 Word 文档"),
    "xls": (old_office("Workbook"), "旧版 Excel 工作簿"),
    "locked-office": (old_office("EncryptedPackage"), "加密的 Office 文档"),
    "unknown-office": (old_office("x"), "旧版 Office 格式"),
    "rtf": (b"{\\rtf1\\ansi x}", "是 RTF 文档"),
    "ofd-without-document": (packed({"OFD.xml": "<x/>"}), "有 0 页"),
    "ofd-encrypted": (ofd(text("甲", 9, 9), parts={"Encryptions.xml": "<x/>"}), "是加密的 OFD"),
    "ofd-of-pictures": (ofd('<ImageObject ID="1" Boundary="0 0 210 297" ResourceID="3"/>'), "没有文字层"),
    "ofd-cut": (ofd(text("甲", 9, 9))[:-200], "不完整或已损坏"),
    "ofd-without-page": (packed({"OFD.xml": OFD_ENTRY, "Doc_0/Document.xml": OFD_DOCUMENT}), "不完整或已损坏"),
    "odt": (packed({"mimetype": "x", "content.xml": "<x/>"}), "是 OpenDocument 文档"),
    "pptx": (packed({"[Content_Types].xml": TYPES, "ppt/presentation.xml": "<x/>"}), "不是 docx 或 xlsx"),
    "xlsb": (packed({"[Content_Types].xml": TYPES, "xl/workbook.bin": "x"}), "不是 docx 或 xlsx"),
    "xml": (b"<?xml version='1.0'?><a/>", "是 XML 文件"),
    "program": (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 9, "不是可以识别的文件"),
    "zip-locked": (encrypted_zip(), "是加密的压缩文件"),
    "zip-cut": (python_docx()[:-700], "不完整或已损坏"),
    "docx-without-text": (packed({"[Content_Types].xml": TYPES, "word/styles.xml": "<a/>"}), "不完整或已损坏"),
    "docx-without-body": (word("").replace(b"PK", b"PK"), "没有可读的文字"),
    "pdf-cut": (paper()[:3000], "不完整"),
    "pdf-broken": (b"%PDF-1.7\n" + b"x" * 500 + b"\n%%EOF", "不完整或已损坏"),
    "html-without-text": (b"<html><body><script>x</script>", "没有可读的文字"),
    "noise-as-html": (b"<html>" + b"\xff\xfa" * 5000, "编码无法识别"),
    "mhtml-without-page": (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x--\n", "里没有网页"),
}  # fmt: skip


def test_what_cannot_be_a_report_is_told_in_one_sentence(tmp_path: Path):
    def law(name: str, data: bytes, told: str) -> None:
        (tmp_path / "a").write_bytes(data)
        with pytest.raises(FilingError) as caught:
            read_document(open_file(tmp_path / "a", "某局年报"))
        (problem,) = caught.value.problems
        assert told in problem and problem.startswith("某局年报 ") and problem.endswith("。")
        assert problem.count("。") == 1, name

    assert broken(law, ((name, data, told) for name, (data, told) in REFUSED.items())) == []


def test_missing_files_folders_and_pipes_are_told(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    for name, told in (("none", "缺少 某局年报"), (".", "却是文件夹"), ("pipe", "不是普通文件"), ("a\0b", "无法打开")):
        with pytest.raises(FilingError, match=told):
            open_file(tmp_path / name, "某局年报")


def test_a_locked_pdf_is_told(tmp_path: Path):
    locked_pdf(tmp_path / "a.pdf")
    with pytest.raises(FilingError, match="是加密的 PDF"):
        read_document(open_file(tmp_path / "a.pdf", "a.pdf"))


def test_a_sound_pdf_and_plain_text_are_known(tmp_path: Path):
    for data, kind in ((paper(), "pdf"), (paper() + bytes(2000), "pdf"), ("一、总体情况".encode(), "text")):
        (tmp_path / "a").write_bytes(data)
        assert open_file(tmp_path / "a", "a").kind == kind


# ---- bombs ----------------------------------------------------------------------------------------------------------

DTD = b'<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>'
SYSTEM = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
DOCUMENT, SHEET, OFD_PAGE = "word/document.xml", "xl/worksheets/sheet1.xml", "Doc_0/Pages/Page_0/Content.xml"
BODY = word("<w:p><w:r><w:t>&amp;</w:t></w:r></w:p>")


def cells(count: int) -> str:
    return "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, count + 1))


def sheet(markup: str) -> bytes:
    inner = f"<sheetData>{markup}</sheetData>".encode()
    return edited(workbook((1,)), SHEET, lambda part: part[: part.index(b"<sheetData>")] + inner + b"</worksheet>")


def lying(data: bytes) -> bytes:
    """A container whose headers say that every part is small."""
    changed = bytearray(data)
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = -1
        while (at := changed.find(mark, at + 1)) >= 0:
            changed[at + place : at + place + 4] = (1000).to_bytes(4, "little")
    return bytes(changed)


@cache
def zeros() -> bytes:
    return quickly_packed({"[Content_Types].xml": TYPES, DOCUMENT: b"<a>" + b" " * BOMB})


def attached(data: bytes) -> bytes:
    target = io.BytesIO()
    with Pdf.open(io.BytesIO(paper())) as pdf:
        pdf.attachments["filing.json"] = AttachedFileSpec(pdf, data)
        pdf.save(target)
    return target.getvalue()


def tag(attributes: int) -> bytes:
    return b"<html><p " + b" ".join(b"a%d=1" % n for n in range(attributes)) + b">x"


ROW = "<tr><td>1</td><td>2</td></tr>"
BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip-bomb": (zeros, "压缩炸弹"),
    "zip-bomb-that-lies": (lambda: lying(zeros()), "已损坏"),
    "sheet-bomb": (lambda: edited(workbook((1,)), SHEET, lambda part: part + b" " * BOMB), "压缩炸弹"),
    "picture-bomb-in-sheet": (
        lambda: quickly_packed({"[Content_Types].xml": TYPES, "xl/a.xml": "<a/>", "xl/media/a.png": bytes(BOMB)}),
        "压缩炸弹",
    ),
    "many-parts": (lambda: packed({f"word/{n}": b"" for n in range(20_000)}), "超过 10,000 个"),
    "entities": (lambda: edited(BODY, DOCUMENT, lambda part: DTD + part.replace(b"&amp;", b"&b;")), "实体声明"),
    "outside": (lambda: edited(BODY, DOCUMENT, lambda part: SYSTEM + part.replace(b"&amp;", b"&a;")), "实体声明"),
    "entities-in-utf-16": (
        lambda: edited(BODY, DOCUMENT, lambda part: (SYSTEM + part).decode().encode("utf-16")), "实体声明",
    ),
    "entities-in-sheet": (lambda: edited(workbook((1,)), SHEET, lambda part: DTD + part), "实体声明"),
    "entities-in-styles": (lambda: edited(workbook((1,)), "xl/styles.xml", lambda part: DTD + part), "实体声明"),
    "ofd-bomb": (lambda: edited(ofd(text("甲", 9, 9)), OFD_PAGE, lambda part: part + b" " * BOMB), "压缩炸弹"),
    "entities-in-ofd": (lambda: edited(ofd(text("&amp;", 9, 9)), OFD_PAGE, lambda part: DTD + part), "实体声明"),
    "deep-ofd": (lambda: ofd("<PageBlock>" * 5_000 + "</PageBlock>" * 5_000), "已损坏"),
    "million-units-ofd": (lambda: ofd("<TextObject/>" * 1_000_000), "压缩炸弹"),
    "many-units-ofd": (lambda: ofd("".join(text("甲", n % 97, n) for n in range(30_000))), "第1页有 30,000 个"),
    "deep-docx": (lambda: word("<w:sdt>" * 5_000 + "</w:sdt>" * 5_000), "已损坏"),
    "deep-html": (lambda: b"<html>" + b"<div>" * 100_000 + b"x", "嵌套得过深"),
    "deep-tables": (lambda: b"<html>" + b"<table><tr><td>" * 30_000 + b"x", "嵌套得过深"),
    "million-rows-html": (lambda: bytes(f"<table>{ROW * 1_000_000}</table>", "ascii"), "内容过多"),
    "million-rows-docx": (lambda: word(f"<w:tbl>{'<w:tr><w:tc><w:p/></w:tc></w:tr>' * 1_000_000}</w:tbl>"), "压缩炸弹"),
    "million-rows-sheet": (lambda: sheet(cells(1_000_000)), "内容过多"),
    "wide-spans": (lambda: bytes(f"<table>{'<tr><td colspan=60>' * 9000}</table>", "ascii"), "有一张表过大"),
    "far-cell": (lambda: sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "过大"),
    "far-cells": (
        lambda: sheet("".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 60_000))), "过大",
    ),
    "shared-texts": (
        lambda: packed({"[Content_Types].xml": TYPES, "xl/a.xml": "<si/> <si />" * 60_000}, zipfile.ZIP_STORED),
        "内容过多",
    ),
    "many-attributes": (lambda: tag(300_000), "属性"),
    "attributes-in-quotes": (
        lambda: bytes(("<html><p " + " ".join(f"a{n}='<b>'" for n in range(300_000)) + ">x"), "ascii"), "属性",
    ),
    "pdf-attachment": (lambda: attached(b" " * BOMB), "压缩炸弹"),
    "long-text": (lambda: b"<html><p>" + b"x" * 40_000_000, "内容过多"),
}  # fmt: skip


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured by Linux's /proc")
def test_a_bomb_costs_little_and_gives_one_sentence(tmp_path: Path):
    found = measured({name: make for name, (make, _) in BOMBS.items()}, tmp_path)

    def law(name: str, told: str) -> None:
        assert told in found[name].get("message", ""), found[name]
        assert found[name]["message"].count("。") == 1
        assert found[name]["megabytes"] < MOST_OF_A_BOMB and found[name]["seconds"] < MOST_SECONDS, found[name]

    assert broken(law, ((name, told) for name, (_, told) in BOMBS.items())) == []


CELL = "<w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr>"
NESTED = "<table><tr><td>" * 60 + "x" + "</table>" * 60
LARGE: dict[str, Callable[[int], bytes]] = {
    "html-rows": lambda n: bytes(f"<table>{ROW * (90_000 // n)}</table>", "ascii"),
    "html-attributes": lambda n: tag(255) * (5_000 // n),
    "html-nested-tables": lambda n: bytes("<html>" + NESTED * (1_500 // n), "ascii"),
    "html-unclosed": lambda n: b"<html>" + b"<a b=\"<p c='" * (190_000 // n),
    "html-links": lambda n: b"<html>" + b"<div><a href=x>x</a></div>" * (120_000 // n),
    "html-spans": lambda n: b"<table>" + b"<tr><td rowspan=99999 colspan=50>x" * 70 + b"<tr>" * 70 + b"</table>",
    "html-inline-picture": lambda n: (
        b"<html><p>x<img src='data:image/png;base64," + b"A" * (40_000_000 // n) + b"'>"
    ),
    "docx-rows": lambda n: word(f"<w:tbl>{CELL * (110_000 // n)}</w:tbl>"),
    "docx-paragraphs": lambda n: word("<w:p><w:r><w:t>x</w:t></w:r></w:p>" * (190_000 // n)),
    "docx-with-a-bomb-nobody-reads": lambda n: edited(
        python_docx(), "docProps/thumbnail.jpeg", lambda part: bytes(BOMB // n)
    ),
    "sheet-cells": lambda n: sheet(cells(140_000 // n)),
}  # fmt: skip
"""Files just within the bounds divided by a number."""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured by Linux's /proc")
def test_a_file_just_within_the_bounds_is_read_in_bounded_memory_and_time(tmp_path: Path):
    """At a tenth and a fifth of the bounds: what grows no faster than the file is five times as much at the bounds."""
    tenth, fifth = (
        measured({name: partial(make, n) for name, make in LARGE.items()}, tmp_path, divisor=n) for n in (10, 5)
    )

    def law(name: str) -> None:
        small, large = tenth[name], fifth[name]
        assert set(small) & {"blocks", "message"} and set(small) == set(large), (small, large)
        assert large["seconds"] < 3 * small["seconds"] + 0.3, (small, large)
        assert large["megabytes"] * 5 < MOST_MEGABYTES and large["seconds"] * 5 < MOST_SECONDS, large

    assert broken(law, ((name,) for name in LARGE)) == []


def test_a_file_of_500_megabytes_is_refused_by_its_size(tmp_path: Path):
    with (tmp_path / "a.html").open("wb") as file:
        file.truncate(500_000_000)
    with pytest.raises(FilingError, match="有 500,000,000 字节，超过 50,000,000 字节的上限"):
        read_document(open_file(tmp_path / "a.html", "a.html"))


# ---- what must not happen -------------------------------------------------------------------------------------------


def test_nothing_outside_a_file_is_opened(tmp_path: Path):
    secret = tmp_path / "secret.xml"
    secret.write_text("<w:styles/>")
    relations = (
        '<Relationships xmlns="x"><Relationship Type="a/styles" Target="../../../secret.xml"/>'
        f'<Relationship Type="a/numbering" Target="file://{secret}" TargetMode="External"/></Relationships>'
    )
    data = edited(
        word("<w:p><w:r><w:t>甲</w:t></w:r></w:p>"), "word/_rels/document.xml.rels", lambda _: relations.encode()
    )
    page = f"<html><p>甲<img src='file://{secret}'><link href='http://shili.example/'><iframe src='{secret}'>"
    opened: list[object] = []
    sys.addaudithook(lambda event, args: opened.append(args) if event in ("open", "socket.connect") else None)
    for name, content in (("a.docx", data), ("a.html", page.encode())):
        (tmp_path / name).write_bytes(content)
        found = read_document(open_file(tmp_path / name, name))
        assert plain_paragraph("甲") in found.blocks
        assert not [args for args in opened if "secret" in str(args) or "shili" in str(args)]
    located = f"<Attachments><Attachment Name='filing.json'><FileLoc>../..{secret}</FileLoc></Attachment></Attachments>"
    attached = ofd(text("甲", 9, 9), after="<Attachments>A.xml</Attachments>", parts={"Doc_0/A.xml": located})
    assert embedded_filing(ForeignFile("a.ofd", "ofd", attached)).notes
    assert not [args for args in opened if "secret" in str(args)]


def test_macros_are_never_run_and_do_no_harm(tmp_path: Path):
    parts = {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(500)}
    with zipfile.ZipFile(io.BytesIO(python_docx())) as source:
        parts = {n: source.read(n) for n in source.namelist()} | parts
    (tmp_path / "a.docm").write_bytes(packed(parts))
    assert any(isinstance(block, Grid) for block in read_document(open_file(tmp_path / "a.docm", "a.docm")).blocks)


def test_a_page_cut_in_the_middle_of_a_character_gives_what_there_is(tmp_path: Path):
    (tmp_path / "a.html").write_bytes(PAGE.encode()[: PAGE.encode().index("均已".encode()) + 2])
    assert read_document(open_file(tmp_path / "a.html", "a.html")).blocks[-1] == plain_paragraph("全年收到申请3件。")
