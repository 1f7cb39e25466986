"""Exporters for nbconvert and JupyterLab's export menu: the same pages as ``govreport run`` makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from govreport.publish.blocks import Document
from govreport.publish.document import read_document
from govreport.publish.docx import docx_bytes
from govreport.publish.html import html_page
from govreport.publish.pdf import pdf_bytes


class _ReportExporter(Exporter):
    """An exporter of an executed notebook's document."""

    suffix = ""
    page: Callable[[Document], str | bytes]

    def _file_extension_default(self) -> str:
        return self.suffix

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[str | bytes, dict[str, Any]]:
        """Return the page and nbconvert's resources."""
        copy, resources = super().from_notebook_node(nb, resources, **kw)
        name = str((resources or {}).get("metadata", {}).get("name") or "报告")
        return self.page(read_document(copy, name)), resources


class HTMLReportExporter(_ReportExporter):
    """Export an executed notebook as one self-contained HTML page: ``jupyter nbconvert --to govreport-html``."""

    export_from_notebook = "政府信息公开年报（HTML）"
    output_mimetype = "text/html"
    suffix = ".html"
    page = staticmethod(html_page)


class PDFReportExporter(_ReportExporter):
    """Export an executed notebook as PDF, set by Typst: ``jupyter nbconvert --to govreport-pdf``."""

    export_from_notebook = "政府信息公开年报（PDF）"
    output_mimetype = "application/pdf"
    suffix = ".pdf"
    page = staticmethod(lambda document: pdf_bytes(document).data)


class DocxReportExporter(_ReportExporter):
    """Export an executed notebook as a Word document: ``jupyter nbconvert --to govreport-docx``."""

    export_from_notebook = "政府信息公开年报（Word）"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    suffix = ".docx"
    page = staticmethod(docx_bytes)
