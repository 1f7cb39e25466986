"""A reviewer's answer, a JSON file that the review copy saves: what is accepted, comments, and a verdict."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from unicodedata import category

from govreport.checks.acceptance import all_findings, numbered_finding, waiver_of, write_waivers
from govreport.checks.comments import RETURNED, Comment, open_comments, read_comments
from govreport.checks.entry_file import COMMENTS, is_name
from govreport.checks.findings import Finding
from govreport.checks.signoff import GIVEN_BACK, VOIDED, SignOff, filing_digest, read_signoff, require_no_return, sign
from govreport.checks.waivers import read_waivers
from govreport.core import COMMENTS_FILE, SIGNOFF_FILE, FilingError, Schema, read_date, read_text, unwatched
from govreport.filing import OWN, Filing, Project, shown_folder

AGREED = "同意"
ACCEPT, CHANGE = "accept", "change"
LARGEST, LONGEST = 1_000_000, 2000
"""Bytes of an answer's file, letters of a quote in it."""


@dataclass(frozen=True)
class Answer:
    """What a reviewer answered to one review copy.

    digest: of the filing that the review copy showed; copy: of that copy, see `Review`; by, day: the reviewer's name
    and the day. verdict: AGREED, RETURNED or empty; accepted, changes: reasons by the code of the finding.
    """

    agency: str
    year: int
    digest: str
    copy: str
    by: str
    day: datetime.date
    verdict: str
    accepted: Mapping[str, str]
    changes: Mapping[str, str]
    comments: tuple[Comment, ...]


@dataclass(frozen=True)
class Weighed:
    """An answer that was compared with a filing, and may be brought in.

    accepted: findings of the filing that the answer accepts, by code; comments: all that it says. Of an answer all of
    which was there already, nothing is left: what others have said since does not make it new again.
    """

    answer: Answer
    filing: Filing
    accepted: Mapping[str, Finding]
    comments: tuple[Comment, ...]

    @property
    def signs(self) -> bool:
        """Whether it signs the report off, and has not yet."""
        return self.answer.verdict == AGREED

    def is_new(self, project: Project) -> bool:
        """Whether the project does not have all of it yet."""
        known = read_signoff(project, self.filing.agency, self.filing.year)
        signed = known and known.holds and self.answer.by in known.by.split("、")
        unsigned = self.answer.verdict == AGREED and not signed
        return unsigned or any(self.unwritten(project))

    def unwritten(self, project: Project) -> tuple[list[str], list[Comment]]:
        """Return the codes of accepted findings that no waiver names yet, and the comments that are not there yet."""
        shown = shown_folder(self.filing.agency, self.filing.year)
        waived = {waiver.finding for waiver in read_waivers(project.root / shown, shown)}
        told = {replace(comment, resolved="") for comment in read_comments(project.root / shown, shown)}
        codes = [code for code in self.answer.accepted if code not in waived]
        return codes, [comment for comment in dict.fromkeys(self.comments) if comment not in told]


@dataclass(frozen=True)
class Review:
    """What reviewers have said of a filing so far.

    digest: of the filing, which an answer names; empty where no answer is asked for; copy: of what the review
    copy shows. comments: those not resolved; state: of their file, no later than they were read, so that what comes
    after it is seen as a change; problem: why they cannot be read.
    """

    signoff: SignOff | None = None
    digest: str = ""
    copy: str = ""
    comments: tuple[Comment, ...] = ()
    state: str = ""
    problem: str = ""


@unwatched()  # the review copy alone shows it, and is written anew with it
def read_review(project: Project, agency: str, year: int, digest: str, copy: str = "") -> Review:
    """Return what reviewers have said of a filing.

    agency: slug; digest: of the filing as it is now; copy: see `Review`.
    """
    state = project.state_of(f"{(shown := shown_folder(agency, year))}/{COMMENTS_FILE}", ":")
    review = Review(read_signoff(project, agency, year, digest), digest, copy, state=state)
    try:
        return replace(review, comments=open_comments(project.root / shown, shown))
    except FilingError as error:
        return replace(review, problem=str(error))


