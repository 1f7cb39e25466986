"""What becomes of tables of one's own: those that nothing shows, that are referred to in vain, or do not add up."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from govreport.checks.assertions import unasserted
from govreport.checks.findings import Finding, Identity
from govreport.filing import ANNUAL, OWN_FOLDER, REFERRED, SHOWING, Filing, Project, shown_folder

_BY_FILE = re.compile(r"""\.table\(\\?["']\w+|["']\w+\\?["'] in report\.filing\.tables""")
"""Where a notebook names tables that need a file, one by one."""


def check_own_tables(
    project: Project, filing: Filing, prose: Mapping[int, str], asserted: Collection[object]
) -> Iterator[Finding]:
    """Yield warnings on tables that nothing uses, or that are referred to but not shown (T3), and on totals (S1).

    A run alone knows what a page shows; before it, a table counts as shown that the notebook names in quotation marks,
    and all of the filing do where it goes through ``tables``. Totals are added up where nothing asserts them.
    prose: the parts, figures filled in; asserted: keys of tables whose totals the prose asserts.
    """
    referred = dict.fromkeys(key for text in prose.values() for key in REFERRED.findall(text))
    notebook = project.notebook(ANNUAL, filing.agency)
    code = notebook.read_text(encoding="utf-8", errors="replace") if notebook.is_file() else ""
    where = notebook.relative_to(project.root).as_posix()
    written = "".join(part.text for part in filing.narrative.parts.values())
    others = _BY_FILE.sub("", code)
    for key in dict.fromkeys((*referred, *filing.tables)):
        file, is_filed = f"{OWN_FOLDER}/{key}.csv", key in filing.tables
        naming = others if not is_filed else code if key in referred else written + code
        if (is_filed and ".tables" in others) or re.search(rf"""tables\.{key}\b|["']{key}\\?["']""", naming):
            continue
        told = f"表 {file} 没有用到，不会排入页面，只随报告附带"
        if key in referred:
            lacks = "笔记本没有显示这张表" if is_filed else f"没有 {shown_folder(filing.agency, filing.year)}/{file}"
            told = f"文字引用了表 {key}，{lacks}，报告不能生成"
        told += f"；请在 {where} 中加一格 {SHOWING.format(key)}。" if is_filed else "；请放入这个文件，或改正引用。"
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
