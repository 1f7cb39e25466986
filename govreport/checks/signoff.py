"""Sign-off: a reviewer's word that a filing may be published, kept in its ``review.toml``.

It holds for what was signed: a digest of figures, prose, waivers and whatever the prose prints stands beside the name.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govreport.checks.acceptance import all_findings
from govreport.checks.comments import open_returns, resolve_returns
from govreport.checks.entry_file import SIGNOFF, require_name
from govreport.checks.filing_files import filing_files
from govreport.checks.prose.printing import picture_states
from govreport.checks.report_states import CONSISTENT, DOUBTFUL, SIGNED
from govreport.checks.waivers import WAIVERS_FILE as WAIVERS
from govreport.core import COMMENTS_FILE, FilingError, GovReportError, alone, read_text, sha256, unwatched, write_text
from govreport.filing import Agency, Project, render_prose, shown_folder
from govreport.forms import CHART_YEARS

MOST_SIGNERS = 20
SHARED = ("*.toml", "forms/*.toml")
"""Files that all pages of a project depend on."""
OF_REPORT, OF_OTHERS = "登记表", "登记表（含所属机构）"
"""What a page reads of the register: its own lines if it is a report, else those of the members as well."""
CHANGED = "签审后资料有改动，签审已失效"
FORMER = "签审由以前的版本写入，没有记下是哪个机构、哪一年度的报告；请核对后重新签审"
REPRINTED = "签审后格式的标题、表头或单位有改动，签审已失效"
MOVED = "签审的是 {}，不是这份报告"
VOIDED = "原有的签审随之失效。"
GIVEN_BACK = "已退回"
RESOLVED = "已由本人签审"


@dataclass(frozen=True)
class SignOff:
    """A reviewer's sign-off: by whom, on which day, of files with which digest.

    by: names of several signers are joined by ``、``, and the latest day counts. form: the digest of what the form
    printed, see `form_digest`; empty in a sign-off of an earlier version, which did not tell it. problem: why it does
    not hold, in a Chinese clause; empty where it does.

    >>> str(SignOff("李审核", "2024-01-25"))
    '李审核，2024-01-25'
    """

    by: str = ""
    date: str = ""
    digest: str = ""
    form: str = ""
    problem: str = ""

    @property
    def holds(self) -> bool:
        """Whether the filing is still the one that was signed."""
        return not self.problem

    def to_json(self) -> dict[str, Any]:
        """Return the sign-off as report.json tells it."""
        return {"by": self.by, "date": self.date, "problem": self.problem}

    def __str__(self) -> str:
        who = f"{self.by}，{self.date}" if self.by else ""
        return f"{self.problem}（{who}）" if who and self.problem else self.problem or who


def filing_digest(project: Project, agency: str, year: int, prose: Mapping[int, str] | None = None) -> str:
    """Return which report a reviewer signs, and the digest of a filing's files and of all else that its text prints.

    agency: slug; prose: its parts with figures filled in, where they are known. The text prints the agency's name,
    figures of last year, and pictures. What the notebook adds of its own, such as charts, is not part of it. Encoding,
    byte order mark and line ends of figures, prose and waivers do not count, so that a filing that was saved again as
    it is stays signed.
    """
    content = _filed(project, agency, year)
    for text in (project.agency(agency).name, *(prose or _prose(project, agency, year)).values()):
        states = picture_states(text, project, agency, year)
        content += "".join(f"\0{len(told)}\0{told}" for told in (text, *states)).encode()
    return f"{agency}/{year} sha256:{sha256(content)}"


def form_digest(project: Project, year: int) -> str:
    """Return the digest of what the form of a year prints by itself: headings, captions, labels and units.

    Tables that a filing takes from another edition do not count.
    """
    form = project.catalogue.form_for(year)
    rows = ((t.caption, t.corner, row) for t in form.tables.values() for row in t.rows)
    told = [(*place, row.label, [(c.label, c.kind.unit) for c in row.columns]) for *place, row in rows]
    return f"sha256:{sha256(json.dumps([form.title, form.parts, told]))}"


def _filed(project: Project, agency: str, year: int) -> bytes:
    """Return the names and contents of a filing's files; empty where there is none."""
    folder, found = project.data / agency / str(year), b""
    for name in filing_files(project, folder):
        path = folder / name
        if path.is_file():
            try:
                content = read_text(path, name).text.encode()
            except FilingError:
                content = path.read_bytes()
            found += f"\0{name}\0{len(content)}\0".encode() + content
    return found


@unwatched()  # what of it a page shows is told by what reads that
def page_inputs(project: Project, agency: Agency, year: int, *, is_report: bool) -> dict[str, str]:
    """Return digests of all in a project that a page of an agency and year may show, by what they are of.

    That is the filings of the years that charts show, the members', who count in the sums of a report of theirs and on
    any other page, the lines of the register, and the settings.
    """
    members = () if is_report and agency.scope != "members" else project.members(agency.slug)
    shared = [path.read_bytes() for pattern in SHARED for path in sorted(project.root.glob(pattern))]
    register, settings = f"{agency}{members}".encode(), f"{shared}{project.appearance.to_json()}".encode()
    told = {OF_REPORT if is_report else OF_OTHERS: register, "项目的设置": settings}
    for shown in range(year - CHART_YEARS + 1, year + 1):
        whose = (agency,) if is_report and shown < year else (agency, *members)
        told[f"{shown}年的资料"] = b"".join(_filed(project, each.slug, shown) for each in whose)
    return {what: sha256(content)[:16] for what, content in told.items()}


