"""Reports as text whose table of applications balances, for tests of how such text is read."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from govreport.exchange.recognise.published import ImportedReport, read_published
from govreport.forms.catalogue import Catalogue

FORM = Catalogue.read().form_for(2023)
TABLE = FORM.tables["applications"]
COLUMNS = [column.key for column in TABLE.columns]
HEAD = "样县水利局2023年政府信息公开工作年度报告\n一、总体情况\n全年无变化。\n三、收到和处理政府信息公开申请情况\n"
HEADER = "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计"
END = "\n四、政府信息公开行政复议、行政诉讼情况\n五、存在的主要问题及改进情况\n无。\n六、其他需要报告的事项\n无。\n"
Figures = dict[str, list[int]]


def figures(seed: int = 3, least: int = 2, most: int = 99) -> Figures:
    """Figures by row that satisfy the balance edits within the table."""
    chance = random.Random(seed)
    made = {row.key: [chance.randint(least, most) for _ in COLUMNS[:-1]] for row in TABLE.rows}
    results = [key for key in made if key not in ("new", "carried_in", "total", "carried_out")]
    made["total"] = [sum(made[key][n] for key in results) for n in range(6)]
    made["new"] = [a + b - c for a, b, c in zip(made["total"], made["carried_out"], made["carried_in"], strict=True)]
    return {key: [*row, sum(row)] for key, row in made.items()}


def read(lines: Sequence[str], tmp_path: Path, header: str = HEADER) -> ImportedReport:
    """Read a report whose table has these lines below a header."""
    (tmp_path / "a.txt").write_text(HEAD + header + "\n" + "\n".join(lines) + END, encoding="utf-8")
    return read_published(tmp_path / "a.txt")


def label(key: str) -> str:
    """The innermost label of a row."""
    return next(row.label[-1] for row in TABLE.rows if row.key == key)


def spaced(row: Sequence[object], width: int = 8, start: int = 40) -> str:
    """Figures set in columns."""
    return " " * start + "".join(str(text).ljust(width) for text in row).rstrip()


def beside(key: str, row: Sequence[object], width: int = 8) -> str:
    """A row's label and its figures set in columns."""
    return label(key).ljust(40) + "".join(str(text).ljust(width) for text in row).rstrip()


def wrong(found: ImportedReport, truth: Figures) -> list[str]:
    """The cells that hold a figure other than the true one."""
    cells = found.filing.cells
    return [
        f"applications.{key}.{column}"
        for key, row in truth.items()
        for column, value in zip(COLUMNS, row, strict=True)
        if (given := cells[f"applications.{key}.{column}"]) is not None and given != value
    ]


def unread(found: ImportedReport, key: str) -> bool:
    """Whether all cells of a row are unreadable, with a note that names them."""
    names = {f"applications.{key}.{column}" for column in COLUMNS}
    noted = {cell for note in found.filing.notes for cell in note.cells}
    return names <= found.filing.unreadable.keys() and names <= noted
