"""The inputs of a report: whatever making it read. A report is up to date as long as all of it is as it was."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from govreport import __version__
from govreport.core import ABSENT, FOLDER, REVIEWED, sha256, state_again, unwatched
from govreport.filing import SHAPING, WHOLE_REGISTER, Project

PROGRAM, SETTINGS, FILES = "program", "settings", "files"
"""The parts of a report's inputs in its record."""
PROGRAM_CHANGED, SETTINGS_CHANGED, FORMER_RECORD = "程序或所用软件有更新", "参数不同", "记录由旧版本写成"
PACKAGES = ("papermill", "nbclient", "ipykernel", "pandas", "matplotlib", "typst", "lxml")
_PACKAGE = Path(__file__).parent.parent
_REQUIRED = re.compile(r"^Requires-Dist: ([\w.-]+)(?!.*extra ==)", re.MULTILINE)


class Inputs:
    """The present state of what reports read. An instance looks at each path once; use one for a whole batch."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.standing: dict[tuple[str, int], dict[str, Any]] = {}  # records that are known to be up to date
        self._state = cache(project.state_of)
        self._name_of = cache(lambda path: path.relative_to(project.root).as_posix())
        self._register = project.state_of(WHOLE_REGISTER)

    def changes(self, record: Mapping[str, Any], notebook: Path, settings: Mapping[str, object] | None = None) -> str:
        """Return in Chinese which inputs of a report changed since its record was written, or an empty string.

        notebook: the notebook that makes it now; settings: what the run passes to it, None if they do not matter.
        """
        inputs = record.get("inputs", {})
        files = inputs.get(FILES)
        if not isinstance(files, dict):
            return FORMER_RECORD
        book = self._name_of(notebook)
        same = files.get(WHOLE_REGISTER) == self._register
        changed = [
            name.partition("#")[0] if name.startswith((WHOLE_REGISTER, SHAPING)) else name
            for name, seen in files.items()
            if not (name.startswith(WHOLE_REGISTER) and (same or name == WHOLE_REGISTER))
            and self._state(name, seen) != seen
        ]
        changed += [] if book in files else [book]
        more = f"等{number}处" if (number := len(set(changed))) > 1 else ""
        told = [f"{changed[0]} {more}有改动"] if changed else []
        told += [PROGRAM_CHANGED] if inputs.get(PROGRAM) != program() else []
        told += [SETTINGS_CHANGED] if settings is not None and inputs.get(SETTINGS) != settings_digest(settings) else []
        return "、".join(told)


@unwatched()
def recorded_inputs(root: Path, states: Mapping[str, str], settings: Mapping[str, object]) -> dict[str, Any]:
    """Return a report's inputs for its record: states of paths, the program, and what the run passed on.

    What is absent from a folder whose names are an input is left out: should it come, those names are others.
    """
    listed = {name: os.listdir(root / name) for name, seen in states.items() if seen.startswith(f"{FOLDER}:")}  # noqa: PTH208
    same = {name: names for name, names in listed.items() if state_again(str(root), name) == states[name]}

    def counts(name: str, seen: str) -> bool:
        folder, _, own = name.rpartition("/")
        return seen != ABSENT or own.startswith(".") or own in REVIEWED or own in same.get(folder, (own,))

    files = {name: seen for name, seen in sorted(states.items()) if counts(name, seen)}
    return {PROGRAM: program(), SETTINGS: settings_digest(settings), FILES: files}


def joined_digest(inputs: Mapping[str, Any]) -> str:
    """Return one digest of all inputs except the settings, in the format of ``report.json``."""
    text = json.dumps({part: value for part, value in inputs.items() if part != SETTINGS}, sort_keys=True)
    return f"sha256:{sha256(text)}"


def settings_digest(settings: Mapping[str, object]) -> str:
    """Return a digest of what a run passes to the notebook; empty if it passes nothing."""
    return sha256(json.dumps(dict(settings), sort_keys=True, default=str))[:16] if settings else ""


@cache
def versions() -> Mapping[str, str]:
    """Return the versions of the packages that readers of a record ask for first."""
    return {"govreport": __version__} | {package: version(package) for package in PACKAGES}


@cache
@unwatched()  # it looks through the folders of modules
def program() -> str:
    """Return a digest of all that shapes pages beside the project.

    That is the package's files, the versions of Python and of the libraries that the package needs, and the machine's
    fonts for the page. What else a notebook imports is among its own inputs.
    """
    from govreport.publish import font_set  # noqa: PLC0415

    sources = (path for path in sorted(_PACKAGE.rglob("*")) if path.is_file() and path.suffix != ".pyc")
    shaping = (path for path in sources if "starter_files" not in path.parts)
    files = [f"{path.name} {sha256(path.read_bytes())}" for path in shaping]
    return sha256("\0".join([*files, platform.python_version(), *sorted(_libraries()), *font_set().files]))[:16]


def _libraries() -> Iterator[str]:
    """Yield name and version of each installed library that the package needs, or that one of these needs."""
    folders = [Path(entry) for entry in reversed(sys.path) if entry and Path(entry).is_dir()]
    infos = {_plain(path.name.partition("-")[0]): path for folder in folders for path in folder.glob("*.dist-info")}
    needed, seen = {"govreport"}, set[str]()
    while needed:
        seen.add(name := needed.pop())
        if name in infos:
            yield infos[name].stem
            head = (infos[name] / "METADATA").read_text(encoding="utf-8", errors="replace").partition("\n\n")[0]
            needed |= {_plain(found) for found in _REQUIRED.findall(head)} - seen


def _plain(name: str) -> str:
    return name.replace("_", "-").replace(".", "-").lower()
