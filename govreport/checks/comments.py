"""Comments of reviewers on places of a report, kept in its ``comments.toml`` and shown on its review copy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from govreport.checks.entry_file import COMMENTS, toml_value
from govreport.checks.findings import Finding, Identity
from govreport.core import COMMENTS_FILE, FilingError, alone, read_text, unwatched, write_text
from govreport.filing import Project, shown_folder

COMMENT = "批注"
"""What stands in the place of a rule's id where a comment is listed among findings."""
RETURNED = "退回"
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Comment:
    """A reviewer's comment.

    by, date: who wrote it and on which day. quote: the sentence that it is about, as plain text; cell: the cell's name;
    both may be empty. resolved: how it was dealt with; the review copy no longer shows it then. verdict: RETURNED where
    it returns the report, which nobody may sign off or publish until that is resolved; else empty.
    nth: which occurrence of the sentence, from 1; 0 for all. report: which report it is of, agency and year; may be
    empty.
    """

    text: str
    by: str
    date: str
    quote: str = ""
    cell: str = ""
    resolved: str = ""
    verdict: str = ""
    nth: int = 0
    report: str = field(default="", compare=False)

    def as_finding(self) -> Finding:
        """Return the comment as the review copy lists it: beside the findings, of the rule COMMENT."""
        place = Identity(COMMENT, (self.cell,) if self.cell else ())
        quote = _PUNCTUATION.sub(r"\\\1", self.quote)  # as Markdown, which findings quote
        return Finding(None, None, "notice", f"{self.text}（{self.by}，{self.date}）", (place,), quote=quote or None)


@unwatched()  # the review copy alone shows them
def read_comments(folder: Path, shown: str) -> tuple[Comment, ...]:
    """Return the comments of a filing's folder, also those that are resolved; none without such a file.

    shown: the folder's name in messages. Raises FilingError with a sentence that names the entry and the key.
    """
    return tuple(Comment(**entry) for entry in COMMENTS.read(folder, shown))


def open_comments(folder: Path, shown: str) -> tuple[Comment, ...]:
    """Return the comments that are not resolved; like `read_comments`."""
    return tuple(comment for comment in read_comments(folder, shown) if not comment.resolved)


def open_returns(folder: Path, shown: str) -> tuple[Comment, ...]:
    """Return the comments that return the report and are not resolved; like `read_comments`."""
    return tuple(comment for comment in open_comments(folder, shown) if comment.verdict == RETURNED)


def comments_told(folder: Path, shown: str) -> str:
    """Return in words how many comments are open, beside those that return the report; empty for none."""
    try:
        number = sum(not comment.verdict for comment in open_comments(folder, shown))
    except FilingError:
        return f"{COMMENT}无法读取"
    return f"{COMMENT}{number}条" if number else ""


def comment_problems(folder: Path, shown: str, has: Callable[[str], bool]) -> Sequence[str]:
    """Return what is wrong with the comments that are not resolved, a sentence each. has: whether there is a cell."""
    try:
        odd = [one.cell for one in open_comments(folder, shown) if one.cell and not has(one.cell)]
    except FilingError as error:
        return error.problems
    return [f"{shown}/{COMMENTS_FILE} 中的单元格“{cell[:80]}”不在格式中，也不在自编表中；请改正名称。" for cell in odd]


def lost_comments(project: Project, agency: str, year: int, page: Path) -> Iterator[Finding]:
    """Yield a notice for each comment on a cell that a page does not have, as its run made it.

    agency: slug; page: its executed notebook; without one nothing is lost.
    """
    if page.is_file():
        shown, text = shown_folder(agency, year), page.read_text(encoding="utf-8", errors="replace")
        for problem in comment_problems(project.root / shown, shown, lambda cell: toml_value(cell) in text):
            yield Finding(agency, year, "notice", problem, (Identity("F1", ()),))


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
        line = f"resolved = {toml_value(how)}\n"
        bare = (re.sub(r"(?m)^resolved *=.*\n?", "", entry).rstrip() for entry in entries)  # a blank one there may be
        texts = [f"{b}\n{line}\n" if mine else e for e, b, mine in zip(entries, bare, own, strict=False)]
        text = "".join([head, *texts]).rstrip() + "\n"
        wanted = [replace(one, resolved=how) if mine else one for one, mine in zip(known, own, strict=True)]
        if len(entries) != len(known) or [Comment(**entry) for entry in COMMENTS.parse(text, name)] != wanted:
            raise FilingError([f"{name} 中有{by}的退回；请在这一条中加 resolved，写明如何处理。"])
        write_text(path, text)