def read_answer(path: Path) -> Answer:
    """Return the answer of a file, which may come from anybody.

    Raises FilingError with a sentence that names the file, and the field that is wrong, where it is none.
    """

    def error(key: str, what: str = "") -> FilingError:
        field = re.sub(r"\[(\d+)\]\.", r" 第\1条的 ", key)
        where = f"有误的是 {field}{what}" if key else "不是 JSON 对象"
        told = f"审阅本保存的审阅意见，或内容不完整（{where}）；请在审阅本中重新保存"
        return FilingError([f"{path.name} 不是{told}。"])

    text = read_text(path, path.name, LARGEST, "请在审阅本中重新保存").text
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise error("") from None
    SCHEMA.check(data, "answer", lambda key, _: error(key))
    by, day = _shown(data["by"]).strip(), read_date(data["date"]) or datetime.date.min
    reasons: dict[str, dict[str, str]] = {ACCEPT: {}, CHANGE: {}}
    for number, told in enumerate(data["findings"], 1):
        code = _shown(told["finding"])
        if any(code in answered for answered in reasons.values()):
            raise error(f"findings[{number}].finding", "，与前面的重复")
        reasons[told["answer"]][code] = " ".join(_shown(told["reason"]).split())
    comments = tuple(
        Comment(text, by, day.isoformat(), _shown(told["quote"])[:LONGEST], _shown(told["cell"]), nth=int(told["nth"]))
        for told in data["comments"]
        if (text := _shown(told["text"]).strip())
    )
    texts = {key: _shown(data[key]) for key in ("agency", "digest", "copy", "verdict")}
    year, accepted, changes = int(data["year"]), reasons[ACCEPT], reasons[CHANGE]
    return Answer(year=year, by=by, day=day, accepted=accepted, changes=changes, comments=comments, **texts)


def _is_typed(text: str) -> bool:
    """Whether a text has no letters that nobody types, such as control characters."""
    return all(letter.isspace() or category(letter) not in ("Cc", "Cs") for letter in text)


def _shown(text: str) -> str:
    """Return a text with only what a page shows; letters of private use are shown."""
    return "".join(one for one in text if one.isprintable() or one.isspace() or category(one) == "Co")


SCHEMA = Schema(
    Path(__file__).with_suffix(".toml"),
    {
        "typed": _is_typed,
        "filled": lambda text: _shown(text).strip(),
        "name": lambda text: _is_typed(text) and is_name(_shown(text).strip()),
        "day": read_date,
    },
)


