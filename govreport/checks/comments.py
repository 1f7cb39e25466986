"""Comments of reviewers on places of a report, kept in its ``comments.toml`` and shown on its review copy."""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from govreport.checks.findings import Finding, Identity
from govreport.core import FilingError, alone, read_text, write_text

COMMENTS_FILE = "comments.toml"
COMMENT = "批注"
"""What stands in the place of a rule's id where a comment is listed among findings."""
KEYS = ("text", "by", "date", "quote", "cell", "resolved", "verdict", "nth")
RETURNED = "退回"
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Comment:
    """A reviewer's comment.

    by, date: who wrote it and on which day. quote: the sentence that it is about, as plain text; cell: the cell's name;
    both may be empty. resolved: how it was dealt with; the review copy no longer shows it then. verdict: RETURNED where
    it returns the report, which nobody may sign off or publish until that is resolved; else empty.
    nth: which occurrence of the sentence, from 1; 0 for all.
    """

    text: str
    by: str
    date: str
    quote: str = ""
    cell: str = ""
    resolved: str = ""
    verdict: str = ""
    nth: int = 0

    def as_finding(self, agency: str | None, year: int | None) -> Finding:
        """Return the comment as the review copy lists it: beside the findings, of the rule COMMENT."""
        place = Identity(COMMENT, (self.cell,) if self.cell else ())
        told = f"{self.text}（{self.by}，{self.date}）"
        quote = _PUNCTUATION.sub(r"\\\1", self.quote)  # as Markdown, which findings quote
        return Finding(agency, year, "notice", told, (place,), quote=quote or None)

    def entry(self) -> str:
        """Return the comment as an entry of comments.toml."""
        place = {"quote": self.quote, "nth": self.nth, "cell": self.cell}
        told = {"text": self.text, **place, "verdict": self.verdict, "by": self.by}
        lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in told.items() if value)
        return f"[[comment]]\n{''.join(lines)}date = {self.date}\n"


def read_comments(folder: Path, shown: str) -> tuple[Comment, ...]:
    """Return the comments of a filing's folder, also those that are resolved; none without such a file.

    shown: the folder's name in messages. Raises FilingError with a sentence that names the entry and the key.
    """
    path, name = folder / COMMENTS_FILE, f"{shown}/{COMMENTS_FILE}"
    if not path.exists() or (path.is_file() and not path.stat().st_size):
        return ()
    return parse_comments(read_text(path, name).text, name)


def open_comments(folder: Path, shown: str) -> tuple[Comment, ...]:
    """Return the comments that are not resolved; like `read_comments`."""
    return tuple(comment for comment in read_comments(folder, shown) if not comment.resolved)


def open_returns(folder: Path, shown: str) -> tuple[Comment, ...]:
    """Return the comments that return the report and are not resolved; like `read_comments`."""
    return tuple(comment for comment in open_comments(folder, shown) if comment.verdict == RETURNED)


def resolve_returns(folder: Path, shown: str, by: str, how: str) -> None:
    """Write into the comments that somebody has returned the report with how that was dealt with.

    by: the reviewer. Raises FilingError where the file is written so that it has to be done by hand.
    """
    path, name = folder / COMMENTS_FILE, f"{shown}/{COMMENTS_FILE}"
    with alone(folder):
        known = read_comments(folder, shown)
        own = [not one.resolved and one.verdict == RETURNED and one.by == by for one in known]
        if not any(own):
            return
        head, *entries = re.split(r"(?m)^(?=\[\[comment\]\])", read_text(path, name).text)
        line = f"resolved = {json.dumps(how, ensure_ascii=False)}\n"
        texts = [f"{entry.rstrip()}\n{line}\n" if mine else entry for entry, mine in zip(entries, own, strict=False)]
        text = "".join([head, *texts]).rstrip() + "\n"
        wanted = tuple(replace(one, resolved=how) if mine else one for one, mine in zip(known, own, strict=True))
        if len(entries) != len(known) or parse_comments(text, name) != wanted:
            raise FilingError([f"{name} 中有{by}的退回；请在这一条中加 resolved，写明如何处理。"])
        write_text(path, text)


def parse_comments(text: str, name: str) -> tuple[Comment, ...]:
    """Return the comments of a file's text.

    name: the file's name in messages. Raises FilingError like `read_comments`.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise FilingError([f"{name} 不是可读的 TOML（{error}）；每条应以 [[comment]] 开头。"]) from None
    entries = data.get("comment", [])
    if set(data) - {"comment"} or not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise FilingError([f"{name} 中每条应以 [[comment]] 开头，其下写 {'、'.join(KEYS)}。"])
    return tuple(_read_comment(entry, f"{name} 第{number}条") for number, entry in enumerate(entries, 1))


def _read_comment(entry: dict[str, object], place: str) -> Comment:
    day = entry.get("date")
    if type(day) is not datetime.date:
        raise FilingError([f"{place}的 date 应是日期，如 2024-01-25。"])
    nth = entry.get("nth", 0)
    if type(nth) is not int or nth < 0:
        raise FilingError([f"{place}的 nth 应是整数：所引文字在全文中第几次出现，从1起。"])
    texts = {key: value for key, value in entry.items() if key not in ("date", "nth")}
    for key, value in texts.items():
        if key not in KEYS:
            raise FilingError([f"{place}有不认识的键 {key[:40]}；可用的键：{'、'.join(KEYS)}。"])
        if not isinstance(value, str):
            raise FilingError([f"{place}的 {key} 应是文字。"])
    for key in ("text", "by"):
        if not texts.get(key):
            raise FilingError([f"{place}缺少 {key}；须写明 text、by、date。"])
    if texts.get("verdict", RETURNED) != RETURNED:
        raise FilingError([f"{place}的 verdict 只能是“{RETURNED}”。"])
    return Comment(date=day.isoformat(), nth=nth, **{key: str(value) for key, value in texts.items()})
