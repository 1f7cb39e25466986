"""Reports as plain text: tab-separated, with bars as search engines keep pages, as Markdown; and from PDF."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from corpus_html import table_rows
from corpus_report import Report, body


def write_text(report: Report, manner: str = "tab", spans: str = "real", half: bool = False, gaps: bool = True) -> str:
    """The report as text.

    manner: tab, bar (``label | 0 | 0 |``) or markdown. spans: as in `table_rows`. half: half-width brackets,
    commas and colons. gaps: an empty line between paragraphs.
    """
    parts = []
    for block in body(report):
        if block.grid and block.kind == "grid":
            lines = []
            for line in table_rows(block.grid, spans):
                texts = [re.sub(r"\n", "", cell.text) if written else "" for cell, _, written in line]
                if manner == "tab":
                    lines.append("\t".join(texts))
                elif manner == "bar":
                    lines.append(" | ".join(texts) + " |")
                else:
                    lines.append("| " + " | ".join(texts) + " |")
            if manner == "markdown":
                lines.insert(1, "|" + "---|" * block.grid.cols)
            parts.append("\n".join(lines))
        elif block.kind == "picture":
            parts.append("[图片]" if manner != "markdown" else "![](W0200.png)")
        else:
            mark = {"title": "# ", "h": "## "}.get(block.kind, "") if manner == "markdown" else ""
            parts.append(mark + ("" if mark or half else "　　" if block.kind == "p" else "") + block.text)
    text = ("\n\n" if gaps else "\n").join(parts) + "\n"
    return text.translate(str.maketrans("（），：；", "(),:;")) if half else text


def pdf_text(pdf: Path, layout: bool) -> str:
    """What pdftotext makes of a PDF."""
    mode = ["-layout"] if layout else []
    return subprocess.run(["pdftotext", *mode, str(pdf), "-"], check=True, capture_output=True).stdout.decode("utf-8")
