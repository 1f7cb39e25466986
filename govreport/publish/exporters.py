"""Exporters for nbconvert and JupyterLab's export menu: the same pages as ``govreport run`` makes."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from govreport.publish.document import read_document
from govreport.publish.docx import docx_bytes
from govreport.publish.html import html_page
from govreport.publish.pdf import pdf_bytes


class HTMLReportExporter(Exporter):
    """Export an executed notebook as one self-contained HTML page: ``jupyter nbconvert --to govreport-html``."""

    export_from_notebook = "政府信息公开年报（HTML）"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page and nbconvert's resources."""
        copy, resources = super().from_notebook_node(nb, resources, **kw)
        return html_page(read_document(copy, _name(resources))), resources


class PDFReportExporter(Exporter):
    """Export an executed notebook as PDF, set by Typst: ``jupyter nbconvert --to govreport-pdf``."""

    export_from_notebook = "政府信息公开年报（PDF）"
    output_mimetype = "application/pdf"

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF's bytes and nbconvert's resources."""
        copy, resources = super().from_notebook_node(nb, resources, **kw)
        return pdf_bytes(read_document(copy, _name(resources))).data, resources


class DocxReportExporter(Exporter):
    """Export an executed notebook as a Word document: ``jupyter nbconvert --to govreport-docx``."""

    export_from_notebook = "政府信息公开年报（Word）"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    def _file_extension_default(self) -> str:
        return ".docx"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the document's bytes and nbconvert's resources."""
        copy, resources = super().from_notebook_node(nb, resources, **kw)
        return docx_bytes(read_document(copy, _name(resources))), resources


def _name(resources: Any) -> str:
    return str((resources or {}).get("metadata", {}).get("name") or "报告")
