"""Digests of the inputs of a report. A report is up to date if its digests equal those of the last run."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

from govreport import __version__
from govreport.checks import RULES_FILE as RULES
from govreport.checks import SIGNOFF_FILE as SIGNOFF
from govreport.filing import Agency, Project
from govreport.forms import CHART_YEARS

REASONS = {
    "filing": "资料有改动",
    "last": "上年资料有改动",
    "earlier": "更早年度的数字有改动",
    "members": "所属机构的资料有改动",
    "register": "机构登记有改动",
    "notebook": "笔记本有改动",
    "rules": "规则有改动",
    "forms": "格式有改动",
    "fonts": "字体有改动",
    "program": "程序或所用软件有更新",
    "settings": "参数不同",
}
"""The parts of a report's inputs, each with a message for a change."""

SETTINGS = "settings"
PACKAGES = ("papermill", "nbclient", "ipykernel", "pandas", "matplotlib", "typst", "python-docx")
_FIGURES = ".csv"
_SHORT = 16
_PACKAGE = Path(__file__).parent.parent


class Inputs:
    """The inputs of a project's reports. An instance reads each folder once; use one instance for a whole batch."""

    def __init__(self, project: Project) -> None:
        self._project, self._data = project, str(project.data)
        self._folders: dict[tuple[str, int], tuple[str, str]] = {}
        self._shared = {
            "rules": _digest([project.root / RULES]),
            "forms": _digest(project.catalogue.own),
            "fonts": _digest(sorted(path for path in project.fonts.rglob("*") if path.is_file())),
            "program": program(),
        }
        self._notebooks: dict[Path, str] = {}
        self._members: dict[str, list[Agency]] = {}
        for agency in project.agencies.values():
            self._members.setdefault(agency.parent, []).append(agency)

    def of(
        self, agency: Agency, year: int, notebook: Path, settings: Mapping[str, object] | None = None
    ) -> Mapping[str, str]:
        """Return the digest of each part of a report's inputs, in the order of REASONS.

        settings: parameters that the run passes to the notebook. Raises OSError if a file cannot be read.
        """
        if notebook not in self._notebooks:
            modules = sorted(notebook.parent.rglob("*.py"))  # the notebook may import them
            self._notebooks[notebook] = _digest([notebook, *modules])
        members = self._members.get(agency.slug, [])
        parent = self._project.agencies.get(agency.parent)
        earlier = [self._folder(agency.slug, year - back)[1] for back in range(2, CHART_YEARS)]
        return {
            "filing": self._folder(agency.slug, year)[0],
            "last": self._folder(agency.slug, year - 1)[0],
            "earlier": _joined(earlier) if any(earlier) else "",
            "members": _joined(self._folder(a.slug, year)[0] for a in members) if members else "",
            "register": _joined(repr(relative) for relative in (agency, parent, *members)),
            "notebook": self._notebooks[notebook],
            **self._shared,
            SETTINGS: _joined([json.dumps(dict(settings), sort_keys=True, default=str)]) if settings else "",
        }

    def of_parent(
        self, parent: Agency, year: int, notebook: Path, settings: Mapping[str, object] | None = None
    ) -> Mapping[str, str]:
        """Return the digests for a notebook that runs for a parent agency.

        They cover all agencies below the parent and all years of a trend chart.
        """
        below = list(self._below(parent.slug))
        now, earlier = (
            _joined(self._folder(a.slug, year - back)[0] for a in below for back in years)
            for years in ((0, 1), range(2, CHART_YEARS))
        )
        own = self.of(parent, year, notebook, settings)
        register = _joined(repr(relative) for relative in (parent, *below))
        return {**own, "members": now, "earlier": _joined([own["earlier"], earlier]), "register": register}

    def _below(self, slug: str) -> Iterator[Agency]:
        for member in self._members.get(slug, []):
            yield member
            yield from self._below(member.slug)

    def _folder(self, slug: str, year: int) -> tuple[str, str]:
        """Return two digests: of all files of a filing, and of its figures. They are empty if there are no files.

        A sign-off is not an input, because it does not change the report.
        """
        if (slug, year) not in self._folders:
            contents = _contents(f"{self._data}{os.sep}{slug}{os.sep}{year}")
            figures = [(name, content) for name, content in contents if name.endswith(_FIGURES)]
            self._folders[slug, year] = (_digest_of(contents), _digest_of(figures))
        return self._folders[slug, year]


def joined_digest(inputs: Mapping[str, str]) -> str:
    """Return one digest of all parts except the settings, in the format of ``report.json``."""
    text = "\n".join(f"{part} {inputs.get(part, '')}" for part in REASONS if part != SETTINGS)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def changed_parts(inputs: Mapping[str, str], recorded: Mapping[str, str]) -> list[str]:
    """Return the Chinese names of the parts that differ between two sets of digests."""
    return [told for part, told in REASONS.items() if inputs.get(part, "") != recorded.get(part, "")]


@cache
def versions() -> Mapping[str, str]:
    """Return the versions of the packages that affect a report."""
    return {"govreport": __version__} | {package: version(package) for package in PACKAGES}


@cache
def program() -> str:
    """Return a digest of the package's files, the versions of Python and the libraries, and the available fonts."""
    from govreport.publish import font_set  # noqa: PLC0415

    faces = font_set().faces
    sources = sorted(
        p for p in _PACKAGE.rglob("*") if p.suffix in {".py", ".toml", ".typ", ".html", ".css", ".js", ".xml"}
    )
    return _joined([_digest(sources), platform.python_version(), json.dumps(dict(versions())), json.dumps(dict(faces))])


def _contents(folder: str) -> list[tuple[str, bytes]]:
    """Return a filing's files, sorted by name. Plain system calls are faster: a batch reads thousands of folders."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.name != SIGNOFF and entry.is_file())
    except OSError:
        return []
    return [(name, _read(f"{folder}{os.sep}{name}")) for name in names]


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read()


def _digest(files: Iterable[Path]) -> str:
    """Return a digest of the names and contents of files, or an empty string if there are no files."""
    return _digest_of([(file.name, file.read_bytes()) for file in files if file.is_file()])


def _digest_of(contents: Sequence[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, content in contents:
        digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:_SHORT] if contents else ""


def _joined(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:_SHORT]
