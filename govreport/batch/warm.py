"""Warming a process up: everything imported, read and drawn once that reports need, so that its forks need not."""

from __future__ import annotations

import io
import os
import sys
import threading
from dataclasses import replace
from typing import Any

from govreport.batch.engine.kernel import BACKEND, prepare  # nothing here that loads pandas


def warm() -> None:
    """Make the kernel and rehearse the example's reports, without threads and without compiling a document.

    After a compilation by Typst a forked process would wait for ever. Raises RuntimeError when something
    has started a thread.
    """
    os.environ["MPLBACKEND"] = BACKEND  # read when matplotlib is imported
    shell: Any = prepare().shell
    with shell.builtin_trap:  # libraries ask at their import whether they are in a notebook
        import papermill  # noqa: F401, PLC0415
        from matplotlib import pyplot  # noqa: F401, PLC0415

        from govreport.batch import execution, produce  # noqa: F401, PLC0415
        from govreport.batch.engine import client, papermill_engine  # noqa: F401, PLC0415
        from govreport.publish import font_set  # noqa: PLC0415

        font_set()
        _rehearse(shell)
    if threading.active_count() > 1:
        names = ", ".join(thread.name for thread in threading.enumerate())
        raise RuntimeError(f"{sys.executable} has threads after warming up: {names}")


def _rehearse(shell: Any) -> None:
    """Check, show and publish the example's reports, one of them spoilt, up to the document that a PDF is set from."""
    import pandas as pd  # noqa: PLC0415

    from govreport.checks import check_filings  # noqa: PLC0415
    from govreport.notebook import (  # noqa: PLC0415
        EXAMPLE,
        Report,
        example_project,
    )
    from govreport.publish import html_page, read_document, review_page  # noqa: PLC0415

    project = example_project()
    frame = pd.read_csv(io.StringIO("a,b\n1,2\n")).set_index("a")
    for year in project.years(EXAMPLE):
        report = Report.open(EXAMPLE, year, project.root)
        tables = [report.table(name) for name in report.filing.form.tables]
        charts = [chart for name in report.filing.form.charts if (chart := report.chart(name))]
        shown = [report, report.findings, report.section(1), *tables, *charts, frame]
        cells = [shell.display_formatter.format(thing) for thing in shown]
        outputs = [{"output_type": "display_data", "data": data, "metadata": told} for data, told in cells]
        cell = {"cell_type": "code", "metadata": {}, "source": "", "outputs": outputs}
        document = read_document({"cells": [cell], "metadata": {}})
        html_page(document)
        review_page(document)
    filing = report.filing.current
    name = next(name for name, figure in filing.cells.items() if figure)
    check_filings([(replace(filing, cells={**filing.cells, name: None}), report.last)])
    shell.run_cell("1 + 1\n", silent=True)
    shell.user_ns.pop("_", None)
