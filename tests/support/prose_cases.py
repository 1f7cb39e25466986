"""Sentences with verdicts (tests/cases): read, judged and counted; single figures changed; the same said otherwise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from govreport.checks.findings import Finding
from govreport.checks.prose.reader import check_prose
from govreport.filing.filing import Filing
from govreport.forms.catalogue import Catalogue

CASES = Path(__file__).resolve().parents[1] / "cases"
_INSTITUTION = re.compile("(?![全各本我])(?:街道|[\u4e00-\u9fff]{2,14}?(?:局|委员会|委(?!托)|街道|镇|乡|厅))")
"""What a text names first: its own agency."""
SEVERITIES = ("notice", "warning", "error")

Case = dict[str, Any]


@cache
def cases_of(path: Path, each: int = 1) -> list[Case]:
    """Read the cases of a file, or every so many of them; nobody changes them."""
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[::each]]
    for case in cases:
        for cells, year in (("tables", case["year"]), ("last_year", case["year"] - 1)):
            case[cells] = _with_zeros(case.get(cells) or {}, year)
    return cases


def _with_zeros(cells: dict[str, Any], year: int) -> dict[str, Any]:
    """Return cells with a 0 for each that is not given of a table of which ``TABLE.*`` is 0."""
    tables = [name.removesuffix("*") for name in cells if name.endswith("*")]
    given = {name: figure for name, figure in cells.items() if not name.endswith("*")}
    zeros = {name: 0 for name in _cells(year) if name.startswith(tuple(tables))} if tables else {}
    return zeros | given


@cache
def _cells(year: int) -> tuple[str, ...]:
    return tuple(cell.name for cell in Catalogue.read().compose(year).cells.values())


def filing_of(case: Case, cells: dict[str, Any], year: int) -> Filing:
    named = _INSTITUTION.search(case["text"])
    return _filing(tuple(cells.items()), year, named[0] if named else "示例市示例局")


@lru_cache(maxsize=4)
def _filing(cells: tuple[tuple[str, Any], ...], year: int, name: str) -> Filing:
    """Make a filing, or hand out that of the text before, which is the same text told otherwise."""
    given = {name: str(figure) if isinstance(figure, float) else figure for name, figure in cells}
    return Filing.from_cells("shili-bureau", name, year, given)


def findings_of(case: Case) -> list[Finding]:
    last = filing_of(case, case["last_year"], case["year"] - 1) if case.get("last_year") else None
    return check_prose(filing_of(case, case["tables"], case["year"]), {case["section"]: case["text"]}, last)


def is_the_same(finding: Finding, expected: Case) -> bool:
    """Whether rule and figures are those expected; shares and growth may be off by one in the last printed digit."""
    first = finding.identities[0]
    if finding.rule != expected["rule"] or first.stated is None or first.expected is None:
        return False
    digits = len(str(expected["stated"]).partition(".")[2])
    slack = 10**-digits if finding.rule in ("N3", "N4") else 0
    return (
        abs(float(first.stated) - expected["stated"]) < 1e-6
        and abs(float(first.expected) - expected["expected"]) <= slack + 1e-6
    )


@dataclass
class Count:
    """What came of some cases."""

    expected: int = 0
    hits: int = 0
    noise: int = 0
    false_alarms: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)


def count(case: Case, into: Count) -> None:
    left = findings_of(case)
    for expected in case["expect"]:
        allowed = SEVERITIES.index(expected["severity"])
        found = [f for f in left if is_the_same(f, expected) and abs(SEVERITIES.index(f.severity) - allowed) <= 1]
        into.expected += 1
        if found:
            into.hits += 1
            left.remove(found[0])
        else:
            into.misses.append(f"{case['id']} {expected['rule']} {case['text'][:60]}")
    for finding in left:
        if any(is_the_same(finding, other) for other in (*case.get("may", ()), *case["expect"])):
            continue
        if finding.severity == "notice":
            into.noise += 1
        else:
            into.false_alarms.append(f"{case['id']} {finding.message}")


# ---- one figure changed ----------------------------------------------------------------------------------------------


def changed_figures(case: Case, times: str = "1.5") -> Iterator[tuple[str, Case]]:
    """Yield the rule that breaks and the case with one figure larger, for each figure that the author bound.

    A case that holds texts with changed figures gives these.
    """
    yield from (("N1", {**case, "text": text}) for text in case.get("changed", ()))
    for bound in case.get("bound", ()):
        places = [match.start() for match in re.finditer(re.escape(bound["figure"]), case["text"])]
        if len(places) < bound.get("nth", 1) or not re.fullmatch(r"[\d,]+(?:\.\d+)?", bound["figure"]):
            continue
        place, figure = places[bound.get("nth", 1) - 1], Decimal(bound["figure"].replace(",", ""))
        step = Decimal(1).scaleb(figure.as_tuple().exponent)  # type: ignore[arg-type]
        larger = max(figure + step, (figure * Decimal(times)).quantize(step))
        text = f"{case['text'][:place]}{larger}{case['text'][place + len(bound['figure']) :]}"
        yield bound["rule"], {**case, "text": text}


# ---- the same said otherwise -----------------------------------------------------------------------------------------

RETELLINGS = {
    "这当中": lambda text: text.replace("其中", "这当中"),
    "其中另起一句": lambda text: re.sub(r"，(?=其中)", "。", text),
    "其中不另起": lambda text: re.sub(r"。(?=其中)", "，", text),
    "逗号改分号": lambda text: re.sub(r"；", "，", text) if text.count("；") == 1 else text,
    "接到": lambda text: text.replace("收到", "接到"),
    "答结": lambda text: text.replace("办结", "办理完毕") if "办结率" not in text else text,
    "公民": lambda text: text.replace("自然人", "公民个人"),
    "全角": lambda text: re.sub(r"(?<=\D)\d+(?=[件条])", lambda m: m[0].translate(_WIDE), text),
    "加粗": lambda text: re.sub(r"(\d+)(?=[件条])", r"**\1**", text),
    "空格": lambda text: re.sub(r"(?<=[\u4e00-\u9fff])(\d+)(?=[\u4e00-\u9fff])", r" \1 ", text),
    "前后各加一句": lambda text: (
        f"我单位认真贯彻落实《条例》，把信息公开列入重要议事日程。{text}工作中注重学习培训，不断提高人员业务能力。"
    ),
    "本年度": lambda text: re.sub(r"本年(?!度)", "本年度", text),
}
"""By name, ways to say the same in other words; a text that one of them does not touch stays as it is."""
_WIDE = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}


def verdict(case: Case) -> set[tuple[str, object, object]]:
    """Return what is told of a case as error or warning: rules and figures."""
    firsts = [finding.identities[0] for finding in findings_of(case) if finding.severity != "notice"]
    return {(first.rule, first.stated, first.expected) for first in firsts}
