"""The reviewer's commands: accept a finding, and bring an answer into the project."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer

from govreport.checks import PENDING
from govreport.cli.app import Numbered, argument, chosen, command, option
from govreport.cli.terminal import out, print_error
from govreport.core import FilingError, ProjectError, os_sentence
from govreport.filing import Project

ANSWERS = "审阅意见*.json"
"""The files of a folder that are answers."""


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


@command(
    "把审阅人在审阅本中保存的答复写入项目：接受的意见、批注和结论；可写几个文件，或放文件的文件夹。\n\n"
    "例：govreport answer 审阅意见-shili-education-2023.json"
)
def answer(files: Annotated[list[Path], argument("文件|文件夹", "审阅本保存的 审阅意见-….json")]) -> None:
    """Bring reviewers' answers into the project."""
    from govreport.batch import refresh_signoff, write_index  # noqa: PLC0415, half a second: papermill
    from govreport.checks import apply_answer, read_answer  # noqa: PLC0415

    project, refused, made = Project.find(), 0, 0
    for file in [one for named in files for one in (sorted(named.glob(ANSWERS)) if named.is_dir() else [named])]:
        try:
            effect = apply_answer(project, read_answer(file), file.name)
        except (FilingError, OSError) as error:
            print_error(os_sentence(error) if isinstance(error, OSError) else str(error))
            refused += 1
            continue
        made += 1
        state = refresh_signoff(project, effect.agency, effect.year) if effect.signed else PENDING
        signed = "，已签审" if effect.signed else ""
        later = f"。下一步：govreport run {effect.agency} {effect.year}" if state == PENDING else ""
        counts = f"接受意见{effect.waivers}条，批注{effect.comments}条"
        out.print(f"{effect.agency} {effect.year}年：{counts}{signed}{later}", markup=False)
    if made:
        write_index(project, datetime.date.today())
    elif not refused:
        raise ProjectError(f"{'、'.join(map(str, files))} 中没有 {ANSWERS} 这样的文件。")
    if refused:
        raise typer.Exit(1)
