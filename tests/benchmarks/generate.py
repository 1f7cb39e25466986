"""A project folder of any number of consistent filings, some with one wrong cell, to measure checking at scale.

    python tests/benchmarks/generate.py DIR --filings N [--wrong 0.02] [--seed 0]

The agencies are fictional. Each has a filing for every year from 2019 to 2023, so that both editions of the form and
the rules that compare years are met; one agency in twenty keeps the old applications table in 2021, as real ones did.
What was made wrong is listed in DIR/wrong.csv. The same seed gives the same files.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import sys
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from random import Random
from string import Template

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from govreport.filing.filing import Filing
from govreport.filing.folder import write_filing
from govreport.filing.narrative import Narrative, Part
from govreport.forms.expansion import expand
from tests.support.strategies import YEARS, consistent_filing

MIXED_YEAR, MIXED_EVERY = 2021, 20
WRONG = 0.02

PREAMBLE = """本报告依据《中华人民共和国政府信息公开条例》（以下简称《条例》）编制，反映$name$year年政府信息公开工作的\
基本情况。所列数据的统计期限自当年首日起，至当年末日止。"""

OVERVIEW = (
    """主动公开方面：按照《条例》规定的范围和时限公布各类文件、办事指南和财政预决算，内容完整准确。年内作出行政许可处理决定\
{{ proactive.licensing.decisions }}件、行政处罚处理决定{{ proactive.penalty.decisions }}件，均已按规定公示。

依申请公开方面：全年新收政府信息公开申请{{ applications.new.total }}件$yoy，其中自然人提出\
{{ applications.new.natural }}件，法人或其他组织提出{{ applications.new.legal_persons }}件。对内容复杂的申请，\
主动与申请人沟通，并加强内部会商。

政府信息管理方面：文件拟制时同步确定公开属性，公开前逐件审核；事项调整后及时更新指南和目录。

政府信息公开平台建设方面：完善网站栏目和检索功能，加强政务新媒体管理，方便公众查询。

监督保障方面：信息公开纳入年度工作考核，主动接受社会评议，未发生需要责任追究的情形。""",
    """主动公开方面：围绕公众关心的事项，及时发布政策文件及其解读，依法公示行政许可处理决定\
{{ proactive.licensing.decisions }}件、行政处罚处理决定{{ proactive.penalty.decisions }}件。

依申请公开方面：健全登记、审核、办理、答复、归档的工作流程，全年新收申请{{ applications.new.total }}件$yoy。\
其中，来自自然人的{{ applications.new.natural }}件，来自法人或其他组织的{{ applications.new.legal_persons }}件。

政府信息管理方面：建立文件清理机制，定期核对已公开的内容，过时的予以更正或者标明。

政府信息公开平台建设方面：优化专栏结构，统一各栏目的名称和排列，增加无障碍浏览功能。

监督保障方面：明确专人负责，组织业务培训，开展工作考核和社会评议，没有出现应予责任追究的问题。""",
)

FURTHER = {
    2: ("主动公开的事项见下表，各项数字取自业务系统年末的统计。", "本机关主动公开政府信息的情况如下表所示。"),
    3: (
        """上年结转{{ applications.carried_in.total }}件，新收{{ applications.new.total }}件，办结\
{{ applications.total.total }}件，结转下年度继续办理{{ applications.carried_out.total }}件。办结的申请中，予以公开\
{{ applications.granted.total }}件，占{{ applications.granted.total | share(applications.total.total) }}；部分公开\
{{ applications.partial.total }}件。""",
        """全年办结政府信息公开申请{{ applications.total.total | thousands }}件，其中予以公开\
{{ applications.granted.total }}件、部分公开{{ applications.partial.total }}件、不予公开\
{{ applications.denied.total }}件、无法提供{{ applications.unable.total }}件。上年结转的\
{{ applications.carried_in.total }}件申请也在年内答复，年末尚有{{ applications.carried_out.total }}件在办理中。""",
    ),
    4: (
        """因政府信息公开被申请行政复议{{ disputes.reconsideration.total }}件，被提起行政诉讼\
{{ disputes.litigation.total }}件。""",
        """收到涉及政府信息公开的行政复议{{ disputes.reconsideration.total }}件，行政诉讼\
{{ disputes.litigation.total }}件，均依法应对。""",
    ),
    5: (
        """存在的主要问题：一是部分栏目更新还不够及时；二是解读文件的形式比较单一；三是基层工作人员的业务水平有待提高。针对上述问题，\
下一年重点做好以下工作：按月检查各栏目的更新情况，增加图解和问答，结合实例开展培训。""",
        """上年提出的问题已经逐项整改。目前仍有不足：公开的数据不便再次利用，对申请人的指引不够清楚。今后将梳理可以开放的数据，\
