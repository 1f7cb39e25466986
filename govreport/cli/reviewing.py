"""The reviewer's command: accept a finding."""

from __future__ import annotations

import datetime
from typing import Annotated

from govreport.cli.app import Numbered, chosen, command, option
from govreport.cli.terminal import out
from govreport.filing import Project


@command(
    "接受一条意见，写入 waivers.toml；编号见 govreport check。\n\n"
    "例：govreport waive shili-meteorology 2023 1-7c1f3a --reason 上年报告公布后更正 --by 李审核"
)
def waive(
    named: Numbered = None,
    *,
    reason: Annotated[str, option("理由", "接受的理由", "--reason")],
    by: Annotated[str, option("姓名", "接受人姓名", "--by")],
) -> None:
    """Accept a finding."""
    from govreport.checks import accept, read_signoff  # noqa: PLC0415, half a second: SciPy

    *report, number = named or [""]
    project, (agency, year) = Project.find(), chosen(report).report()
    signed = read_signoff(project, project.agency(agency).slug, year)
    finding, file = accept(project, agency, year, number, reason, by, datetime.date.today())
    out.print(f"已接受 {finding.rule}：{finding.headline or finding.message}", markup=False)
    void = "原有的签审随之失效。" if signed and signed.holds else ""
    out.print(f"已写入 {file}。{void}下一步：govreport run 重新生成。", markup=False)
