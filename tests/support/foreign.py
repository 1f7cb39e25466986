"""Files as other programs make them, built here: HTML pages, Word documents and workbooks in our own words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import docx
import openpyxl

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>示例市林业局年报-示例市</title></head><body>
<div class="top"><a href="/">首页</a> <a href="/a">政务公开</a> <a href="/b">互动</a></div>
<h1>示例市林业局2023年年报</h1><p>一、<span>总体</span>情况</p><p>全年收到申请3件。<br>均已办结。</p>
<table><tbody><tr><td rowspan="2">项目</td><td colspan="2">件数</td></tr><tr><td>本年</td><td>上年</td></tr>
<tr><td>申请</td><td>3</td><td>&nbsp;</td></tr></tbody></table><p>2024年1月20日</p></body></html>"""


def packed(
    parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED, level: int | None = None
) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression, compresslevel=level) as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return target.getvalue()


def word(body: str, **parts: str) -> bytes:
    """A Word document of the least parts: its body's XML (prefix w), and ``styles`` or ``numbering``."""
    head = f'xmlns:w="{W}" xmlns:a="urn:a" xmlns:wp="urn:wp" xmlns:mc="urn:mc" xmlns:v="urn:v"'
    related = "".join(f'<Relationship Id="{n}" Type="{KIND}/{n}" Target="{n}.xml"/>' for n in parts)
    return packed({
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="a" Type="{KIND}/officeDocument"'
        ' Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {head}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">{related}</Relationships>',
        **{f"word/{n}.xml": f"<w:{n} {head}>{part}</w:{n}>" for n, part in parts.items()},
    })  # fmt: skip


def python_docx() -> bytes:
    """A report as python-docx makes it: headings, paragraphs, a table with merged cells."""
    made = docx.Document()
    made.add_heading("一、总体情况", 1)
    made.add_paragraph("全年收到申请3件。\n均已办结。")
    table = made.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "项目"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "件数"
    for place, text in {(1, 1): "本年", (1, 2): "上年", (2, 0): "申请", (2, 1): "3"}.items():
        table.cell(*place).text = text
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def workbook(*rows: tuple[object, ...], merged: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "申请表"
    for row in rows:
        sheet.append(row)
    for place in merged:
        sheet.merge_cells(place)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
