"""The reviewer's commands: accept a finding, bring an answer into the project, sign a report off."""

from __future__ import annotations

import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

from rich.markup import escape

from govreport import batch, checks, publish
from govreport.cli import arguments
from govreport.cli.app import command
from govreport.cli.arguments import YEAR, argument, chosen, option, require_free
from govreport.cli.terminal import Refusals, out, styled_state
from govreport.core import ProjectError, written_whole
from govreport.filing import Project

ANSWERS = "审阅意见*.json"
"""The files of a folder that are answers."""


@command("waive")
def waive(
    named: arguments.Numbered = None,
    *,
    reason: Annotated[str, option("理由", "接受的理由", "--reason")],
    by: Annotated[str, option("姓名", "接受人姓名", "--by")],
) -> None:
    """Accept a finding."""
    *report, number = named or [""]
    if len(report) < 2 or YEAR.fullmatch(number):
        raise chosen(named).refused("一个机构、一个年度（四位整数），末尾是意见的编号")
    project, (agency, year) = Project.find(), chosen(report).report()
    signed = checks.read_signoff(project, project.agency(agency).slug, year)
    finding, file = checks.accept(project, agency, year, number, reason, by, datetime.date.today())
    out.print(f"已接受 {finding.rule}：{finding.headline or finding.message}", markup=False)
    void = checks.VOIDED if signed and signed.holds else ""
    out.print(f"已写入 {file}。{void}下一步：govreport run 重新生成。", markup=False)


@command("answer")
def answer(files: Annotated[list[Path], argument("文件|文件夹", "审阅本保存的 审阅意见-….json")]) -> int:
    """Bring reviewers' answers into the project."""
    project, refused, today = Project.find(), Refusals(), datetime.date.today()
    weighed = {}  # all of them before one is written: reviewers have seen the same state
    for file in [one for named in files for one in (sorted(named.glob(ANSWERS)) if named.is_dir() else [named])]:
        with refused.told():
            read = checks.read_answer(file)
            with refused.told(f"{file.name} 没有写入："):
                one = checks.weigh_answer(project, read, partial(batch.copy_digest, project), today)
                if one.signs:
                    batch.require_sound(project, one.filing.agency, one.filing.year)
                weighed[file] = one
    for file, one in weighed.items():
        with refused.told(f"{file.name} 没有写入："):
            told, (agency, year) = checks.apply_answer(project, one), (one.filing.agency, one.filing.year)
            is_made = told and batch.refresh_review(project, agency, year)
            later = "" if is_made else f"下一步：govreport run {agency} {year}"
            said = f"{told}{later}" if told else "已写入过，没有新的内容。"
            out.print(f"{agency} {year}年：{said}", markup=False)
    if weighed:
        batch.write_index(project, today)
    elif not refused.number:
        raise ProjectError(f"{'、'.join(map(str, files))} 中没有 {ANSWERS} 这样的文件。")
    return int(refused.number > 0)


@command("sign")
def sign(
    named: arguments.Report = None,
    year: arguments.Years = None,
    by: Annotated[str, option("姓名", "签审人姓名", "--by")] = "",
    sheet: Annotated[Path | None, option("文件", "写入的审签单，.pdf 文件", "--sheet")] = None,
    force: arguments.Force = False,
) -> None:
    """Sign a report off, or write the sheet for signing it by hand."""
    project, (agency, only) = Project.find(), chosen(named, year).report()
    if not by and not sheet:
        raise ProjectError("请写明 --by 签审人姓名，或 --sheet 审签单.pdf。")
    require_free([sheet] if sheet else [], ".pdf", force=force)
    known, today = project.agency(agency), datetime.date.today()
    if by:
        batch.require_sound(project, known.slug, only)
        signed, made = checks.sign(project, agency, only, by, today), batch.refresh_review(project, known.slug, only)
        batch.write_index(project, today)
        told = "" if made else "报告尚未生成；govreport run 生成。"
        if not checks.is_signed(project.filing(known.slug, only).narrative):
            told += "没有署名和公布日期；请在 narrative.md 的文件头写明 signature 和 published，再签审。"
        out.print(f"{escape(known.name)} {only}年：{styled_state(checks.SIGNED)}（{escape(str(signed))}）。{told}")
    if sheet:
        document = publish.signing_sheet(*batch.known_report(project, known.slug, only))
        with written_whole(sheet) as aside:
            aside.write_bytes(publish.pdf_bytes(document, project.fonts))
        out.print(f"已写入 {sheet}。", markup=False)
