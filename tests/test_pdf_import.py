"""PDF files that no report is: refused with one sentence before they cost time or memory."""

from __future__ import annotations

import zlib

import pytest

from govreport.errors import FilingError
from govreport.exchange.pdf import read_pdf


def pdf(*contents: bytes) -> bytes:
    """A PDF whose pages have the contents."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(contents)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for number, content in enumerate(contents):
        packed = zlib.compress(content)
        resources = b"/Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 595 842]"
        objects.append(b"<< /Type /Page /Parent 2 0 R %s /Contents %d 0 R >>" % (resources, 5 + 2 * number))
        head = b"<< /Length %d /Filter /FlateDecode >>" % len(packed)
        objects.append(head + b"\nstream\n" + packed + b"\nendstream")
    body, places = b"%PDF-1.7\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        size, table, size, len(body),
    )  # fmt: skip


TEXT = b"BT /F1 1 Tf 10 800 Td (%s) Tj ET\n"
LINES = b"10 10 m 500 10 l S\n"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (pdf(*[TEXT % b"x"] * 400), "有 400 页"),
        (pdf((TEXT % (b"x" * 20_000)) * 10), r"第1页有 \d+,\d+ 个字符或图形"),
        (pdf(*[(TEXT % (b"x" * 3_000)) * 3] * 60), "的字符和图形超过 150,000 个"),
        (pdf(LINES * 100_000), "第1页有 100,000 个字符或图形"),
        (pdf(TEXT % b"x")[:300], "已损坏"),
        (pdf(b""), "没有文字层"),
    ],
    ids=["pages", "characters", "in all", "lines", "cut", "picture"],
)
def test_what_no_report_is_is_refused_at_once(data: bytes, sentence: str):
    with pytest.raises(FilingError, match=sentence) as told:
        read_pdf(data, "年报.pdf")
    assert str(told.value).startswith("年报.pdf ") and len(told.value.problems) == 1


def test_a_small_page_of_text_is_read():
    assert [getattr(block, "text", "") for block in read_pdf(pdf(TEXT % b"2023"), "x.pdf").blocks] == ["2023"]
