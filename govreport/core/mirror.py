"""The mirror of a project: a folder of links that stands for it, where what a notebook writes is the notebook's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from govreport.core.textfile import alone


def unfold(mirror: Path, path: Path) -> None:
    """Put folders of links, and at last a copy of a file, in place of the links on the way to a path.

    mirror: a link to the project, or what this function has made of it. Links to places within it stay as they are.
    path: within the mirror; it need not exist. What is written to it from then on leaves the project as it is.
    """
    with alone(mirror.parent):  # a notebook's threads and children may write at the same time
        for place in (*reversed(path.parents), path):
            if place.is_relative_to(mirror) and place.is_symlink():
                target = place.resolve()
                if target.is_relative_to(mirror):
                    continue
                place.unlink()
                if target.is_dir():
                    place.mkdir()
                    for entry in target.iterdir():
                        (place / entry.name).symlink_to(entry)
                elif target.exists():
                    shutil.copy(target, place)
