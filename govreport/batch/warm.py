"""Warming a process up: everything imported and read that every report needs, so that its forks need not."""

from __future__ import annotations

import io
import sys
import threading


def warm() -> None:
    """Import, read and draw once what reports need; without threads, and without compiling a document.

    After a compilation by Typst a forked process would wait for ever. Raises RuntimeError when something
    has started a thread.
    """
    import pandas as pd  # noqa: PLC0415
    import papermill  # noqa: F401, PLC0415

    from govreport.batch import forked_kernel, produce  # noqa: F401, PLC0415
    from govreport.forms import editions  # noqa: PLC0415
    from govreport.publish.fonts import font_set  # noqa: PLC0415

    editions()
    font_set()
    frame = pd.DataFrame({"a": ["x", "y"], "v": [1, 2]})
    frame._repr_html_()  # type: ignore[operator]
    pd.read_csv(io.StringIO("a,b\n1,2\n"))
    forked_kernel.prepare()
    if threading.active_count() > 1:
        names = ", ".join(thread.name for thread in threading.enumerate())
        raise RuntimeError(f"{sys.executable} has threads after warming up: {names}")
