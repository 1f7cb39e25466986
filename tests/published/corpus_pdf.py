"""Reports as PDF: printed by Chromium from a page, or by LibreOffice from a Word document."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from corpus_font import FAMILY, make_font  # noqa: E402

from tests.support.browser import FONTS, Browser  # noqa: E402


@cache
def fonts() -> tempfile.TemporaryDirectory[str]:
    """A folder of the package's fonts and the corpus's own."""
    folder, shipped = tempfile.TemporaryDirectory(), ROOT / "govreport/core/fonts"
    for font in shipped.iterdir():
        (Path(folder.name) / font.name).symlink_to(font)
    make_font(shipped / "NotoSansRegular.otf", Path(folder.name) / "corpus.ttf")
    return folder


FOOTERS = {
    "dash": '<div style="font-size:9px;width:100%;text-align:center">- <span class="pageNumber"></span> -</div>',
    "words": '<div style="font-size:9px;width:100%;text-align:center">第 <span class="pageNumber"></span> 页 共 '
    '<span class="totalPages"></span> 页</div>',
    "bare": '<div style="font-size:9px;width:100%;text-align:right;padding-right:40px">'
    '<span class="pageNumber"></span></div>',
    "browser": '<div style="font-size:8px;width:100%;padding:0 20px">https://www.example.invalid/art/1.html '
    '<span class="pageNumber"></span>/<span class="totalPages"></span></div>',
}


def css(
    size: float = 16,
    table_size: float = 11,
    narrow: bool = False,
    lines: str = "all",
    family: str = FAMILY,
    mark: str = "",
) -> str:
    """A style for printing: page, text size, the table's lines."""
    border = {
        "all": "td,th{border:1px solid #000}",
        "horizontal": "td,th{border:0;border-top:1px solid #000;border-bottom:1px solid #000}",
        "none": "td,th{border:0}",
    }[lines]
    width = "table{table-layout:fixed;width:380px!important} td,th{word-break:break-all}" if narrow else ""
    water = (
        f"body::after{{content:'{mark}';position:fixed;top:40%;left:20%;font-size:60px;color:#ddd;transform:rotate(-40deg)}}"
        if mark
        else ""
    )
    return (
        f"@page{{size:A4}} h1,h2,strong,b{{font-weight:normal}} body{{font-family:'{family}';font-synthesis:none;"
        f"font-size:{size}px;line-height:2}} h1{{text-align:center}}"
        f"table{{border-collapse:collapse;width:100%;font-size:{table_size}px;line-height:1.4}}"
        f"td,th{{text-align:center;padding:3px;font-weight:normal}} {border} {width} {water}"
    )


def chromium(browser: Browser, page: str, pdf: Path, style: str, footer: str = "") -> None:
    """Print a page as PDF."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page.replace("</head>", f"<style>{style}</style></head>"), encoding="utf-8")
        browser.open(file)
        header = '<div style="font-size:8px"></div>'
        if footer == "browser":
            marks = '<span class="date"></span> <span class="title"></span>'
            header = f'<div style="font-size:8px;width:100%;padding:0 20px">{marks}</div>'
        answer = browser.call(
            "Page.printToPDF",
            displayHeaderFooter=bool(footer),
            headerTemplate=header,
            footerTemplate=FOOTERS.get(footer, ""),
            preferCSSPageSize=False,
            paperWidth=8.27,
            paperHeight=11.69,
            printBackground=True,
            generateTaggedPDF=False,
        )
        pdf.write_bytes(re.sub(rb"\(D:\d{14}", b"(D:20260101000000", base64.b64decode(answer["data"])))


def libreoffice(docx: Path, pdf: Path) -> None:
    """Convert a Word document to PDF."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "fonts.conf"
        settings.write_text(FONTS.format(fonts=fonts().name, cache=Path(folder) / "cache"), encoding="utf-8")
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
        subprocess.run(
            [*command, "--outdir", folder, str(docx)],
            check=True,
            capture_output=True,
            env={**os.environ, "FONTCONFIG_FILE": str(settings)},
        )
        (Path(folder) / docx.with_suffix(".pdf").name).replace(pdf)


def shrink(pdf: Path) -> None:
    """Pack a PDF's many small objects together."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "small.pdf"
        options = ["--object-streams=generate", "--recompress-flate", "--compression-level=9", "--deterministic-id"]
        subprocess.run(["qpdf", *options, str(pdf), str(target)], check=True)
        pdf.write_bytes(target.read_bytes())
