"""What runs leave while they write, and its removal when they were killed."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path

import psutil

from govreport.core import HOST, UNFINISHED

WORKPLACE = f"govreport-{HOST}-"
"""Prefix of the temporary folders in which reports are made; the maker's process id follows."""


def remove_unfinished(output: Path) -> None:
    """Remove what earlier runs on this machine left unfinished when they were killed, not what another is making."""
    aside = f"{UNFINISHED}{HOST}-"
    places = [(path, aside) for path in output.rglob(f"{aside}*")]
    places += [(path, WORKPLACE) for path in Path(tempfile.gettempdir()).glob(f"{WORKPLACE}*")]
    for left, prefix in places:
        maker = left.name.removeprefix(prefix).split("-")[0]
        if maker.isdigit() and not psutil.pid_exists(int(maker)):
            with contextlib.suppress(OSError):
                shutil.rmtree(left) if left.is_dir() else left.unlink()
