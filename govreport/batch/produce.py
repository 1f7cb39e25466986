"""Producing one report: check, execute through papermill, publish; every file whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from govreport import mime
from govreport.batch.job import WORKPLACE, Job, Outcome
from govreport.batch.record import FILE, inputs_digest, write_record
from govreport.checks import FAILED, Findings, check_report
from govreport.errors import GovReportError, InconsistentReportError
from govreport.publish.account import account_of
from govreport.publish.blocks import Document
from govreport.publish.document import read_document
from govreport.publish.html import html_page
from govreport.publish.pdf import pdf_bytes
from govreport.publish.review import review_page
from govreport.textfile import written_whole

CELL_TIMEOUT = 600
"""Seconds that one cell may take, so that a notebook that hangs does not hold up a batch."""
FILES = ("report.ipynb", "report.html", "report.pdf", "report.docx", "review.html")
NOTEBOOK, HTML, PDF, DOCX, REVIEW = FILES


class _Timer:
    """Seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = time.perf_counter() - start


def produce(job: Job) -> Outcome:
    """Produce one report; whatever goes wrong is told in the outcome and in its record."""
    workplace = Path(tempfile.mkdtemp(prefix=f"{WORKPLACE}{os.getpid()}-"))
    start = time.perf_counter()
    try:
        return _produce(job, workplace, start)
    except Exception as error:  # a batch goes on whatever one report runs into
        told = _told(error)
        _record_failure(job, workplace, told)
        return Outcome(job, FAILED, errors=(told,), seconds=time.perf_counter() - start)
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


def _produce(job: Job, workplace: Path, start: float) -> Outcome:
    timer = _Timer()
    digest = inputs_digest(job.project, job.agency, job.year, job.notebook)
    with timer.step("check"):
        checked = check_report(job.project, job.agency, job.year)
    errors = [f.message for f in checked.findings if f.rule == "F1" and f.severity == "error"]
    state = checked.state
    fonts: dict[str, Any] = {}
    document: Document | None = None
    if checked.filing:
        with timer.step("execute"):
            notebook, failure = _execute(job, workplace / NOTEBOOK)
        if failure:
            errors.append(failure)
            state = FAILED
        else:
            document = read_document(notebook)
            fonts, failures = _publish(job, document, workplace, timer)
            errors += failures
            state = FAILED if failures else state
    made = tuple(name for name in FILES if (workplace / name).exists())
    write_record(
        workplace / FILE,
        job,
        state=state,
        findings=checked.findings,
        digest=digest,
        errors=tuple(errors),
        published=document.published if document else "",
        files=made,
        fonts=fonts,
        seconds=timer.seconds,
    )
    _put_in_place(workplace, job.folder, made)
    return Outcome(
        job,
        state,
        checked.findings.summary(),
        tuple(errors),
        len(checked.findings.errors),
        time.perf_counter() - start,
    )


def _execute(job: Job, target: Path) -> tuple[Any, str | None]:
    """Run the notebook; return it and a sentence if it failed."""
    os.environ["GOVREPORT_PROJECT"] = str(job.root)
    parameters = {"agency": job.agency, "year": job.year, **({"strict": True} if job.strict else {}), **job.parameters}
    failure = None
    try:
        papermill.execute_notebook(
            str(job.notebook),
            str(target),
            parameters=parameters,
            cwd=str(job.notebook.parent),
            progress_bar=False,
            request_save_on_cell_execute=False,
            execution_timeout=CELL_TIMEOUT,
            extra_arguments=["--IPKernelApp.log_level=40"],
        )
    except PapermillExecutionError as error:
        failure = _failure(job, error)
    except DeadKernelError:
        return None, f"笔记本 {job.notebook.name} 的内核意外终止（可能内存不足）；请在 JupyterLab 中逐格运行查找原因。"
    except CellTimeoutError:
        return (
            None,
            f"笔记本 {job.notebook.name} 有单元格运行超过{CELL_TIMEOUT}秒，已停止；请在 JupyterLab 中查看。",
        )
    notebook = nbformat.read(target, as_version=4)  # type: ignore[no-untyped-call]
    details = notebook.metadata.get("papermill", {})
    details["input_path"] = job.notebook.relative_to(job.root).as_posix()
    details["output_path"] = (job.folder / target.name).relative_to(job.root).as_posix()
    account = account_of(notebook)
    if account:
        notebook.metadata[mime.METADATA] = account
    nbformat.write(notebook, target)  # type: ignore[no-untyped-call]
    return notebook, failure


def _failure(job: Job, error: PapermillExecutionError) -> str:
    """Return a sentence for a notebook that raised; the injected parameters are a cell of their own."""
    if error.ename == InconsistentReportError.__name__:
        return "有未处理的勾稽错误，按 --strict 停止，未生成页面；govreport check 查看详情。"
    told = " ".join(str(error.evalue or error.ename).split())[:300].rstrip("。")
    return f"笔记本 {job.notebook.name} 的第{max(1, (error.exec_count or 1) - 1)}个代码单元格出错：{told}。"


def _publish(job: Job, document: Document, workplace: Path, timer: _Timer) -> tuple[dict[str, Any], list[str]]:
    """Write the pages; return the fonts used and a sentence for each page that could not be made.

    The review copy is for reviewers, whatever formats the readers get.
    """
    fonts: dict[str, Any] = {}
    failures = []
    with timer.step("review"):
        (workplace / REVIEW).write_text(review_page(document), encoding="utf-8")
    if "html" in job.formats:
        with timer.step("html"):
            (workplace / HTML).write_text(html_page(document), encoding="utf-8")
    if "pdf" in job.formats:
        with timer.step("pdf"):
            try:
                result = pdf_bytes(document, job.project.fonts)
                (workplace / PDF).write_bytes(result.data)
                fonts = dict(result.fonts)
            except GovReportError as error:
                failures.append(f"未生成 PDF：{error}")
    if "docx" in job.formats:
        from govreport.publish.docx import docx_bytes  # noqa: PLC0415

        with timer.step("docx"):
            try:
                (workplace / DOCX).write_bytes(docx_bytes(document, job.project.fonts))
            except GovReportError as error:
                failures.append(f"未生成 Word 文档：{error}")
    return fonts, failures


def _put_in_place(workplace: Path, folder: Path, made: tuple[str, ...]) -> None:
    """Put finished files into the report's folder, its record last; remove pages that no longer hold."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).unlink(missing_ok=True)
    for name in (*FILES, FILE):
        if name in made or name == FILE:
            with written_whole(folder / name) as aside:
                shutil.copyfile(workplace / name, aside)
        else:
            (folder / name).unlink(missing_ok=True)


def _record_failure(job: Job, workplace: Path, told: str) -> None:
    """Write the record of a report that could not be produced at all, if the disk lets us."""
    try:
        digest = inputs_digest(job.project, job.agency, job.year, job.notebook)
        write_record(workplace / FILE, job, state=FAILED, findings=Findings(), digest=digest, errors=(told,))
        _put_in_place(workplace, job.folder, ())
    except OSError:
        pass


def _told(error: Exception) -> str:
    if isinstance(error, GovReportError):
        return str(error)
    if isinstance(error, OSError):
        return f"无法读写 {error.filename or '文件'}（{error.strerror}）；请检查权限和磁盘空间。"
    return f"生成时出错（{type(error).__name__}：{_line(error)}）。"


def _line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else "没有说明"