def changed_inputs(project: Project, agency: Agency, year: int, known: Mapping[str, str]) -> list[str]:
    """Return what has changed of a page's inputs. known: those of its run, which tell whether it is a report."""
    now = page_inputs(project, agency, year, is_report=OF_REPORT in known)
    return [what for what, seen in now.items() if known.get(what) != seen]


def _prose(project: Project, agency: str, year: int) -> Mapping[int, str]:
    """Return the parts of a filing with figures filled in; none where it cannot be read."""
    filing, last = (project.readable(agency, each) for each in (year, year - 1))
    with suppress(FilingError):
        return render_prose(filing, last) if filing else {}
    return {}


def read_signoff(project: Project, agency: str, year: int, digest: str = "") -> SignOff | None:
    """Return the sign-off of a filing, None where there is none. A return that is not resolved voids every one.

    agency: slug; digest: that of the filing as it is now, where it is known.
    A sign-off that cannot be read, or is of another filing, says so in its `problem`, as does one that an earlier
    version made, which did not name the report.
    """
    folder, shown = project.data / agency / str(year), shown_folder(agency, year)
    try:
        if returns := open_returns(folder, shown):
            return SignOff(returns[-1].by, returns[-1].date, problem=GIVEN_BACK)
        if not (folder / SIGNOFF.name).exists():
            return None
        signers = [SignOff(**entry) for entry in SIGNOFF.read(folder, shown)]
        now = SignOff(digest=digest or filing_digest(project, agency, year), form=form_digest(project, year))
    except GovReportError as error:
        return SignOff(problem=str(error).partition("\n")[0].rstrip("。"))
    problems = (_void(signer, now, f"{agency}/{year}") for signer in signers)
    return _joined(signers, next(filter(None, problems), ""))


def _void(signed: SignOff, now: SignOff, report: str) -> str:
    """Return why what was signed is not a report as it is now, empty where it is."""
    which, _, _ = signed.digest.rpartition(" ")
    if which != report:
        return MOVED.format(which) if which else FORMER
    if signed.digest != now.digest:
        return CHANGED
    return REPRINTED if signed.form and signed.form != now.form else ""


def _joined(signers: Sequence[SignOff], problem: str = "") -> SignOff:
    """Return the sign-offs of several signers as one."""
    names, days = "、".join(signer.by for signer in signers), [signer.date for signer in signers]
    return SignOff(names, max(days), signers[-1].digest, problem=problem)


def sign(project: Project, agency: str, year: int, by: str, day: datetime.date) -> SignOff:
    """Sign a filing off and return the sign-off, with those of others that hold; other earlier ones are replaced.

    by: the reviewer's name; day: of the sign-off. Whoever returned the report before resolves that by signing.
    Raises ProjectError for an unknown agency or year, or a name that is none; FilingError when the filing
    cannot be read, has unwaived errors, or was returned by another.
    """
    from govreport.checks.checking import check_report  # noqa: PLC0415, a tenth of a second: NumPy

    name, slug = require_name(by, "签审人"), project.agency(agency).slug
    folder, shown = project.data / slug / str(year), shown_folder(slug, year)
    digest, checked = filing_digest(project, slug, year), check_report(project, slug, year)
    signed = SignOff(name, day.isoformat(), digest, form_digest(project, checked.readable_filing().year))
    if errors := all_findings(project, checked, digest).errors:
        remedy = f"请先改正，或核实后用 govreport waive 写入 {WAIVERS}（govreport check {slug} 和审阅本列出）"
        raise FilingError([f"{shown} 有{len(errors)}项错误未处理，不能签审；{remedy}。"])
    require_no_return(folder, shown, name)
    resolve_returns(folder, shown, name, f"{RESOLVED}，{day.isoformat()}")
    with alone(folder):
        earlier = read_signoff(project, slug, year, signed.digest)
        others = SIGNOFF.read(folder, shown)[-MOST_SIGNERS:] if earlier and earlier.holds else []
        signers = [*(other for entry in others if (other := SignOff(**entry)).by != name), signed]
        text = "\n".join(map(SIGNOFF.entry, signers))
        write_text(folder / SIGNOFF.name, text if len(signers) > 1 else text.removeprefix("[[signer]]\n"))
    return _joined(signers)


def require_no_return(folder: Path, shown: str, by: str) -> None:
    """Raise FilingError where somebody else than the signer has returned the report and that is not resolved.

    folder, shown: of the filing, and its name in messages.
    """
    for one in open_returns(folder, shown):
        if one.by != by:
            told = f"{shown} 已由{one.by}退回（{one.date}），不能签审；处理后请在 {COMMENTS_FILE} 这一条中加 resolved"
            raise FilingError([f"{told}，或由其本人签审。"])


def signed_state(state: str, signoff: SignOff | None) -> str:
    """Return a report's state with its sign-off: SIGNED where it holds and nothing speaks against it.

    >>> signed_state("有疑点", SignOff("李审核", "2024-01-25")), signed_state("不一致", SignOff("李审核", "2024-01-25"))
    ('已签审', '不一致')
    """
    return SIGNED if signoff and signoff.holds and state in (CONSISTENT, DOUBTFUL) else state
