"""Project: the folders data/, notebooks/, output/ and fonts/, and the register of agencies."""

from __future__ import annotations

import csv
import io
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from govreport import core
from govreport.filing.cell_table import tidy_cells
from govreport.filing.filing import Filing, meant
from govreport.filing.folder import NARRATIVE, read_filing, shown_folder
from govreport.filing.narrative import ORDINALS, parse_narrative
from govreport.filing.settings import SHAPING, Appearance, Settings, read_appearance, read_settings
from govreport.filing.table_files import header_faults, letters
from govreport.forms import Catalogue

if TYPE_CHECKING:
    import pandas as pd

ANNUAL = "annual_report"
"""Name of the notebook that makes the annual report itself."""
REGISTER = "data/agencies.csv"
WHOLE_REGISTER = f"{REGISTER}#"
"""The whole register: not an input by itself, but as long as it is the same, none of its lines has changed."""
REGISTER_HEADER = ("slug", "name", "short_name", "parent", "kind", "scope")
OPTIONAL = ("from", "to", "succeeds", "contact")
AGENCY_KINDS = {"government": "政府", "department": "部门", "township": "乡镇街道"}
SCOPES = {"own": "本机关", "members": "含所属机构"}
_SLUG = re.compile(r"(?![0-9]{4}$)[a-z0-9][a-z0-9-]{0,62}")
_YEAR = re.compile(r"(19|20)\d\d")


class UnknownAgencyError(core.ProjectError, core.UnknownNameError):
    """The register has no agency of a name."""


@dataclass(frozen=True)
class Agency:
    """One line of the register.

    parent: slug of the government above it, or empty. kind: government, department or township.
    scope: ``own``, or ``members`` if its filing is the sum of its members' filings. founded, dissolved: years.
    succeeds: slugs of the agencies that it takes over, parted by blanks.
    contact: whom to remind; no report shows it, so that none depends on it.
    """

    slug: str
    name: str
    short_name: str
    parent: str
    kind: str
    scope: str
    founded: int | None = None
    dissolved: int | None = None
    succeeds: str = ""
    contact: str = field(default="", repr=False)

    def exists_in(self, year: int) -> bool:
        """Whether the agency exists in a year, according to the register."""
        return (self.founded or year) <= year <= (self.dissolved or year)

    def absence(self, year: int) -> str:
        """Return a clause that the register does not have the agency in a year; empty where it has."""
        return "" if self.exists_in(year) else f"按 {REGISTER} 的 from 或 to，{self.short_name}{year}年不存在"


def _folder(name: str) -> cached_property[Path]:
    return cached_property(lambda project: project.root / name)


