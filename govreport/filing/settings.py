"""A project's ``govreport.toml`` and ``templates/``: how its reports are run, what they show and how they look."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from govreport import core
from govreport.forms import Catalogue

SETTINGS_FILE = "govreport.toml"
SCHEMA = core.Schema(Path(__file__).with_name("settings.toml"))
"""What it may hold."""
SHAPING = f"{SETTINGS_FILE}#"
"""Before a key: what the settings say of it, as an input."""
TEMPLATES = {"html": "templates/report.html", "pdf": "templates/report.typ", "docx": "templates/report.docx"}
"""A project's own templates by format; of the last, the styles count."""
STYLES = "word/styles.xml"
MEDIA = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
LIGHTEST = 170_000
"""Of colours of type: their luminance (ITU-R BT.601) in thousandths of 255."""
MOST_BYTES = 4_000_000
"""Most bytes of an emblem or of a template."""


@dataclass(frozen=True)
class Appearance:
    """How pages look: the keys of ``[page]``, and a project's own templates.

    numerals: of dates, ``arabic`` or ``chinese``. letterhead: ``plain``, or ``red``: the agency's name in red above the
    title. emblem: a file of the project; once read, an address that holds the picture. colour, chart_colours: like
    ``#b3191f``, empty for the usual ones. header, footer: Markdown around web pages. templates: texts by format.
    """

    numerals: str = "arabic"
    letterhead: str = "plain"
    emblem: str = ""
    colour: str = ""
    chart_colours: tuple[str, ...] = ()
    header: str = ""
    footer: str = ""
    templates: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return what is not as usual."""
        return {key: value for key, value in asdict(self).items() if value != vars(Appearance())[key]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Appearance:
        """Return an appearance from its JSON, which anybody may have written. Raises ProjectError if it is none."""
        SCHEMA.check(dict(data), "appearance", lambda key, what: core.ProjectError(f"{key} {what}。"))
        return cls(**{**data, "chart_colours": tuple(data.get("chart_colours", ()))})


@dataclass(frozen=True)
class Settings:
    """The settings of a project, by the keys of its file; None and 0 where it says nothing.

    timeout: of a cell, in seconds; memory: of a notebook, in megabytes. charts: keys of charts that reports show.
    characters: most characters of a part, by its number. similarity, count_change, money_change: thresholds; remarks:
    the kinds of remark on changes that are shown.
    """

    formats: tuple[str, ...] = ()
    jobs: int = 0
    timeout: int = 0
    memory: int = 0
    charts: tuple[str, ...] | None = None
    characters: Mapping[int, int] = field(default_factory=dict)
    similarity: Decimal | None = None
    count_change: Decimal | None = None
    money_change: Decimal | None = None
    remarks: tuple[str, ...] | None = None
    page: Appearance = field(default_factory=Appearance)

    def state(self, key: str) -> str:
        """Return the state of what a key holds as an input: a digest of its content, not of how it is written."""

        def plain(held: object) -> object:
            return str(held.normalize()) if isinstance(held, Decimal) else vars(held)

        return core.sha256(json.dumps(vars(self).get(key), sort_keys=True, default=plain))[:16]


SHAPING_KEYS = {each.name for each in fields(Settings)} - set(SCHEMA.keys("run"))


class ProjectSettings(Settings):
    """Settings of which each key becomes an input when it is asked for, except for how reports are run."""

    def __getattribute__(self, name: str) -> Any:
        if name in SHAPING_KEYS:
            core.note(f"{SHAPING}{name}", self.state(name))
        return super().__getattribute__(name)


def project_text(root: Path, name: str) -> str:
    """Return the text of a file in a project's folder that says what is not as usual; it may be empty or not there."""
    return core.read_text(root / name, name, remedy="").text if (root / name).exists() else ""


def read_settings(root: Path, catalogue: Catalogue) -> ProjectSettings:
    """Return what a project's ``govreport.toml`` says; it need not exist.

    catalogue: the editions whose charts it may name.
    Raises ProjectError with a sentence for each mistake, which names the line.
    """
    with core.in_project_file():
        return _read(project_text(root, SETTINGS_FILE), catalogue)


