"""A reviewer's answer, a JSON file that the review copy saves: what is accepted, comments, and a verdict."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from govreport.checks.acceptance import append_entries, numbered_finding, waiver_of, write_waivers
from govreport.checks.checking import check_report
from govreport.checks.comments import COMMENTS_FILE, Comment, parse_comments, read_comments
from govreport.checks.findings import Finding, require_text
from govreport.checks.signoff import SignOff, filing_digest, is_name, read_signoff, sign
from govreport.core import FilingError, GovReportError, read_date
from govreport.filing import Project, shown_folder

AGREED, RETURNED = "同意", "退回"
ACCEPT, CHANGE = "accept", "change"
LARGEST, LONGEST, MOST = 1_000_000, 2000, 1000
"""Bytes of an answer's file, letters of a text in it, and entries of a list in it."""
RETURNED_WITH = "退回修改。"


@dataclass(frozen=True)
class Answer:
    """What a reviewer answered to one review copy.

    digest: of the filing that the review copy showed; by, day: the reviewer's name and the day.
    verdict: AGREED, RETURNED or empty; accepted, changes: reasons by the code of the finding.
    """

    agency: str
    year: int
    digest: str
    by: str
    day: datetime.date
    verdict: str
    accepted: Mapping[str, str]
    changes: Mapping[str, str]
    comments: tuple[Comment, ...]


@dataclass(frozen=True)
class Effect:
    """What an answer changed: numbers of waivers and of comments written, and whether the report was signed off."""

    agency: str
    year: int
    waivers: int
    comments: int
    signed: bool


@dataclass(frozen=True)
class Review:
    """What reviewers have said of a filing so far.

    digest: of the filing, which an answer names; empty where no answer is asked for. comments: those not resolved;
    problem: why they cannot be read.
    """

    signoff: SignOff | None = None
    digest: str = ""
    comments: tuple[Comment, ...] = ()
    problem: str = ""


def read_review(project: Project, agency: str, year: int, digest: str) -> Review:
    """Return what reviewers have said of a filing.

    agency: slug; digest: of the filing as it is now.
    """
    signoff = read_signoff(project, agency, year, digest)
    try:
        comments = read_comments(project.data / agency / str(year), shown_folder(agency, year))
    except FilingError as error:
        return Review(signoff, digest, problem=str(error))
    return Review(signoff, digest, comments)


def read_answer(path: Path) -> Answer:
    """Return the answer of a file, which may come from anybody.

    Raises FilingError with a sentence that names the file, where it is none.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(path)
        data = json.loads(path.read_text(encoding="utf-8-sig"))
        by, day = _text(data["by"]).strip(), read_date(require_text(data["date"]))
        verdict, year = require_text(data["verdict"]), data["year"]
        if not is_name(by) or day is None or verdict not in ("", AGREED, RETURNED) or type(year) is not int:
            raise ValueError(by)
        findings, comments = data["findings"], data["comments"]
        if max(len(findings), len(comments)) > MOST:
            raise ValueError(path)
        reasons: dict[str, dict[str, str]] = {ACCEPT: {}, CHANGE: {}}
        for told in findings:
            reasons[told["answer"]][require_text(told["finding"])] = " ".join(_text(told["reason"]).split())
        if not all(reasons[ACCEPT].values()):
            raise ValueError(path)
        remarks = tuple(
            Comment(
                _text(told["text"]).strip(),
                by,
                day.isoformat(),
                _text(told["quote"]),
                _text(told["cell"]),
                nth=_count(told.get("nth", 0)),
            )
            for told in comments
        )
        agency, digest = require_text(data["agency"]), require_text(data["digest"])
    except OSError:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        told = "审阅本保存的审阅意见，或内容不完整；请在审阅本中重新保存"
        raise FilingError([f"{path.name} 不是{told}。"]) from None
    remarks = tuple(comment for comment in remarks if comment.text)
    return Answer(agency, year, digest, by, day, verdict, reasons[ACCEPT], reasons[CHANGE], remarks)


def _text(value: object) -> str:
    """Return a text of bounded length without control characters. Raises TypeError or ValueError for anything else."""
    text = require_text(value)
    if len(text) > LONGEST or not all(letter.isprintable() or letter.isspace() for letter in text):
        raise ValueError(text[:LONGEST])
    return text


def _count(value: object) -> int:
    """Return a whole number from 0. Raises ValueError for anything else."""
    if type(value) is not int or value < 0:
        raise ValueError(value)
    return value


def apply_answer(project: Project, answer: Answer, name: str) -> Effect:
    """Bring an answer into the project: waivers, comments and the sign-off; all of it or, with an error, nothing.

    name: the file's name, for messages.
    Raises FilingError where the answer is to another filing than the present one, and where its reviewer agrees though
    errors remain.
    """
    try:
        return _apply(project, answer)
    except GovReportError as error:
        raise FilingError([f"{name} 没有写入：{error}"]) from None


def _apply(project: Project, answer: Answer) -> Effect:
    checked = check_report(project, answer.agency, answer.year)
    filing, findings, agency = checked.readable_filing(), checked.findings, checked.agency.slug
    which, shown = f"{agency} {answer.year}", shown_folder(agency, answer.year)
    if filing_digest(project, agency, answer.year, checked.prose) != answer.digest:
        raise FilingError([f"{which} 的资料在审阅之后有改动；请重新生成审阅本，再审一遍。"])
    named = {code: numbered_finding(findings, code, which) for code in (*answer.accepted, *answer.changes)}
    left = [finding for finding in findings.errors if finding.code not in answer.accepted]
    if answer.verdict == AGREED and (left or answer.changes):
        told = f"还有{len(left)}项错误未处理" if left else f"又要求修改{len(answer.changes)}处"
        raise FilingError([f"结论是{AGREED}，{told}；请在审阅本中改正后重新保存。"])
    waivers = [waiver_of(named[code], reason, answer.by, answer.day) for code, reason in answer.accepted.items()]
    comments = [*(_asked(named[code], reason, answer) for code, reason in answer.changes.items()), *answer.comments]
    if answer.verdict == RETURNED:
        comments.append(Comment(RETURNED_WITH, answer.by, answer.day.isoformat()))
    known = read_comments(project.root / shown, shown)  # an answer that is brought in twice says nothing new
    fresh = [comment.entry() for comment in comments if comment not in known]
    if waivers:
        write_waivers(project, filing, waivers)
    if fresh:
        append_entries(project.root / shown / COMMENTS_FILE, f"{shown}/{COMMENTS_FILE}", fresh, parse_comments)
    if answer.verdict == AGREED:
        sign(project, agency, answer.year, answer.by, answer.day)
    return Effect(agency, answer.year, len(waivers), len(fresh), answer.verdict == AGREED)


def _asked(finding: Finding, reason: str, answer: Answer) -> Comment:
    """Return the comment that asks for a change of what a finding is about."""
    text = f"请修改（{finding.rule}）：{reason or finding.headline or finding.message}"
    cell = "" if finding.quote else next(iter(finding.cells), "")
    return Comment(text, answer.by, answer.day.isoformat(), finding.quote or "", cell)