@dataclass(frozen=True)
class Project:
    """A project folder, which contains ``data/agencies.csv``.

    data, notebooks, output, fonts: the folders of the filings, of the notebooks, of the results of runs, and of the
    project's own fonts; the last two need not exist.
    """

    root: Path
    data, notebooks, output, fonts = map(_folder, ("data", "notebooks", "output", "fonts"))

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", Path(self.root))

    @classmethod
    def find(cls, start: Path | str | None = None) -> Project:
        """Return the project that contains a folder: the nearest parent folder with ``data/agencies.csv``.

        start: a folder or file inside the project; by default the environment variable
        GOVREPORT_PROJECT or the working folder.
        Raises ProjectError if neither the folder nor a folder above it is a project.
        """
        core.require(start or "", (str, Path), "项目应是文件夹的路径")
        named = "" if start else os.environ.get("GOVREPORT_PROJECT", "")
        origin = Path(start or named or Path.cwd()).absolute()
        if named and not origin.exists():
            raise core.ProjectError(f"没有文件夹 {origin}；请检查路径，或先运行 govreport init 文件夹名。")
        with core.unwatched():
            for folder in (origin, *origin.parents):
                if (folder / REGISTER).is_file():
                    return cls(folder.resolve())
        told = f"{origin} 及其上级文件夹中没有 {REGISTER}"
        raise core.ProjectError(f"{told}；请进入项目文件夹，或先运行 govreport init 文件夹名。")

    @classmethod
    def near(cls, start: Path | str | None = None) -> Project | None:
        """Return the project that contains a folder, like `find`, but None if there is no project."""
        with suppress(core.ProjectError):
            return cls.find(start)
        return None

    def notebook(self, name: str, agency: str) -> Path:
        """Return the notebook with a name: an agency's own in ``notebooks/<slug>/`` if it exists, or the common one."""
        own = self.notebooks / agency / f"{name}.ipynb"
        return own if own.is_file() else self.notebooks / f"{name}.ipynb"

    @property
    def catalogue(self) -> Catalogue:
        """The known editions of the form: the package's and those in ``forms/``. Each access uses the current files.

        Raises FormError, which names the file and its wrong key.
        """
        return Catalogue.read(self.root / "forms")

    @property
    def settings(self) -> Settings:
        """What ``govreport.toml`` says. Raises ProjectError with a sentence for each mistake, which names the line."""
        with core.unwatched():
            return read_settings(self.root, self.catalogue)

    @property
    def appearance(self) -> Appearance:
        """How pages look, with the content of the emblem and of own templates. Raises ProjectError like `settings`."""
        return read_appearance(self.root, self.settings)

    @property
    def agencies(self) -> Mapping[str, Agency]:
        """The agencies by slug, in the register's order. Raises ProjectError, which names the line of a mistake.

        A page that reads this depends on the whole register. `agency` and `members` depend on some lines only.
        """
        core.look(self.root / REGISTER)
        return self._register

    @cached_property
    def _register(self) -> Mapping[str, Agency]:
        with core.unwatched(), core.in_project_file():
            return read_register(core.read_text(self.root / REGISTER, REGISTER, remedy="请登记各机构").text)

    def members(self, slug: str) -> tuple[Agency, ...]:
        """Return the direct members of an agency, in the register's order."""
        return self._asked(f"{slug}/")

    def named_in(self, text: str, agency: Agency) -> dict[str, Agency]:
        """Return the agencies that a text may name, by slug, with an agency and those that it succeeds."""
        chain = [agency]
        for each in chain:
            formers = (former for slug in each.succeeds.split() for former in self._asked(slug))
            chain += [former for former in formers if former not in chain]
        return {each.slug: each for each in (*self._asked(f"?{letters(text)}"), *chain)}

    def _asked(self, question: str) -> tuple[Agency, ...]:
        lines = self._lines(question)
        core.note(f"{WHOLE_REGISTER}{question}", core.sha256(repr(lines))[:16])
        return lines

    def state_of(self, name: str, seen: str = "") -> str:
        """Return the present state of something that was read, by the name under which a watch counts it.

        name: a path or a module, see `state_again`; SHAPING with a key; WHOLE_REGISTER, or lines of it: a slug after
        it, with a slash for its members, or ``?`` and the letters of a text for the agencies that it may name.
        seen: an earlier state of a path.
        """
        if name.startswith(SHAPING):
            return self.settings.state(name.removeprefix(SHAPING))
        if not name.startswith(WHOLE_REGISTER):
            return core.state_again(str(self.root), name, seen)
        with core.unwatched():
            if name == WHOLE_REGISTER:
                return core.state_again(str(self.root), REGISTER)
            return core.sha256(repr(self._lines(name.removeprefix(WHOLE_REGISTER))))[:16]

    def _lines(self, question: str) -> tuple[Agency, ...]:
        register, asked = self._register, question.rstrip("/")
        if question.startswith("?"):
            return tuple(agency for agency, names in self._spelled if any(name in asked for name in names))
        if question.endswith("/"):
            return tuple(agency for agency in register.values() if agency.parent == asked)
        return (register[asked],) if asked in register else ()

    @cached_property
    def _spelled(self) -> list[tuple[Agency, tuple[str, str]]]:
        """The agencies with the letters of their names."""
        return [(each, (letters(each.name), letters(each.short_name))) for each in self._register.values()]

    def agency(self, name: str) -> Agency:
        """Return an agency by slug, name or short name.

        Raises UnknownAgencyError, which suggests the most similar name, if the register has no such agency.
        """
        core.require(name, str, "机构应是代号或名称，写在年度之前")
        if name in self._register:
            return self._asked(name)[0]
        every = self.agencies.values()
        named = [a for a in every if name == a.name] or [a for a in every if name == a.short_name]
        if len(named) > 1:
            slugs = "、".join(agency.slug for agency in named)
            raise core.ProjectError(f"{REGISTER} 中有{len(named)}个机构名为“{name}”；请用代号指明：{slugs}。")
        if named:
            return named[0]
        names = [text for a in every for text in (a.slug, a.name, a.short_name)]
        told = meant(name, names, "govreport list 列出全部机构", 0.8)
        raise UnknownAgencyError(f"{REGISTER} 中没有机构“{name}”；{told}。")

    def has(self, slug: str, year: int) -> bool:
        """Whether an agency has a folder for a year."""
        return bool(_YEAR.fullmatch(str(year))) and (self.data / slug / str(year)).is_dir()

    def years(self, slug: str) -> tuple[int, ...]:
        """Return the years for which an agency has a folder, oldest first."""
        try:
            with os.scandir(self.data / slug) as entries:
                found = [e for e in entries if _YEAR.fullmatch(e.name) and (e.is_symlink() or e.is_dir())]
        except OSError:
            return ()
        return tuple(sorted(int(e.name) for e in found if not e.is_symlink() or self.has(slug, int(e.name))))

    def reports(self, agencies: tuple[str, ...] = (), years: tuple[int, ...] = ()) -> list[tuple[Agency, int]]:
        """Return agencies and years that have filings, in the register's order.

        agencies: slugs or names, all if empty; years: all if empty.
        Raises ProjectError for an unknown agency, for a year that a named agency has no filing for, and for a year
        without any filing.
        """
        for year in years:
            core.require(year, *core.YEAR)
        found = []
        for agency in dict.fromkeys([self.agency(name) for name in agencies] or self.agencies.values()):
            present = [y for y in sorted({*years}) if self.has(agency.slug, y)] if years else self.years(agency.slug)
            missing = [year for year in years if year not in present]
            if agencies and (missing or not present):
                raise core.ProjectError(self._no_year(agency, missing[0] if missing else None))
            found += [(agency, year) for year in present]
        if not found and not years:
            raise core.ProjectError("data/ 中还没有任何年度的资料；请照 data/机构代号/年度/ 放入表格和 narrative.md。")
        if absent := {*years}.difference(year for _, year in found):
            raise core.ProjectError(f"data/ 中没有任何机构 {min(absent)} 年的资料；govreport list 列出已有年度。")
        return found

    @property
    def namesakes(self) -> Mapping[str, tuple[str, ...]]:
        """Names that several agencies of one year have, each with their slugs."""
        named = dict[str, list[Agency]]()
        for agency in sorted(self.agencies.values(), key=lambda agency: agency.founded or 0):
            named.setdefault(agency.name, []).append(agency)
        return {
            name: tuple(agency.slug for agency in found)
            for name, found in named.items()
            if any(before.exists_in(after.founded or 0) for before, after in pairwise(found))
        }

    @property
    def unregistered(self) -> tuple[str, ...]:
        """Folders of data/ with years, and of notebooks/ with agencies' own notebooks, that the register does not name.

        Runs ignore them.
        """
        books = self.notebooks
        own = {path.parent.name for book in books.glob("*.ipynb") for path in books.glob(f"[!.]*/{book.name}")}
        filed = {path.name for path in self.data.iterdir() if path.is_dir() and self.years(path.name)}
        places = ((self.data.name, filed), (self.notebooks.name, own))
        return tuple(f"{place}/{name}" for place, names in places for name in sorted(names - self.agencies.keys()))

    @property
    def closed(self) -> tuple[str, ...]:
        """The agencies whose folder is none, or cannot be opened, such as a link to itself; they count as not filed."""
        there = [slug for slug in self.agencies if os.path.lexists(self.data / slug)]
        return tuple(slug for slug in there if not os.access(self.data / slug / ".", os.R_OK | os.X_OK))

    def filing(self, agency: str, year: int) -> Filing:
        """Read the filing of an agency and year.

        Raises ProjectError if there is no filing, FilingError if it cannot be read.
        """
        entry = self.agency(agency)
        core.require(year, *core.YEAR)
        folder = self.data / entry.slug / str(year)
        if not folder.is_dir():
            raise core.ProjectError(self._no_year(entry, year))
        shown, inside = shown_folder(entry.slug, year), (core.real_path(self.root), core.real_path(self.data))
        with os.scandir(folder) as found:
            links = {f"{shown}/{each.name}": each.path for each in found if each.is_symlink()}
        for name, path in {shown: str(folder), **links}.items():
            if not any(map(core.real_path(path).is_relative_to, inside)):
                raise core.FilingError([f"{name} 是指向项目之外的链接；请放入文件本身。"])
        return read_filing(folder, entry.slug, entry.name, year, self.catalogue)

    def readable(self, slug: str, year: int) -> Filing | None:
        """Return the filing of an agency and year, None where there is none or it cannot be read."""
        with suppress(core.FilingError):
            return self.filing(slug, year) if self.has(slug, year) else None
        return None

    def last_filing(self, agency: str, year: int) -> Filing | None:
        """Return the filing of the year before, or None if there is no such filing.

        Raises FilingError if the filing exists but cannot be read.
        """
        slug = self.agency(agency).slug
        return self.filing(slug, year - 1) if self.has(slug, year - 1) else None

    def contact(self, agency: Agency) -> str:
        """Return whom to ask about an agency's reports: by the register, else by its newest filing that tells it."""
        for year in () if agency.contact else reversed(self.years(agency.slug)):
            path, shown = self.data / agency.slug / str(year) / NARRATIVE, shown_folder(agency.slug, year)
            with suppress(core.FilingError):
                text = core.read_text(path, shown).text
                if "contact" in text and (found := parse_narrative(text, shown, len(ORDINALS)).contact):
                    return found
        return agency.contact

    def frame(self, *named: str | int) -> pd.DataFrame:
        """Return the cells of filings as a tidy table: a row for each cell, also the blank ones.

        named: agencies (slugs or names) and years (numbers); all where none is named.
        A `value` is a Decimal in its `unit` (empty for counts), None where the cell is blank or cannot be read; then
        `problem` says why. `edition` is that of the cell's table.
        A filing that cannot be read is left out with a warning. Raises ProjectError like `reports`.

        >>> frame = Project(Path.cwd()).frame("shili-education", 2023)
        >>> frame[frame.cell == "applications.new.total"].value.tolist()
        [Decimal('19')]
        """
        agencies = tuple(name for name in named if isinstance(name, str))
        frame, problems = tidy_cells(self, agencies, tuple(name for name in named if not isinstance(name, str)))
        for problem in problems:
            warnings.warn(problem, stacklevel=2)
        return frame

    def _no_year(self, agency: Agency, year: int | None) -> str:
        present = "、".join(str(y) for y in self.years(agency.slug))
        has = f"已有 {present} 年" if present else "该机构还没有任何年度的资料"
        what = f" {year} 年" if year else ""
        where = f"data/{agency.slug}/{year or '年度'}/"
        return f"没有“{agency.short_name}”（{agency.slug}）{what}的资料；{has}，资料应放在 {where}。"


