"""Reading many files: each by itself, by several processes where they are worth their start."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from functools import partial
from pathlib import Path

from govreport.core import FilingError
from govreport.exchange import ImportedReport, faults_told, read_published
from govreport.forms import Catalogue

MANY = 12
"""Files that are worth the second that processes need to start, and most of these processes."""


def readings(paths: Sequence[Path], year: int, catalogue: Catalogue) -> Iterator[Callable[[], ImportedReport]]:
    """Yield for each file what gives the report in it; many files are read by a process for each processor."""
    if len(paths) < MANY:
        yield from (partial(_read, path, year, catalogue) for path in paths)
        return
    with ProcessPoolExecutor(min(os.cpu_count() or 1, MANY), multiprocessing.get_context("spawn")) as pool:
        try:
            futures = [pool.submit(_read, path, year, catalogue) for path in paths]
            yield from (partial(_outcome, *each) for each in zip(paths, futures, strict=True))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _read(path: Path, year: int, catalogue: Catalogue) -> ImportedReport:
    """Return the report in a file; raise nothing but GovReportError, which every process can hand over."""
    with faults_told(str(path)):
        return read_published(path, str(path), year, catalogue)


def _outcome(path: Path, reading: Future[ImportedReport]) -> ImportedReport:
    try:
        return reading.result()
    except BrokenExecutor:
        raise FilingError([f"{path} 未能读取，因为读取的进程意外退出；请单独导入。"]) from None
