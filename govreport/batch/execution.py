"""Executing a report's notebook through papermill, in a working folder of its own."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from govreport.batch.engine.papermill_engine import GovReportEngine, OutputTooLargeError
from govreport.batch.job import Job
from govreport.core import InconsistentReportError, mime
from govreport.publish import account_json

ENGINE = "govreport"
papermill_engines.register(ENGINE, GovReportEngine)


class Failure(NamedTuple):
    """Why a notebook failed, in one sentence; and whether its process died, which may be no fault of its own."""

    sentence: str
    died: bool = False


def execute(job: Job, workplace: Path) -> tuple[Any, Failure | None]:
    """Run a job's notebook; return what is written of it, as far as it came, and why it failed if it did.

    workplace: a folder of the report's own, in which the executed notebook is left.
    """
    os.environ["GOVREPORT_PROJECT"] = str(job.root)
    target = workplace / job.executed
    failure: Failure | None = None
    seen: list[Any] = []

    def over(notebook: Any) -> None:
        _describe(notebook, job)
        seen.append(notebook)

    try:
        papermill.execute_notebook(
            str(job.notebook),
            str(target),
            engine_name=ENGINE,
            parameters={job.subject: job.agency, "year": job.year, **job.settings},
            cwd=str(_working_folder(job, workplace)),
            progress_bar=False,
            request_save_on_cell_execute=False,
            execution_timeout=job.options.timeout,
            memory=job.options.memory,
            over=over,
            extra_arguments=["--IPKernelApp.log_level=40"],
        )
    except PapermillExecutionError as error:
        failure = Failure(_told(job, error))
    except DeadKernelError:
        told = f"笔记本 {job.notebook.name} 的内核意外终止（可能内存不足）；请在 JupyterLab 中逐格运行查找原因。"
        failure = Failure(told, died=True)
    except CellTimeoutError:
        told = f"笔记本 {job.notebook.name} 有单元格运行超过{job.options.timeout}秒，已停止；请在 JupyterLab 中查看。"
        failure = Failure(told)
    except OutputTooLargeError as error:
        failure = Failure(f"笔记本 {job.notebook.name} 未能完成：{error}")
    if seen and not target.exists():  # papermill writes nothing of a notebook whose kernel died
        nbformat.write(seen[0], target)  # type: ignore[no-untyped-call]
    return json.loads(target.read_bytes()) if seen else None, failure


def _describe(notebook: Any, job: Job) -> None:
    """Let a notebook name its places within the project and hold the report's account as metadata."""
    details = notebook.metadata.get("papermill", {})
    details["input_path"] = job.notebook.relative_to(job.root).as_posix()
    details["output_path"] = (job.folder / job.executed).relative_to(job.root).as_posix()
    if account := account_json(notebook):
        notebook.metadata[mime.METADATA] = {**notebook.metadata.get(mime.METADATA, {}), **account}


def _working_folder(job: Job, workplace: Path) -> Path:
    """Return a folder that looks like the notebook's own within the project, by links.

    Relative paths lead where they do in JupyterLab, but what a notebook writes beside itself does not stay,
    and one that deletes its folder harms no other. Where links are not allowed, the notebook's own folder.
    """
    mirror, own = workplace / "project", job.notebook.parent
    within = own.relative_to(job.root)
    chain = [job.root, *(job.root / folder for folder in reversed(within.parents[:-1])), own]
    try:
        for folder in chain:
            (mirror / folder.relative_to(job.root)).mkdir()
            for entry in folder.iterdir():
                if entry not in chain:
                    (mirror / entry.relative_to(job.root)).symlink_to(entry)
    except OSError:
        return own
    return mirror / within


def _told(job: Job, error: PapermillExecutionError) -> str:
    """Return a sentence for a notebook that raised; the injected parameters are a cell of their own."""
    if error.ename == InconsistentReportError.__name__:
        return "有未处理的勾稽错误，按 --strict 停止，未生成页面；govreport check 查看详情。"
    told = " ".join(str(error.evalue or error.ename).split())[:300].rstrip("。")
    return f"笔记本 {job.notebook.name} 的第{max(1, (error.exec_count or 1) - 1)}个代码单元格出错：{told}。"