@lru_cache(maxsize=4)
def read_register(text: str) -> dict[str, Agency]:
    """Parse the text of a register and return its agencies by slug.

    Raises ProjectError with a sentence for each mistake, which names the line.
    """
    reader = csv.DictReader(io.StringIO(text), strict=True)
    expected = f"应为 {','.join(REGISTER_HEADER)}，可加 {','.join(OPTIONAL)}"
    problems, agencies, typed = list[str](), dict[str, Agency](), set[str]()
    try:
        header = tuple(reader.fieldnames or ())
        wrong = header_faults(header, (*REGISTER_HEADER, *OPTIONAL), REGISTER_HEADER)
        problems += [f"{REGISTER} 第1行{what}；{expected}。" for what in wrong]
        for record in () if wrong else reader:
            if any((value or "").strip() for value in record.values() if isinstance(value, str)):
                line = {key: str(value).strip() for key, value in record.items()}
                is_whole = None not in record and None not in record.values()
                found = list(_mistakes(line)) if is_whole else [f"的格数与表头不符；{expected}"]
                found += [f"的代号 {line['slug']} 重复；请改用其他代号"] if line["slug"] in typed else []
                problems += [f"{REGISTER} 第{reader.line_num}行{what}。" for what in found]
                typed.add(line["slug"])
                if not found:
                    agencies[line["slug"]] = _agency(line)
    except csv.Error:
        problems.append(f"{REGISTER} 第{reader.reader.line_num}行不是可读的 CSV（引号不配对？）；{expected}。")
    for agency in agencies.values():
        named = ("parent", agency.parent), *(("succeeds", slug) for slug in agency.succeeds.split())
        lost = [f"的 {what} 为“{slug}”，但没有这个机构" for what, slug in named if slug and slug not in typed]
        problems += [f"{REGISTER} 中 {agency.slug} {told}；请补登或改正。" for told in lost]
        above, parent = {agency.slug}, agency.parent
        while parent in agencies and parent not in above:
            above.add(parent)
            parent = agencies[parent].parent
        if parent == agency.slug:
            problems.append(f"{REGISTER} 中 {agency.slug} 的 parent 绕回到它自己；请改正隶属关系。")
    if problems:
        raise core.ProjectError("\n".join(problems))
    return agencies


