"""Exporters for nbconvert and JupyterLab's export menu: the same pages as ``govreport run`` makes."""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from govreport.checks import FAILED, Account, check_report, page_inputs, project_lexicon
from govreport.core import GovReportError, ProjectError
from govreport.filing import Project
from govreport.publish.cell_options import cell_tags
from govreport.publish.document import Document, read_document
from govreport.publish.docx_writer import docx_bytes
from govreport.publish.html_writer import html_page
from govreport.publish.ofd.ofd_writer import ofd_bytes
from govreport.publish.pdf_writer import pdf_bytes
from govreport.publish.pictures import ProjectPictures
from govreport.publish.proof import prove

PARAMETERS = {"parameter", "injectedparameter"}
"""Tags of cells of parameters, as `plain_tags` writes them."""
RUN_AGAIN = "请运行全部单元格，保存后再导出"


class _ReportExporter(Exporter):
    """An exporter of an executed notebook's document."""

    suffix = ""
    page: Callable[[Document, Path | None], str | bytes]

    def _file_extension_default(self) -> str:
        return self.suffix

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[str | bytes, dict[str, Any]]:
        """Return the page and nbconvert's resources; raises GovReportError for a notebook that was not run.

        A page that is not whole is a draft that says at its top what it lacks: people export what they still work on.
        So is one that is no longer what the project around the notebook has, such as figures changed after the run.
        """
        copy, resources = super().from_notebook_node(nb, resources, **kw)
        code = [cell for cell in copy.get("cells", ()) if cell.get("cell_type") == "code"]
        if code and not any(cell.get("outputs") or cell.get("execution_count") for cell in code):
            raise GovReportError(f"笔记本还没有运行，或保存时清除了输出，没有可导出的内容；{RUN_AGAIN}。")
        metadata = (resources or {}).get("metadata", {})
        project = Project.near(metadata.get("path") or None)
        folder = Path(metadata.get("path") or ".")
        pictures = ProjectPictures((folder,), (project.root if project else folder,))
        name = str(metadata.get("name") or "报告")
        known = (project.catalogue, pictures, project_lexicon(project.root)) if project else (None, pictures, None)
        document = read_document(copy, name, *known)
        proof = prove(document, copy, document.account)
        for note in (*document.notes, *proof.notes):
            self.log.warning(note)
        if told := proof.sentence or (_outdated(document, copy, project) if project and "path" in metadata else ""):
            self.log.warning(told)
            document = replace(document, account=replace(document.account, state=FAILED, lacks=told))
        return self.page(document, project.fonts if project else None), resources


def _outdated(document: Document, notebook: NotebookNode, project: Project) -> str:
    """Return how a whole page differs from what its notebook asks of its project now, in a sentence; empty for nowhere.

    A project that has no such agency or report says nothing of it.
    """
    own, given = document.account, _parameters(notebook)
    year = given.get("year") or own.year
    try:
        agency = project.agency(given.get("agency") or given.get("parent") or own.agency)
    except ProjectError:
        return ""
    wanted, is_filed = Account((), agency.name, year, agency=agency.slug), project.has(agency.slug, year)
    if own.filing and is_filed:
        checked = check_report(project, agency.slug, year)
        if not checked.filing:
            return f"资料现在无法读取：{checked.findings[0].message}"
        wanted = Account.of(checked)
    lacks = prove(document, notebook, wanted).lacks
    if own.inputs and not lacks and (is_filed or not own.filing):
        now = (page_inputs(project, agency, year, is_report=is_report).items() for is_report in (True, False))
        changed = min(([what for what, seen in each if own.inputs.get(what) != seen] for each in now), key=len)
        lacks = f"{'、'.join(changed)}有改动" if changed else ""
    return f"与项目现在的资料不同：{lacks}；{RUN_AGAIN}。" if lacks else ""


def _parameters(notebook: NotebookNode) -> dict[str, Any]:
    """Return the parameters of a notebook whose values stand in it; injected ones count more."""
    tagged = (cell for cell in notebook.cells if cell_tags(cell) & PARAMETERS)
    given = dict[str, Any]()
    with suppress(SyntaxError):
        for line in ast.parse("\n".join(cell.source for cell in tagged)).body:
            match line:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value)):
                    given[name] = value
    return given


class HTMLReportExporter(_ReportExporter):
    """Export an executed notebook as one self-contained HTML page: ``jupyter nbconvert --to govreport-html``."""

    export_from_notebook = "政府信息公开年报（HTML）"
    output_mimetype = "text/html"
    suffix = ".html"
    page = staticmethod(lambda document, _: html_page(document))


class PDFReportExporter(_ReportExporter):
    """Export an executed notebook as PDF, set by Typst: ``jupyter nbconvert --to govreport-pdf``."""

    export_from_notebook = "政府信息公开年报（PDF）"
    output_mimetype = "application/pdf"
    suffix = ".pdf"
    page = staticmethod(pdf_bytes)


class DocxReportExporter(_ReportExporter):
    """Export an executed notebook as a Word document: ``jupyter nbconvert --to govreport-docx``."""

    export_from_notebook = "政府信息公开年报（Word）"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    suffix = ".docx"
    page = staticmethod(docx_bytes)


class OFDReportExporter(_ReportExporter):
    """Export an executed notebook as OFD, with the pages of its PDF: ``jupyter nbconvert --to govreport-ofd``."""

    export_from_notebook = "政府信息公开年报（OFD）"
    output_mimetype = "application/ofd"
    suffix = ".ofd"
    page = staticmethod(ofd_bytes)
