"""Producing one report: check, execute, publish; every file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from govreport.batch.execution import execute
from govreport.batch.job import FORMATS, REVIEW, Job, Outcome, pages
from govreport.batch.record import Product, signoff_of, write_record
from govreport.batch.unfinished import WORKPLACE
from govreport.checks import FAILED, MADE, Checked, Findings, check_report, filing_digest, signed_state
from govreport.core import GovReportError, os_reason, written_whole
from govreport.publish import Document, docx_bytes, html_page, pdf_bytes, read_document, review_page, totals_of

STEPS = {
    "check": "校验", "execute": "运行笔记本", "read": "读取", "review": "审阅本", "html": "网页", "pdf": "PDF",
    "docx": "Word", "write": "写入",
}  # fmt: skip
"""The steps of making a report, in order, with their names."""


class _Timer:
    """Seconds by step; each is told when it begins."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        self.seconds: dict[str, float] = {}
        self._tell = tell

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self._tell(STEPS[name])
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = time.perf_counter() - start


def produce(job: Job, tell: Callable[[str], object] = lambda step: None) -> Outcome:
    """Produce one report; whatever goes wrong is told in the outcome and in its record.

    tell: is told each step as it begins.
    """
    workplace = Path(tempfile.mkdtemp(prefix=f"{WORKPLACE}{os.getpid()}-"))
    start = time.perf_counter()
    try:
        outcome = _produce(job, workplace, _Timer(tell))
    except Exception as error:  # a batch goes on whatever one report runs into
        told = _told(error)
        _record_failure(job, workplace, told)
        outcome = Outcome(job, FAILED, errors=(told,))
    finally:
        shutil.rmtree(workplace, ignore_errors=True)
    return replace(outcome, seconds=time.perf_counter() - start)


def _produce(job: Job, workplace: Path, timer: _Timer) -> Outcome:
    folder = job.project.data / job.agency / str(job.year)
    own_digest = filing_digest(folder, job.project.catalogue) if job.is_report else ""
    checked = _checked(job, timer)
    findings = checked.findings if checked else Findings()
    errors = [f.message for f in findings if f.rule == "F1" and f.severity == "error"]
    state = checked.state if checked else MADE
    fonts: dict[str, Any] = {}
    document: Document | None = None
    died = False
    if not checked or checked.filing:
        with timer.step("execute"):
            notebook, failure = execute(job, workplace)
        if failure:
            errors.append(failure.sentence)
            died = failure.died
            state = FAILED
        else:
            with timer.step("read"):
                document = read_document(notebook, catalogue=job.project.catalogue)
            fonts, failures = _publish(job, document, workplace, timer)
            errors += failures
            state = FAILED if failures else state
    with timer.step("write"):
        made = tuple(name for name in pages(FORMATS, job.stem) if (workplace / name).exists())
        product = Product(
            state=state,
            findings=findings,
            errors=tuple(errors),
            published=document.account.published if document else "",
            figures=totals_of(checked.filing) if checked and checked.filing else {},
            filing_digest=own_digest,
            files=made,
            fonts=fonts,
            seconds=timer.seconds,
        )
        write_record(workplace / job.record, job, product)
        _put_in_place(workplace, job, made)
    if checked:
        state = signed_state(state, signoff_of(job.project, job.agency, job.year, own_digest))
    summary = findings.summary() if checked else job.notebook.stem
    return Outcome(job, state, summary, tuple(errors), len(findings.errors), steps=timer.seconds, lost=died)


def _checked(job: Job, timer: _Timer) -> Checked | None:
    """Check the report that is to be made; None for other notebooks, which check what they show themselves."""
    if not job.is_report:
        return None
    with timer.step("check"):
        return check_report(job.project, job.agency, job.year)


def _publish(job: Job, document: Document, workplace: Path, timer: _Timer) -> tuple[dict[str, Any], list[str]]:
    """Write the pages; return the fonts used and a sentence for each page that could not be made.

    The review copy is for reviewers, whatever formats the readers get.
    """
    fonts: dict[str, Any] = {}
    failures = []
    if job.is_report:
        with timer.step("review"):
            signoff = signoff_of(job.project, job.agency, job.year)
            (workplace / REVIEW).write_text(review_page(document, signoff), encoding="utf-8")
    if "html" in job.options.formats:
        with timer.step("html"):
            (workplace / job.page("html")).write_text(html_page(document), encoding="utf-8")
    if "pdf" in job.options.formats:
        with timer.step("pdf"):
            try:
                result = pdf_bytes(document, job.project.fonts)
                (workplace / job.page("pdf")).write_bytes(result.data)
                fonts = dict(result.fonts)
            except GovReportError as error:
                failures.append(f"未生成 PDF：{error}")
    if "docx" in job.options.formats:
        with timer.step("docx"):
            try:
                (workplace / job.page("docx")).write_bytes(docx_bytes(document, job.project.fonts))
            except GovReportError as error:
                failures.append(f"未生成 Word 文档：{error}")
    return fonts, failures


def _put_in_place(workplace: Path, job: Job, made: tuple[str, ...]) -> None:
    """Put finished files into the report's folder, its record last; remove pages that no longer hold."""
    folder = job.folder
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        (folder / job.record).unlink(missing_ok=True)
        for name in (*pages(FORMATS, job.stem), job.record):
            if name in made or name == job.record:
                with written_whole(folder / name) as aside:
                    shutil.copyfile(workplace / name, aside)
            else:
                (folder / name).unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a folder against other runs, so that files of two of them do not mix; where the system has such locks."""
    try:
        import fcntl  # noqa: PLC0415
    except ImportError:
        yield
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a shared folder may have no locks
            fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def _record_failure(job: Job, workplace: Path, told: str) -> None:
    """Write the record of a report that could not be produced at all, if the disk lets us."""
    with contextlib.suppress(OSError):
        write_record(workplace / job.record, job, Product(FAILED, errors=(told,)))
        _put_in_place(workplace, job, ())


def _told(error: Exception) -> str:
    if isinstance(error, GovReportError):
        return str(error)
    if isinstance(error, OSError):
        return f"无法读写 {error.filename or '文件'}（{os_reason(error)}）；请检查权限和磁盘空间。"
    return f"生成时出错（{type(error).__name__}：{_line(error)}）。"


def _line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else "没有说明"