def _mistakes(text: Mapping[str, str]) -> Iterator[str]:
    """Yield a clause for each mistake in a line of the register."""
    if not _SLUG.fullmatch(text["slug"]):
        yield f"的代号“{text['slug'][:40]}”应由小写字母、数字和连字符组成，不能是四位数字，如 civil-affairs"
    if not text["name"]:
        yield "缺少机构名称 name"
    for key, choices in (("kind", AGENCY_KINDS), ("scope", SCOPES)):
        if text[key] not in choices:
            yield f"的 {key} 为“{text[key][:40]}”，应是 {'、'.join(choices)} 之一"
    for key in ("from", "to"):
        if text.get(key) and not _YEAR.fullmatch(text[key]):
            yield f"的 {key} 为“{text[key][:40]}”，应是四位年份"
    if text.get("from") and text.get("to") and text["from"] > text["to"]:
        yield f"的 from {text['from'][:40]} 晚于 to {text['to'][:40]}；请改正"


def _agency(text: Mapping[str, str]) -> Agency:
    written = {key: text[key] for key in REGISTER_HEADER} | {"short_name": text["short_name"] or text["name"]}
    founded, dissolved = (int(text[key]) if text.get(key) else None for key in ("from", "to"))
    others = {"succeeds": re.sub("[;；]", " ", text.get("succeeds", "")), "contact": text.get("contact", "")}
    return Agency(**written, founded=founded, dissolved=dissolved, **others)
