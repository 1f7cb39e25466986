"""Project folders of fictional agencies whose filings add up from year to year."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from govreport.core.textfile import write_text
from govreport.filing.filing import Filing
from govreport.filing.folder import write_filing
from govreport.filing.narrative import Narrative, Part
from govreport.filing.project import Project
from tests.support.projects import REPOSITORY
from tests.support.strategies import consistent_filing

AGENCIES = {
    "shili-archive": "示例市档案局",
    "shili-forestry": "示例市林业局",
    "shili-museum": "示例市博物馆",
}
OVERVIEW = """主动公开方面：按时公布各类文件和办事指南，内容完整准确。

依申请公开方面：全年新收政府信息公开申请{{ applications.new.total }}件。

政府信息管理方面：文件公开前逐件审核。

政府信息公开平台建设方面：完善网站栏目，方便公众查询。

监督保障方面：开展工作考核和社会评议，未发生责任追究的情形。"""
PARTS = {
    1: OVERVIEW,
    2: "主动公开的事项见下表。",
    3: "申请的办理情况见下表。",
    4: "行政复议和行政诉讼情况见下表。",
    5: "栏目更新还不够及时，明年将按月检查。",
    6: "本年度没有发出收费通知，未收取信息处理费。",
}
PROBLEMS = (
    "栏目划分过细，读者不容易找到需要的文件。窗口人员对答复口径掌握不一，少数回复说理不足。"
    "针对这些情况，今年归并了相近栏目，编写了常见问题手册，并请律师逐件把关。明年将扩大手册的范围，按月抽查。"
)

MakeProject = Callable[..., Project]


def write_project(root: Path, agencies: Sequence[str], years: Sequence[int]) -> Project:
    """Write a register, filings that add up from year to year, and the repository's notebooks."""
    register = [f"{slug},{AGENCIES[slug]},{AGENCIES[slug].removeprefix('示例市')},,department,own" for slug in agencies]
    write_text(root / "data/agencies.csv", "\n".join(["slug,name,short_name,parent,kind,scope", *register, ""]))
    shutil.copytree(REPOSITORY / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
    for slug in agencies:
        last: Filing | None = None
        for year in years:
            chance = Random(f"{slug}/{year}")
            last = replace(consistent_filing(year, chance.randint, last), agency=slug, name=AGENCIES[slug])
            parts = {number: Part("", text) for number, text in PARTS.items()}
            narrative = Narrative(signature=AGENCIES[slug], parts=parts)
            write_filing(replace(last, narrative=narrative), root / "data" / slug / str(year))
    return Project(root)
