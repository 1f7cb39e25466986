"""The sheet on which a report is signed by hand: what was checked and accepted, and room for names."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from govreport.checks import CheckedReport, Finding, Review
from govreport.publish.document import Document
from govreport.tables import frame_grid

TITLE, STEPS = "审签单", ("拟稿", "审核", "签发")
FINGERPRINT = "随数字、文字和接受记录改变；与 govreport sign 记录的一致，签的才是同一份"


def signing_sheet(checked: CheckedReport, made: str, review: Review) -> Document:
    """Return a report's signing sheet as a document.

    checked: with what its notebook's last run found; made: in words what that run made, and whether it stands.
    review: what reviewers have said of the filing, with the digest of what is signed, see `filing_digest`.
    Raises FilingError where the filing cannot be read.
    """
    name = "".join(checked.readable_filing().title)
    comments = "\n".join(f"{one.text}（{one.by}，{one.date}）" for one in review.comments)
    facts = {
        "报告": made,
        "校验结果": f"{checked.state}（{checked.findings.summary()}）",
        "已接受的意见": _listed([finding for finding in checked.findings if finding.waived]),
        "未处理的意见": _listed([finding for finding in checked.findings if not finding.waived]),
        "未处理的批注": review.problem or comments or "无",
        "已签审": str(review.signoff or "") or "无",
        "资料指纹": f"{review.digest.rpartition(':')[2][:16]}（{FINGERPRINT}）",
    }
    # their headers, which every page repeats, name the report
    told = pd.DataFrame({name: facts}).rename_axis("事项")
    # with room for what is written by hand
    columns = {(name, "意见"): "\n\n", (name, "签名"): "", (name, "日期"): ""}
    signed = pd.DataFrame(columns, pd.Index(STEPS, name="环节"))
    return Document((TITLE,), (frame_grid(told, key="facts"), frame_grid(signed, key="signatures")))


def _listed(findings: Sequence[Finding]) -> str:
    told = (
        f"{number}. {finding.rule} {finding.headline or finding.message}"
        + (f"（{finding.waived.reason}；{finding.waived.by}，{finding.waived.date}）" if finding.waived else "")
        for number, finding in enumerate(findings, 1)
    )
    return "\n".join(told) or "无"