@lru_cache(maxsize=8)
def _read(text: str, catalogue: Catalogue) -> ProjectSettings:
    data = core.parse_toml(text, SETTINGS_FILE, "请改正后再运行", _finite)
    charts = {key: None for form in catalogue.editions.values() for key in form.charts}
    most = max(len(form.parts) for form in catalogue.editions.values())

    def error(key: str, what: str) -> core.ProjectError:
        section = key.partition(".")[0]
        known = SCHEMA.keys(section if "." in key else "settings")
        told = f"{what}；可用的键：{'、'.join(known)}" if what == core.UNKNOWN_KEY else what
        return core.ProjectError(f"{SETTINGS_FILE} 第{core.line_of(text, key)}行的 {''.join(key.split())}：{told}。")

    def check(entry: tuple[str, Any]) -> None:
        section, values = entry
        SCHEMA.check({section: values}, "settings", error)
        if not is_legible(values.get("colour", "#000000")):
            raise error(f"{section}.colour", "颜色太浅，在白纸上看不清；请改用深一些的颜色")
        for part in values.get("characters", ()):
            if int(part) > most:
                raise error(f"{section}.characters.{part}", f"报告只有{most}个部分；请改正序号")
        for number, key in enumerate(values.get("charts", ()), 1):
            if key not in charts:
                raise error(f"{section}.charts[{number}]", f"没有名为“{key[:40]}”的图；可用的有 {'、'.join(charts)}")

    sections = {name: found for name, found in data.items() if isinstance(found, dict) and found}
    entries = ((name, {key: value}) for name, found in sections.items() for key, value in found.items())
    others = ((name, found) for name, found in data.items() if name not in sections)
    core.read_each(check, [*entries, *others], lambda problems: core.ProjectError("\n".join(problems)))
    stated = {key: value for section in ("run", "report", "check") for key, value in data.get(section, {}).items()}
    stated["characters"] = {int(part): most for part, most in stated.get("characters", {}).items()}
    return ProjectSettings(**_frozen(stated), page=Appearance(**_frozen(data.get("page", {}))))


def is_legible(colour: str) -> bool:
    """Whether type in a colour stands out from white paper.

    >>> is_legible("#b3191f"), is_legible("#ffffff"), is_legible("#ffd700")
    (True, False, False)
    """
    red, green, blue = bytes.fromhex(colour[1:])
    return 299 * red + 587 * green + 114 * blue <= LIGHTEST


def _finite(text: str) -> Decimal:
    if not (number := Decimal(text)).is_finite():
        raise ValueError(f"{text} 不是确定的数")
    return number


def _frozen(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


def read_appearance(root: Path, settings: Settings) -> Appearance:
    """Return how a project's pages look, with the content of its emblem and of its templates.

    Raises ProjectError for a file that cannot be read or lies outside of the project.
    """
    page = settings.page
    if emblem := page.emblem:
        with core.unwatched():
            line = core.line_of(core.read_text(root / SETTINGS_FILE, SETTINGS_FILE).text, "page.emblem")
        data = base64.b64encode(_content(root, emblem, f"{SETTINGS_FILE} 第{line}行的 page.emblem：")).decode()
        emblem = f"data:{MEDIA[Path(emblem).suffix.lower()]};base64,{data}"
    present = {form: name for form, name in TEMPLATES.items() if (root / name).exists() or (root / name).is_symlink()}
    return replace(page, emblem=emblem, templates={form: _template(root, name) for form, name in present.items()})


def _content(root: Path, name: str, told: str = "") -> bytes:
    """Return the bytes of a file of the project. told: stands before its name in messages."""
    path = root / name
    if not core.real_path(path).is_relative_to(core.real_path(root)):
        raise core.ProjectError(f"{told}{name} 在项目文件夹之外；请把文件放进项目中。")
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise core.ProjectError(f"{told}没有文件 {name}，或它大于{MOST_BYTES // 1_000_000}MB；请放入文件或改正名称。")
    return path.read_bytes()


def _template(root: Path, name: str) -> str:
    """Return the text of a template, of a Word document that of its styles."""
    data = _content(root, name)
    try:
        if name.endswith(".docx"):
            with zipfile.ZipFile(io.BytesIO(data)) as package, package.open(STYLES) as part:
                data = part.read(MOST_BYTES)
        text = data.decode("utf-8-sig")
    except (zipfile.BadZipFile, LookupError, ValueError, NotImplementedError, RuntimeError, EOFError):
        kind = "Word 文档（docx）" if name.endswith(".docx") else "UTF-8 文本"
        raise core.ProjectError(f"{name} 不是可读的 {kind}；请另存后再运行。") from None
    if not text.strip():
        raise core.ProjectError(f"{name} 是空文件；请从原有的模板改起，或删去它。")
    return text