分批向社会提供，并重新编写申请指南，列明常见情形的办理方式。""",
    ),
    6: (
        "按照《政府信息公开信息处理费管理办法》，本年度发出收费通知0件，总金额0元，实际收取总金额0元。",
        "本年度没有发出信息处理费的收费通知，总金额和实际收取总金额均为0元。没有其他需要报告的事项。",
    ),
}


@dataclass(frozen=True)
class Wrong:
    """A cell that was made wrong on purpose; figures in the cell's unit."""

    agency: str
    year: int
    cell: str
    right: int
    wrong: int


def name_of(number: int) -> str:
    """The printed name of a fictional agency."""
    return f"示例市第{number}局"


def narrative_of(number: int, year: int, compares: bool) -> Narrative:
    """Prose of the length that real reports have, worded differently from one year to the next."""
    name, variant = name_of(number), (number + year) % 2
    yoy = "，比上年{{ yoy('applications.new.total') }}" if compares else ""
    texts = {0: PREAMBLE, 1: OVERVIEW[variant]} | {part: variants[variant] for part, variants in FURTHER.items()}
    return Narrative(
        title=f"{name}\n{year}年政府信息公开工作年度报告",
        published=datetime.date(year + 1, 1, 5 + number % 20),
        signature=name,
        editions=editions_of(number, year),
        parts={
            part: Part("", Template(text).substitute(name=name, year=year, yoy=yoy)) for part, text in texts.items()
        },
    )


def editions_of(number: int, year: int) -> dict[str, str]:
    """The tables that do not follow the year's edition."""
    return {"applications": "2019"} if year == MIXED_YEAR and number % MIXED_EVERY == 0 else {}


def filings_of(number: int, years: tuple[int, ...], seed: int) -> Iterator[Filing]:
    """Yield an agency's filings, one fitting the other."""
    slug = f"shili-{number:05}"
    last: Filing | None = None
    for year in years:
        chance = Random(f"{seed}/{slug}/{year}")
        filing = consistent_filing(year, chance.randint, last, editions_of(number, year))
        narrative = narrative_of(number, year, compares=last is not None)
        last = replace(filing, agency=slug, name=name_of(number), narrative=narrative)
        yield last


def spoil(filing: Filing, chance: Random) -> tuple[Filing, Wrong]:
    """Make one cell wrong that stands in an identity of the filing itself."""
    edits = [edit for edit in expand(filing.form) if edit.sense == "="]
    cell = chance.choice(sorted({cell for edit in edits for cell in edit.cells}))
    right = int(filing.cells[cell] or 0)
    wrong = right + chance.randint(1, 9)
    spoilt = replace(filing, cells={**filing.cells, cell: wrong})
    return spoilt, Wrong(filing.agency, filing.year, cell, right, wrong)


def write_project(root: Path, filings: int, wrong: float = WRONG, seed: int = 0) -> list[Wrong]:
    """Write a project with so many filings, a fraction of them wrong in one cell; returns what was made wrong."""
    agencies = range(1, -(-filings // len(YEARS)) + 1)
    chosen = set(Random(seed).sample(range(filings), round(filings * wrong)))
    made: list[Wrong] = []
    written = 0
    for number in agencies:
        for filing in filings_of(number, YEARS[: filings - written], seed):
            given = filing
            if written in chosen:
                given, mistake = spoil(filing, Random(f"{seed}/{filing.agency}/{filing.year}/wrong"))
                made.append(mistake)
            write_filing(given, root / "data" / given.agency / str(given.year))
            written += 1
    register = [(f"shili-{n:05}", name_of(n), f"示例{n}局", "", "department", "own") for n in agencies]
    write_rows(root / "data" / "agencies.csv", [("slug", "name", "short_name", "parent", "kind", "scope"), *register])
    write_rows(root / "wrong.csv", [tuple(field.name for field in fields(Wrong)), *map(astuple, made)])
    return made


def write_rows(path: Path, rows: list[tuple[object, ...]]) -> None:
    """Write a CSV file as the project's own are written."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def main() -> None:
    """Write the project and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--filings", type=int, default=1000, metavar="N")
    parser.add_argument("--wrong", type=float, default=WRONG, metavar="FRACTION")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if (options.folder / "data").exists():
        parser.error(f"{options.folder} has a data folder already")
    start = time.perf_counter()
    made = write_project(options.folder, options.filings, options.wrong, options.seed)
    seconds = time.perf_counter() - start
    print(f"{options.filings} filings, {len(made)} of them wrong in one cell, in {options.folder}: {seconds:.1f} s")


if __name__ == "__main__":
    main()