def weigh_answer(project: Project, answer: Answer, copy_of: Callable[[str, int], str], today: datetime.date) -> Weighed:
    """Return what an answer would change in the project as it is now; nothing is written.

    copy_of: returns the digest of a report's present review copy; a sign-off or a word on findings is of that alone.
    Raises FilingError or ProjectError where the answer is to another filing than the present one or to another review
    copy of it, dated in the future, on cells that are not there, and where its reviewer agrees though errors remain.
    """
    from govreport.checks.checking import check_report  # noqa: PLC0415, a tenth of a second: NumPy

    agency, year = project.agency(answer.agency).slug, answer.year
    checked = check_report(project, agency, year)
    filing, findings = checked.readable_filing(), all_findings(project, checked)
    which, shown = f"{agency} {year}", shown_folder(agency, year)
    if answer.day > today + datetime.timedelta(1):  # it is tomorrow elsewhere
        raise FilingError([f"审阅日期 {answer.day} 在今天之后；请在审阅本中改正后重新保存。"])
    for comment in answer.comments:
        if comment.cell and comment.cell not in filing.form.cells and not comment.cell.startswith(OWN):
            raise FilingError([f"批注的单元格“{comment.cell[:80]}”不在格式中；请在审阅本中重新保存。"])
    listed = {finding.code: finding for finding in findings}
    comments = [_asked(listed[c], why, answer) for c, why in answer.changes.items() if c in listed] + [*answer.comments]
    if answer.verdict == RETURNED:
        comments.append(Comment("退回修改。", answer.by, answer.day.isoformat(), verdict=RETURNED))
    weighed = Weighed(answer, filing, {}, tuple(comments))
    if not answer.changes.keys() - listed.keys() and not weighed.is_new(project):
        return replace(weighed, answer=replace(answer, verdict="", accepted={}), comments=())
    if filing_digest(project, agency, year, checked.prose) != answer.digest:
        raise FilingError([f"{which} 的资料在审阅之后有改动；请重新生成审阅本，再审一遍。"])
    weighty = answer.verdict == AGREED or answer.accepted or answer.changes
    if weighty and answer.copy != (copy_of(agency, year) or None):
        raise FilingError([f"{which} 的审阅本在审阅之后重新生成过，或已不在；请用现在的审阅本再审一遍。"])
    named = {code: numbered_finding(findings, code, which) for code in (*answer.accepted, *answer.changes)}
    left = [finding for finding in findings.errors if finding.code not in answer.accepted]
    if answer.verdict == AGREED and (left or answer.changes):
        told = f"还有{len(left)}项错误未处理" if left else f"又要求修改{len(answer.changes)}处"
        raise FilingError([f"结论是{AGREED}，{told}；请在审阅本中改正后重新保存。"])
    if answer.verdict == AGREED:
        require_no_return(project.root / shown, shown, answer.by)
    return replace(weighed, accepted={code: named[code] for code in answer.accepted})


def apply_answer(project: Project, weighed: Weighed) -> str:
    """Bring an answer into the project: waivers, comments and the sign-off; all of it or, with an error, nothing.

    Returns in words what was written, empty where nothing of it is new.
    """
    answer, agency, year = weighed.answer, weighed.filing.agency, weighed.filing.year
    shown = shown_folder(agency, year)
    folder, agreed = project.root / shown, weighed.signs
    if not weighed.is_new(project):
        return ""
    if agreed:
        require_no_return(folder, shown, answer.by)
    signed = read_signoff(project, agency, year)
    accepted, fresh = weighed.unwritten(project)
    if accepted:
        waivers = [waiver_of(weighed.accepted[code], answer.accepted[code], answer.by, answer.day) for code in accepted]
        write_waivers(project, weighed.filing, waivers)
    if fresh:
        named = (replace(comment, report=f"{agency}/{year}") for comment in fresh)
        COMMENTS.append(folder, shown, [*map(COMMENTS.entry, named)])
    if returned := any(comment.verdict for comment in fresh):
        (folder / SIGNOFF_FILE).unlink(missing_ok=True)
    if agreed:
        sign(project, agency, year, answer.by, answer.day)
    verdict = "，已签审" if agreed else f"，{GIVEN_BACK}" if returned else ""
    void = VOIDED if signed and signed.holds and (accepted or returned) else ""
    return f"接受意见{len(accepted)}条，批注{len(fresh) - returned}条{verdict}。{void}"


def _asked(finding: Finding, reason: str, answer: Answer) -> Comment:
    """Return the comment that asks for a change of what a finding is about: its sentence, or its first suspected cell.

    A repair may begin elsewhere than what does not add up, which is what the comment names.
    """
    text = f"请修改（{finding.rule}）：{reason or finding.headline or finding.message}"
    suspects = finding.suggestion["cells"] if finding.suggestion else finding.cells
    quote = finding.quote or "" if finding.is_of_prose else ""
    cell = "" if quote else next((name for name in finding.cells if name in suspects), "")
    return Comment(text, answer.by, answer.day.isoformat(), quote, cell)
