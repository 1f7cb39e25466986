"""A sample page on trial: whether a project's emblem and templates can set reports."""

from __future__ import annotations

import io
from pathlib import Path

from govreport.checks import INCONSISTENT, Account
from govreport.core import GovReportError, plain_paragraph
from govreport.filing import TEMPLATES, Appearance
from govreport.publish.document import Document
from govreport.publish.docx_writer import docx_bytes, usual_document
from govreport.publish.html_writer import html_page
from govreport.publish.pdf_writer import pdf_bytes

TITLE, TEXT = "试排标题", "试排正文。"


def usual_templates() -> dict[str, bytes]:
    """Return the package's own templates by the names of a project's.

    >>> list(usual_templates())
    ['report.html', 'report.typ', 'report.docx']
    """
    texts = {name: (Path(__file__).parent / "templates" / name).read_bytes() for name in ("report.html", "report.typ")}
    return texts | {"report.docx": usual_document()}


def try_appearance(appearance: Appearance, fonts_folder: Path | None = None) -> None:
    """Set a sample draft in the formats that have templates of their own.

    fonts_folder: the project's ``fonts/``; it need not exist.
    Raises GovReportError for what cannot be used, and for a template that leaves out title, text or the draft's notice.

    >>> own = '{% extends "report.html" %}{% block findings %}{% endblock %}'
    >>> try_appearance(Appearance(templates={"html": own}))
    Traceback (most recent call last):
    govreport.core.errors.GovReportError: templates/report.html 没有排出草稿说明；请照原有的模板补上。
    """
    account = Account((TITLE,), "试排机关", 2023, "2024-01-05", "试排机关", state=INCONSISTENT, appearance=appearance)
    document = Document(account.title, (plain_paragraph(TEXT),), account)
    pages = {"html": html_page(document)}
    if "pdf" in appearance.templates:
        pages["pdf"] = _text_of(pdf_bytes(document, fonts_folder).data)
    if "docx" in appearance.templates:
        docx_bytes(document, fonts_folder)
    for form, page in pages.items():
        wanted = {"标题": TITLE, "正文": TEXT, "草稿说明": account.notice.rstrip("。")}
        if lacking := [name for name, text in wanted.items() if text not in "".join(page.split())]:
            raise GovReportError(f"{TEMPLATES[form]} 没有排出{'、'.join(lacking)}；请照原有的模板补上。")


def _text_of(pdf: bytes) -> str:
    import pdfplumber  # noqa: PLC0415, only own templates need it

    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return "".join(page.extract_text() for page in opened.pages)
