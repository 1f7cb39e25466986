"""A sample page on trial: whether a project's emblem and templates can set reports."""

from __future__ import annotations

from pathlib import Path

from govreport.checks import INCONSISTENT, Account
from govreport.core import plain_paragraph
from govreport.filing import Appearance
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
    Raises GovReportError for what cannot be used, and for a template that leaves out or changes something.

    >>> own = '#let made(data) = { set document(title: "甲"); [甲] }'
    >>> try_appearance(Appearance(templates={"pdf": own}))
    Traceback (most recent call last):
    govreport.core.errors.GovReportError: templates/report.typ 没有完整排出标题、正文、草稿说明；请照原有的模板补上。
    """
    account = Account((TITLE,), "试排机关", 2023, "2024-01-05", "试排机关", state=INCONSISTENT, appearance=appearance)
    document = Document(account.title, (plain_paragraph(TEXT),), account)
    html_page(document)
    for form, write in (("pdf", pdf_bytes), ("docx", docx_bytes)):
        if form in appearance.templates:
            write(document, fonts_folder)
