"""Producing one report: check it, execute its notebook, publish it. Every file is written atomically."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors, remove_error_markers
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from govreport import checks, core, publish
from govreport.batch.engine.papermill_engine import GovReportEngine, OutputTooLargeError
from govreport.batch.job import FORMATS, REVIEW, Job, Outcome, pages, report_folder
from govreport.batch.notebooks import kernel_of, subject_of
from govreport.batch.pool import WORKPLACE
from govreport.batch.record import Made, shown_digest, write_record
from govreport.filing import WHOLE_REGISTER

MIRROR = "project"
"""Name of the folder that stands for the project while a notebook runs."""


def execute(job: Job, kernel: str, workplace: Path, watch: core.Watch) -> tuple[Any, str, bool]:
    """Run a job's notebook.

    Return the executed notebook, even if it is incomplete, why it failed, in a sentence, and whether its process died;
    a retry may succeed then.
    It takes papermill's own steps, but leaves out writing the notebook. The project that the notebook opens is the one
    that it stands in, see `_working_folder`. kernel: empty for the one that the notebook
    names; workplace: a temporary folder of this report; watch: told what the notebook's process read.
    """
    os.environ.pop("MPLBACKEND", None)  # a server without a screen may set one that shows nothing
    log, mirror = workplace / "read", workplace / MIRROR
    folder = _working_folder(job, mirror)
    os.environ["GOVREPORT_PROJECT"] = str(mirror if mirror.is_dir() else job.root)
    parameters = {job.subject: job.agency, "year": job.year, **job.settings}
    language, source = "python" if kernel else None, load_notebook_node(str(job.notebook))
    parameterised = parameterize_notebook(source, parameters, kernel_name=kernel or None, language=language)
    notebook = remove_error_markers(parameterised)
    written = report_folder(job.project, job.agency, job.year) / job.page("ipynb")
    places = {"input_path": job.notebook, "output_path": written}
    notebook.metadata.papermill |= {key: path.relative_to(job.root).as_posix() for key, path in places.items()}
    failure, died = "", False
    os.environ[core.WATCH_VARIABLE] = json.dumps([*map(str, (job.root, mirror, job.folder, log))])
    try:
        with contextlib.chdir(folder):
            GovReportEngine.execute_notebook(
                notebook,
                GovReportEngine.nb_kernel_name(notebook, kernel or None),
                progress_bar=False,
                execution_timeout=job.options.timeout,
                memory=job.options.memory,
                extra_arguments=["--IPKernelApp.log_level=40", f"--IPKernelApp.exec_lines={core.WATCH_NOTEBOOK}"],
            )
        raise_for_execution_errors(notebook, None)
    except (PapermillExecutionError, DeadKernelError, CellTimeoutError, OutputTooLargeError) as error:
        failure, died = _failure_sentence(job, error), isinstance(error, DeadKernelError)
    finally:
        del os.environ[core.WATCH_VARIABLE]
        os.environ["GOVREPORT_PROJECT"] = str(job.root)
        if log.exists():
            for line in log.read_text(encoding="utf-8").splitlines():
                watch.add(*json.loads(line))
        else:
            watch.add("notebooks", core.UNKNOWN)
    if account := publish.account_json(notebook):
        notebook.metadata[core.mime.METADATA] = {**notebook.metadata.get(core.mime.METADATA, {}), **account}
        bundles = (output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ()))
        telling = [bundle for bundle in bundles if core.mime.REPORT in bundle]
        if len(telling) == 1:  # the metadata say it
            telling[0][core.mime.REPORT] = {}
    return json.loads(notebook_text(notebook)), failure, died


def notebook_text(notebook: Mapping[str, Any]) -> str:
    """Return the text of a notebook's file, one line for each cell. Python writes JSON without indents in native code.

    >>> print(notebook_text({"metadata": {}, "cells": [{"source": "1"}, {"source": "2"}]}), end="")
    {"cells": [
    {"source":"1"},
    {"source":"2"}
    ],
    "metadata":{}}
    """
    write = partial(json.dumps, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    cells, rest = ",\n".join(map(write, notebook["cells"])), {k: v for k, v in notebook.items() if k != "cells"}
    return f'{{"cells": [\n{cells}\n],\n{write(rest)[1:]}\n'


def _working_folder(job: Job, mirror: Path) -> Path:
    """Return the folder that stands for the notebook's own while it runs.

    Relative paths work like in JupyterLab. What the notebook writes there is its own: it is seen by no other report,
    and the project's files stay as they are.
    Return the notebook's own folder if the system does not allow links.
    """
    own = job.notebook.parent
    with contextlib.suppress(OSError), core.unwatched():  # what the notebook reads of it counts, not that it is there
        mirror.symlink_to(job.root)
        core.unfold(mirror, folder := mirror / own.relative_to(job.root))
        return folder
    return own


def _failure_sentence(job: Job, error: Exception) -> str:
    """Return a sentence about a failed notebook. Its cell number omits the cell of injected parameters."""
    if isinstance(error, DeadKernelError):
        return f"{job.book} 的内核意外终止（可能内存不足）；请在 JupyterLab 中逐格运行查找原因。"
    if isinstance(error, CellTimeoutError):
        return f"{job.book} 有单元格运行超过{job.options.timeout}秒，已停止；请在 JupyterLab 中查看。"
    if not isinstance(error, PapermillExecutionError):
        return f"{job.book} 未能完成：{error}"
    if error.ename == core.InconsistentReportError.__name__:
        where = "详情见 govreport check；笔记本中断言的，不加 --strict 生成后见审阅本"
        return f"有未处理的勾稽错误，按 --strict 停止，未生成页面；{where}。"
    told = " ".join(re.sub(r"\(\d+\.py, line \d+\)$", "", error.evalue).split())[:300].rstrip("。")
    traced = "\n".join(error.traceback)
    blank = error.source.count("\n", 0, -len(error.source.lstrip()))  # lines above the code, which IPython drops
    lines = [line for line, code in re.findall(r"^第(\d+)行：(.*)", traced, re.MULTILINE) if code in error.source]
    lines += re.findall(rf"In\[{error.exec_count}\]\S*, line (\d+)", traced)
    kind = "" if traced.startswith("错误：") else f"（{error.ename}）"
    place = f"第{max(1, (error.exec_count or 1) - 1)}个代码单元格" + (f"第{int(lines[-1]) + blank}行" if lines else "")
    return f"{job.book} 的{place}出错{kind}{told and f'：{told}'}。"


STEPS = {
    "check": "校验", "execute": "运行笔记本", "read": "读取", "review": "审阅本", "html": "网页", "pdf": "PDF",
    "docx": "Word", "ofd": "OFD", "write": "写入",
}  # fmt: skip
"""The steps of producing a report in order, with their Chinese names."""
Step = Callable[[str], AbstractContextManager[None]]


@contextmanager
def _timed(seconds: dict[str, float], tell: Callable[[str], object], name: str) -> Iterator[None]:
    """Measure the seconds of a step, and tell its name when it begins."""
    tell(STEPS[name])
    start = time.perf_counter()
    try:
        yield
    finally:
        seconds[name] = time.perf_counter() - start


def produce(job: Job, tell: Callable[[str], object] = lambda step: None) -> Outcome:
    """Produce one report. Every error is reported in the outcome and in the record.

    tell: called with the name of each step when the step begins.
    """
    start = time.perf_counter()
    try:
        workplace = Path(tempfile.mkdtemp(prefix=f"{WORKPLACE}{os.getpid()}-")).resolve()
    except OSError as error:  # no place left
        return Outcome(job, checks.FAILED, errors=(_told(error),))
    try:
        with core.watched(job.root, workplace / MIRROR, job.folder) as watch:
            outcome = _produce(job, workplace, tell, watch)
    except Exception as error:  # an error of one report must not stop the batch
        told = _told(error)
        outcome = Outcome(job, checks.FAILED, errors=(told,), notes=_without_successor(job, ()))
        with contextlib.suppress(OSError, core.GovReportError):
            write_record(workplace / job.page("json"), job, watch.states, Made(checks.FAILED, errors=[told]))
            _put_in_place(workplace, job, ())
    finally:
        shutil.rmtree(workplace, ignore_errors=True)
    return replace(outcome, seconds=time.perf_counter() - start)


def _produce(job: Job, workplace: Path, tell: Callable[[str], object], watch: core.Watch) -> Outcome:
    step = partial(_timed, seconds := dict[str, float](), tell)
    core.note(WHOLE_REGISTER, job.project.state_of(WHOLE_REGISTER))
    core.look(job.notebook)  # an input, even if the filing cannot be read and the notebook does not run
    job = job if job.subject else replace(job, subject=subject_of(job.project, job.notebook))
    checked: checks.CheckedReport | None = None  # other notebooks check their own data
    if job.is_report:
        with step("check"):
            checked = checks.check_report(job.project, job.agency, job.year)
    findings, notes = checked.findings if checked else checks.Findings(), list[str]()
    errors = [f.message for f in findings if f.rule == "F1" and f.severity == "error"]
    state = checked.state if checked else checks.MADE
    digest = checks.filing_digest(job.project, job.agency, job.year, checked.prose) if checked else ""
    document: publish.Document | None = None
    review: checks.Review | None = None
    failure, died = "", False
    if not checked or checked.filing:
        with step("execute"):
            if checked:
                checks.hand_over(job.project, checked, watch.states, workplace / "checked")
            kernel, remark = kernel_of(job.notebook)
            notes = [remark] if remark else []
            notebook, failure, died = execute(job, kernel, workplace, watch)
        if not failure:
            with step("read"):
                document = _read(job, notebook, workplace)
                asked = checks.Account((), job.name, job.year, agency=job.agency)
                proof = publish.prove(document, notebook, wanted := checks.Account.of(checked) if checked else asked)
            untold = (note for note in (*proof.notes, *document.notes) if note.rstrip("。") not in proof.sentence)
            notes += (f"{job.book}：{note}" for note in untold)
            findings, state = (told := wanted.asserting(document.asserted)).findings, told.state or state
            if proof.sentence:
                document, failure = None, f"{job.book} {proof.sentence}"
        core.write_text(workplace / job.page("ipynb"), notebook_text(notebook))
        if document:
            review = checks.read_review(job.project, job.agency, job.year, digest, shown_digest(notebook))
            review = replace(review, digest="" if job.place else digest)  # a preview is replaced, nobody answers it
            review_page = partial(publish.review_page, document, review, proof.notes)
            errors += _publish(job, document, review_page, workplace, step)
        errors += [failure] if failure else []
        if changed := [name for name, seen in watch.states.items() if seen == core.CHANGED]:
            errors.append(f"{changed[0]} 在生成过程中有改动，页面可能新旧混杂；请重新运行。")
        state = checks.FAILED if errors else state
    with step("write"):
        made = tuple(name for name in pages(FORMATS, job.stem) if (workplace / name).exists())
        notes += _without_successor(job, made)
        figures = publish.totals_of(checked.filing) if checked and checked.filing else {}
        report = Made(
            state,
            findings,
            errors=errors,
            notes=notes,
            files=made,
            published=document.account.published if document else "",
            filing_digest=digest,
            figures={name: core.json_number(figure) for name, figure in figures.items()},
            fonts=publish.font_set(job.project.fonts).faces if {job.page("pdf"), job.page("ofd")} & {*made} else {},
            seconds={name: round(value, 3) for name, value in seconds.items()},
            review=review,
        )
        state = write_record(workplace / job.page("json"), job, watch.states, report)
        _put_in_place(workplace, job, made)
    summary, done = findings.summary() if checked else job.notebook.stem, (tuple(errors), len(findings.errors))
    return Outcome(job, state, summary, *done, steps=seconds, lost=died, notes=tuple(notes))


def _read(job: Job, notebook: Any, workplace: Path) -> publish.Document:
    """Return a notebook's document, and keep in the notebook what it shows of the project's pictures, and asserts.

    A picture's address begins at the notebook, also at its copy where it ran, or else at the filing.
    """
    mirror, own = workplace / MIRROR, job.notebook.parent
    folders = (mirror / own.relative_to(job.root), own, job.project.data / job.agency / str(job.year))
    pictures = publish.ProjectPictures(folders, (mirror, job.root))
    document = publish.read_document(notebook, project=job.project, find=pictures)
    told: dict[str, Any] = {publish.PICTURES: pictures.found} if pictures.found else {}
    if document.account.state and (document.asserted or document.account.waivers):
        told |= {"findings": document.account.findings.to_json(), "state": document.account.state}
    if told:
        notebook["metadata"].setdefault(core.mime.METADATA, {}).update(told)
    return document


def _publish(
    job: Job, document: publish.Document, review: Callable[[], str], workplace: Path, step: Step
) -> Iterator[str]:
    """Write the pages, and yield one sentence for each that failed. None stops another.

    review: returns the review copy, which is always written for a report, independent of the formats.
    """
    writers: dict[str, Callable[[], str | bytes]] = {
        "review": review,
        "html": lambda: publish.html_page(document),
        "pdf": lambda: publish.pdf_bytes(document, job.project.fonts),
        "docx": lambda: publish.docx_bytes(document, job.project.fonts),
        "ofd": lambda: publish.ofd_bytes(document, job.project.fonts),
    }
    for form in [form for form in writers if form in job.options.formats or (form == "review" and job.is_report)]:
        with step(form):
            try:
                page = writers[form]()
                file = workplace / (REVIEW if form == "review" else job.page(form))
                file.write_bytes(page if isinstance(page, bytes) else page.encode())
            except BaseException as error:  # a panic of Typst's is no Exception; workers are not interrupted
                yield f"未生成 {STEPS[form]}：{_told(error)}"


def _without_successor(job: Job, made: tuple[str, ...]) -> tuple[str, ...]:
    """Return a sentence about earlier pages that are removed because their successors could not be made, or none."""
    names = pages(job.options.formats, job.stem)
    gone = "、".join(name for name in names if name not in made and (job.folder / name).is_file())
    return (f"这次没有生成 {gone}，上次的已过时，已删除；请改正后重新运行。",) if gone else ()


def _put_in_place(workplace: Path, job: Job, made: tuple[str, ...]) -> None:
    """Copy finished files into the report's folder, the record last, and remove outdated pages."""
    folder = job.folder
    folder.mkdir(parents=True, exist_ok=True)
    with core.alone(folder):
        for name in [one for one in (job.page("json"), *pages(FORMATS, job.stem)) if one not in made]:
            (folder / name).unlink(missing_ok=True)
        for name in (*made, job.page("json")):
            with core.written_whole(folder / name) as aside:
                shutil.copyfile(workplace / name, aside)
                with contextlib.suppress(OSError):  # without the time that the record tells, the file is read again
                    shutil.copystat(workplace / name, aside)


def _told(error: BaseException) -> str:
    if isinstance(error, core.GovReportError):
        return str(error)
    if isinstance(error, OSError):
        return core.os_sentence(error)
    first = next(iter(str(error).strip().splitlines()), "没有说明")
    return f"生成时出错（{type(error).__name__}：{first[:200]}）。"
