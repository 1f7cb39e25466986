"""Sentences of the form's own words: each cell named by its label or usual words, its figure right and wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from govreport.filing.filing import Filing
from tests.support.prose_cases import Case

YEAR = 2023
ROWS = {
    "new": ("新收政府信息公开申请", "收到政府信息公开申请", "新收申请"),
    "carried_in": ("上年结转政府信息公开申请", "上年结转申请"),
    "total": ("办结政府信息公开申请", "办结申请", "办理答复政府信息公开申请"),
    "carried_out": ("结转下年度继续办理", "结转下年度继续办理政府信息公开申请"),
    "granted": ("予以公开", "予以公开的申请"),
    "partial": ("部分公开", "部分公开的申请"),
    "denied": ("不予公开", "不予公开的申请"),
    "unable": ("无法提供", "无法提供的申请"),
    "not_processed": ("不予处理", "不予处理的申请"),
    "other": ("其他处理", "其他处理的申请"),
    "denied.state_secret": ("属于国家秘密不予公开",),
    "denied.third_party": ("保护第三方合法权益不予公开",),
    "denied.internal": ("属于三类内部事务信息不予公开",),
    "denied.process": ("属于四类过程性信息不予公开",),
    "denied.enforcement_file": ("属于行政执法案卷不予公开",),
    "denied.admin_query": ("属于行政查询事项不予公开",),
    "unable.not_held": ("本机关不掌握相关政府信息",),
    "unable.must_create": ("没有现成信息需要另行制作",),
    "unable.unclear": ("补正后申请内容仍不明确",),
    "not_processed.petition": ("属于信访举报投诉类申请不予处理",),
    "not_processed.repeat": ("重复申请",),
}
COLUMNS = {
    "natural": "自然人", "business": "商业企业", "research": "科研机构", "public_welfare": "社会公益组织",
    "legal_service": "法律服务机构", "other": "其他",
}  # fmt: skip
RESULTS = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果", "pending": "尚未审结"}
GROUPS = {
    "reconsideration": ("行政复议", "政府信息公开行政复议案件", "因政府信息公开申请行政复议"),
    "litigation": ("行政诉讼", "政府信息公开行政诉讼案件"),
    "litigation.direct": ("未经复议直接起诉的行政诉讼",),
    "litigation.after_reconsideration": ("复议后起诉的行政诉讼",),
}
PROACTIVE = {
    "rules.issued": "制发规章{}件", "rules.repealed": "废止规章{}件", "rules.in_force": "现行有效规章{}件",
    "normative.issued": "制发行政规范性文件{}件", "normative.repealed": "废止行政规范性文件{}件",
    "normative.in_force": "现行有效行政规范性文件{}件", "licensing.decisions": "作出行政许可处理决定{}件",
    "penalty.decisions": "作出行政处罚处理决定{}件", "coercion.decisions": "作出行政强制处理决定{}件",
    "fees.amount": "收取行政事业性收费{}万元",
}  # fmt: skip
CHILDREN = {
    "denied": (
        "state_secret", "law_forbids", "security", "third_party", "internal", "process", "enforcement_file",
        "admin_query",
    ),
    "unable": ("not_held", "must_create", "unclear"),
    "not_processed": ("petition", "repeat", "publication", "excessive", "confirm"),
    "other": ("no_correction", "fee_unpaid", "other"),
}  # fmt: skip
TABLES = {"a": "applications", "d": "disputes", "p": "proactive"}
_RESULTS = ["granted", "partial", "denied", "unable", "not_processed", "other"]
_PLACE = re.compile(r"\{([\w.]+)\}")


def _count(words: str, cell: str) -> str:
    return f"{words}{{{cell}}}件"


def _list(words: Mapping[str, str], cell: str) -> str:
    return "、".join(_count(word, cell.format(key)) for key, word in words.items())


def templates() -> Iterator[tuple[int, str]]:
    """Yield parts of a report and sentences, with names of cells where figures stand, tables by their letter."""
    for opening in ("本年", "全年", "我局本年度共", f"{YEAR}年，我局"):
        for row, names in ROWS.items():
            yield from ((3, f"{opening}{_count(name, f'a.{row}.total')}。") for name in names)
        for group, names in GROUPS.items():
            whole = f"d.{group}.total"
            yield from ((4, f"{opening}{_count(name, whole)}。") for name in names)
            yield 4, f"{opening}{_count(names[0], whole)}，其中{_list(RESULTS, f'd.{group}.{{}}')}。"
            yield 4, f"{opening}发生{_count(names[-1], whole)}，{_list(RESULTS, f'd.{group}.{{}}')}。"
        yield from ((2, f"{opening}{words.format(f'{{p.{key}}}')}。") for key, words in PROACTIVE.items())
    yield 4, "全年因政府信息公开被申请行政复议{d.reconsideration.total}件，其中结果维持{d.reconsideration.upheld}件。"
    yield (
        4,
        (
            "2023年，共发生政府信息公开行政复议案件{d.reconsideration.total}件，结果维持{d.reconsideration.upheld}件；"
            "行政诉讼案件{d.litigation.total}件。"
        ),
    )
    yield 4, "本年度政府信息公开行政复议{d.reconsideration.total}件，行政诉讼{d.litigation.total}件。"
    yield (
        2,
        "本年行政许可{p.licensing.decisions}件，行政处罚{p.penalty.decisions}件，行政强制{p.coercion.decisions}件。",
    )
    yield (
        2,
        (
            "全年作出行政许可{p.licensing.decisions}件、行政处罚{p.penalty.decisions}件；行政事业性收费{p.fees.amount}万元。"
        ),
    )
    yield (
        2,
        (
            "本年制发行政规范性文件{p.normative.issued}件，废止{p.normative.repealed}件，现行有效{p.normative.in_force}件。"
        ),
    )
    results = _list({row: ROWS[row][0] for row in _RESULTS}, "a.{}.total")
    yield 3, f"办结政府信息公开申请{{a.total.total}}件，其中{results}。"
    yield 3, f"从办理结果看，{results}。"
    yield 3, "本年新收申请{a.new.total}件，其中予以公开{a.granted.total}件、部分公开{a.partial.total}件。"
    yield (
        3,
        (
            "全年新收政府信息公开申请{a.new.total}件，上年结转{a.carried_in.total}件，"
            "办结{a.total.total}件，结转下年度继续办理{a.carried_out.total}件。"
        ),
    )
    for row in ("new", "carried_in", "carried_out", *_RESULTS):
        yield 3, f"我局{_count(ROWS[row][0], f'a.{row}.total')}，其中{_list(COLUMNS, f'a.{row}.{{}}')}。"


@cache
def tables(size: int) -> Mapping[str, int]:
    """Return all cells of three tables that add up, with figures of a size; 0: nothing but zeros."""
    cells: dict[str, int] = {}
    leaves = [
        *(row for row in _RESULTS if row not in CHILDREN),
        *(f"{r}.{key}" for r in CHILDREN for key in CHILDREN[r]),
    ]
    for c, column in enumerate(COLUMNS):
        for n, row in enumerate(leaves):
            cells[f"a.{row}.{column}"] = size * max(0, (7 * n + 5 * c) % 11 + 4 - 2 * c)
        for row, keys in CHILDREN.items():
            cells[f"a.{row}.{column}"] = sum(cells[f"a.{row}.{key}.{column}"] for key in keys)
        ended, before, left = sum(cells[f"a.{row}.{column}"] for row in _RESULTS), size * (9 - c), size * (12 - 2 * c)
        flows = {"total": ended, "carried_in": before, "carried_out": left, "new": ended + left - before}
        cells |= {f"a.{row}.{column}": figure for row, figure in flows.items()}
    for row in ("new", "carried_in", "carried_out", "total", *_RESULTS, *leaves):
        cells[f"a.{row}.total"] = sum(cells[f"a.{row}.{column}"] for column in COLUMNS)
    ways = ("litigation.direct", "litigation.after_reconsideration")
    for g, group in enumerate(("reconsideration", *ways)):
        results = {result: size * (17 - 4 * r - 3 * g + r * g) for r, result in enumerate(RESULTS)}
        cells |= {f"d.{group}.{key}": figure for key, figure in (results | {"total": sum(results.values())}).items()}
    for key in (*RESULTS, "total"):
        cells[f"d.litigation.{key}"] = sum(cells[f"d.{way}.{key}"] for way in ways)
    proactive = zip(PROACTIVE, (2, 1, 14, 8, 3, 47, 316, 58, 13, 29), strict=True)
    return cells | {f"p.{key}": size * figure for key, figure in proactive}


def standard_cases(sizes: tuple[int, ...] = (0, 1, 7)) -> Iterator[Case]:
    """Yield each sentence with right figures; `changed` holds it with one of them wrong: near, far, 0, some for none;
    or all of them, by other tables that add up.

    sizes: of the figures; 0 for tables that hold nothing but zeros.
    """
    form = Filing.from_cells("shuiwu", "澄湖区水务局", YEAR, {}).form
    for size in sizes:
        cells = tables(size)
        named = {f"{TABLES[name[0]]}{name[1:]}": figure for name, figure in cells.items()}
        given = {name: figure for name, figure in named.items() if name in form.cells}
        for number, (section, template) in enumerate(templates()):
            names = _PLACE.findall(template)
            figures = [cells[name] for name in names]
            changed = [
                _filled(template, [*figures[:place], wrong, *figures[place + 1 :]])
                for place, right in enumerate(figures)
                for wrong in ((right + 1, right * 30 + 7, right // 9, 0) if right else (3, 88))
            ]
            changed += [
                _filled(template, [other[n] for n in names])
                for other in map(tables, (size + 1, 4 * size + 3))
                if names[1:]
            ]
            yield {
                "id": f"{size}-{number}", "kind": "standard", "section": section, "year": YEAR, "tables": given,
                "text": _filled(template, figures), "expect": [], "changed": list(dict.fromkeys(changed)),
            }  # fmt: skip


def _filled(template: str, figures: Sequence[int]) -> str:
    left = iter(figures)
    return _PLACE.sub(lambda _: str(next(left)), template)
