"""What becomes of tables of one's own: those that nothing shows, that are referred to in vain, or do not add up."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from govreport.checks.assertions import unasserted
from govreport.checks.findings import Finding, Identity
from govreport.filing import ANNUAL, OWN_FOLDER, REFERENCE, Filing, Project

_REFERENCE = re.compile(REFERENCE.format(r"(\w+)"))


def check_own_tables(
    project: Project, filing: Filing, prose: Mapping[int, str], asserted: Collection[object]
) -> Iterator[Finding]:
    """Yield warnings on tables that nothing uses, or that are referred to but not shown (T3), and on totals (S1).

    A run alone knows what a page shows; before it, a table counts as shown that the notebook names in quotation marks,
    and all do where it goes through ``tables``. Totals are added up where neither prose nor notebook asserts them.
    prose: the parts, figures filled in; asserted: keys of tables whose totals the prose asserts.
    """
    referred = dict.fromkeys(key for text in prose.values() for key in _REFERENCE.findall(text))
    notebook = project.notebook(ANNUAL, filing.agency)
    code = notebook.read_text(encoding="utf-8", errors="replace") if notebook.is_file() else ""
    where = notebook.relative_to(project.root).as_posix()
    written = "".join(part.text for part in filing.narrative.parts.values())
    for key in dict.fromkeys((*referred, *filing.tables)):
        naming = code if key in referred else written + code
        if ".tables" in code or re.search(rf"""tables\.{key}\b|["']{key}\\?["']""", naming):
            continue
        told = f"表 {OWN_FOLDER}/{key}.csv 没有用到，不会排入页面，只随报告附带"
        if key in referred:
            told = f"文字引用了表 {key}，笔记本没有显示这张表，报告不能生成"
        told += f'；请在 {where} 中加一格 report.table("{key}", caption="题目")。'
        yield Finding(filing.agency, filing.year, "warning", told, (Identity("T3", ()),), quote=key)
    if "assert_adds_up" not in code:
        yield from check_totals(filing, asserted)


def check_totals(filing: Filing, asserted: Collection[object] = ()) -> Iterator[Finding]:
    """Yield a warning (S1) for each of a filing's own tables with totals that are not the sums of their parts.

    asserted: keys of tables that are left alone.
    """
    for key, table in filing.tables.items():
        if key not in asserted and (found := unasserted(table)):
            yield replace(found, agency=filing.agency, year=filing.year)
