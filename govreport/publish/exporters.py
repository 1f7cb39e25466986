"""Exporters for nbconvert and JupyterLab's export menu: the same pages as ``govreport run`` makes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from govreport.checks import FAILED, Account, changed_inputs, check_report
from govreport.core import GovReportError, ProjectError
from govreport.filing import Project
from govreport.publish.cell_options import cell_tags, given_parameters
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
Page = Callable[[Document, Path | None], str | bytes]


class _ReportExporter(Exporter):
    """An exporter of an executed notebook's document. page: writes it, with a project's folder of fonts."""

    page: Page

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
        document = read_document(copy, str(metadata.get("name") or "报告"), project, pictures)
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
    own, given = document.account, dict[str, object]()
    with suppress(SyntaxError):  # the page tells of a cell that did not run
        for cell in notebook.cells:  # injected ones count more
            given |= given_parameters(cell.source) if cell_tags(cell) & PARAMETERS else {}
    year = int(stated) if (stated := str(given.get("year") or own.year)).isdecimal() else own.year
    try:
        agency = project.agency(str(given.get("agency") or given.get("parent") or own.agency))
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
        changed = "、".join(changed_inputs(project, agency, year, own.inputs))
        lacks = f"{changed}有改动" if changed else ""
    return f"与项目现在的资料不同：{lacks}；{RUN_AGAIN}。" if lacks else ""


def _exporter(kind: str, called: str, media: str, page: Page) -> type:
    """Return an exporter: ``jupyter nbconvert --to govreport-html`` and so on.

    kind: of which the command has the small letters; called: what menus call it.
    """
    own = {
        "__module__": __name__,
        "export_from_notebook": f"政府信息公开年报（{called}）",
        "output_mimetype": media,
        "_file_extension_default": lambda _: f".{kind.lower()}",
        "page": staticmethod(page),
    }
    return type(f"{kind}ReportExporter", (_ReportExporter,), own)


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTMLReportExporter = _exporter("HTML", "HTML", "text/html", lambda document, _: html_page(document))
PDFReportExporter = _exporter("PDF", "PDF", "application/pdf", pdf_bytes)
DocxReportExporter = _exporter("Docx", "Word", WORD, docx_bytes)
OFDReportExporter = _exporter("OFD", "OFD", "application/ofd", ofd_bytes)
