"""Files beside a filing that people write entry by entry: its waivers, comments and sign-offs."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from govreport import core

LONGEST_NAME = 50
LATEST = 30
"""Years after the reported one in which somebody may still deal with a report."""


def is_name(name: str) -> bool:
    """Whether a text may be somebody's name: one printable line, not too long."""
    return bool(name.strip()) and len(name) <= LONGEST_NAME and name.isprintable()


def require_name(by: str, whose: str) -> str:
    """Return the name that ``--by`` gives. Raises ProjectError for none.

    whose: in Chinese, for the message.
    """
    if not is_name(name := by.strip()):
        raise core.ProjectError(f"--by 的值不对，应是{whose}姓名，不超过{LONGEST_NAME}字。")
    return name


FORMATS: Mapping[str, Callable[[str], Any]] = {"filled": str.strip, "day": core.read_date, "name": is_name}
SCHEMA = core.Schema(Path(__file__).with_name("entries.toml"), FORMATS)
"""What an entry of each kind may hold."""


@dataclass(frozen=True)
class EntryFile:
    """A TOML file with an array of tables.

    name: of the file; kind: of its entries, as the schema has it. may_be_one: whether the file may be an entry by
    itself; else it may be empty. limit: bytes that it may have.
    """

    name: str
    kind: str
    may_be_one: bool = False
    limit: int = 2_000_000

    def read(self, folder: Path, shown: str) -> list[dict[str, Any]]:
        """Return the entries in a filing's folder, none where it has no such file; an empty or blank value is left out.

        shown: the folder's name in messages. Raises FilingError with a sentence for each entry that is wrong; it names
        the key; for one of another report; and for a date before the reported year or long after it.
        """
        path, name = folder / self.name, f"{shown}/{self.name}"
        if not path.exists():
            return []
        remedy = "请删去它，再由 govreport sign 写入" if self.may_be_one else ""
        return self._fitting(self.parse(core.read_text(path, name, self.limit, remedy).text, name), shown)

    def _fitting(self, entries: list[dict[str, Any]], shown: str) -> list[dict[str, Any]]:
        """Return the entries of a filing. Raises FilingError for those of another report and impossible dates."""
        report, year = "/".join(shown.split("/")[-2:]), int(shown.rpartition("/")[2])
        foreign = [entry["report"] for entry in entries if entry.get("report", report) != report]
        problems = [f"中有 {other} 的，不是这份报告的；请删去，或改正 report" for other in dict.fromkeys(foreign)]
        told = f"应是{year}年度报告的处理日期，不早于{year}年，不晚于{year + LATEST}年"
        days = (entry["date"] for entry in entries if not 0 <= int(entry["date"][:4]) - year <= LATEST)
        problems += [f"中的 date {day} 不对；{told}" for day in days]
        if problems:
            raise core.FilingError([f"{shown}/{self.name} {problem}。" for problem in problems])
        return entries

    def parse(self, text: str, name: str) -> list[dict[str, Any]]:
        """Return the entries of a file's text.

        name: the file's name in messages. Raises FilingError like `read`.
        """
        must = f"每条应以 [[{self.kind}]] 开头"
        data = core.parse_toml(text, name, must, Decimal)
        if self.may_be_one and self.kind not in data:
            data = {self.kind: [data]}
        entries = data.get(self.kind, [])
        is_array = isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)
        if data.keys() - {self.kind} or not is_array or (self.may_be_one and not entries):
            raise core.FilingError([f"{name} 中{must}，其下写 {'、'.join(SCHEMA.keys(self.kind))}。"])
        placed = ((f"{name} 第{number}条", entry) for number, entry in enumerate(entries, 1))
        return core.read_each(lambda one: self._checked(*one), placed, core.FilingError)

    def _checked(self, place: str, entry: Mapping[str, Any]) -> dict[str, Any]:
        written = {key: value for key, value in entry.items() if value not in ("", [], {}) and not str(value).isspace()}
        if isinstance(written.get("date"), datetime.date):
            written["date"] = str(written["date"])

        def error(key: str, what: str) -> core.FilingError:
            known = "、".join(SCHEMA.keys(self.kind))
            told = {core.MISSING: f"缺少 {key}", core.UNKNOWN_KEY: f"有不认识的键 {key[:40]}；可用的键：{known}"}
            return core.FilingError([f"{place}{told.get(what, f'的 {key} {what}')}。"])

        SCHEMA.check(written, self.kind, error)
        return written | {"date": str(core.read_date(written["date"]))}

    def entry(self, of: Any) -> str:
        """Return an entry as TOML: a dataclass's fields but for those that are as usual; an ISO date is one."""
        own = {field.name: (getattr(of, field.name), field.default) for field in fields(of)}
        given = {key: value for key, (value, usual) in own.items() if value != usual}
        lines = (f"{key} = {value if value and key == 'date' else toml_value(value)}\n" for key, value in given.items())
        return f"[[{self.kind}]]\n{''.join(lines)}"

    def append(self, folder: Path, shown: str, entries: Sequence[str]) -> str:
        """Write those entries that are not there yet behind those in a filing's folder. Return the file's name.

        shown: the folder's name in messages; the result has it too.
        Raises FilingError where nothing can be written behind what is there.
        """
        path, name = folder / self.name, f"{shown}/{self.name}"
        with core.alone(folder):
            before = core.read_text(path, name).text.rstrip() if path.exists() else ""
            fresh = (entry for entry in map(str.rstrip, entries) if entry not in before)
            text = "\n\n".join(filter(None, [before, *fresh])) + "\n"
            try:
                written = self.parse(text, name)
            except core.FilingError:
                must = f"请把其中各条改为以 [[{self.kind}]] 开头"
                raise core.FilingError([f"{name} 的写法使后面不能再加一条；{must}。"]) from None
            self._fitting(written, shown)
            core.write_text(path, text)
        return name


WAIVERS, COMMENTS = EntryFile("waivers.toml", "waiver"), EntryFile(core.COMMENTS_FILE, "comment")
SIGNOFF = EntryFile(core.SIGNOFF_FILE, "signer", may_be_one=True, limit=10_000)


def toml_value(value: Any) -> str:
    """Return a value as TOML; a text is written as in JSON."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{toml_value(key)} = {toml_value(each)}' for key, each in value.items())} }}"
    return core.write_figure(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)
