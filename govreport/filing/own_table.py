"""Tables of an analyst's own: labels and exact values, from a CSV file of the filing or from a DataFrame."""

from __future__ import annotations

import csv
import io
import math
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from functools import cached_property
from itertools import zip_longest
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govreport import core
from govreport.forms import part_words

if TYPE_CHECKING:
    import pandas as pd

Value = core.Figure | str | None
Label = tuple[str, ...]
OWN_FOLDER = "tables"
OWN = f"{OWN_FOLDER}."
"""What the names of cells of such tables begin with."""
KEY = "table"
"""Where a DataFrame's `attrs` keep the key of the file that it is of."""
_SAID = tomllib.loads(Path(__file__).with_name("own_labels.toml").read_text(encoding="utf-8"))
"""What labels say."""
TOTALS, _TEXTS = tuple(_SAID["totals"]), _SAID["patterns"]
_PATTERNS = {name: re.compile(said.format_map(_TEXTS).format_map(_TEXTS), re.X) for name, said in _TEXTS.items()}
REMARKS = ("备注", "说明")
"""Labels of columns in which nothing is counted."""
MISSING = ("None", "<NA>", "NaT", "nan", "NaN")
"""How Python and pandas write that there is no value."""
PRECISION = 700
"""Digits of sums: a float has up to 309 before the point, and some 340 behind it."""
MOST = 20_000
"""Most values of a file: nobody could print or check more."""


@dataclass(frozen=True)
class OwnTable:
    r"""A table that no form has: labels of rows and columns, outermost first, and a value for each row and column.

    key: of its file, or made of all that it holds; corner: what stands above the labels of the rows.
    values: int or Decimal, text, or None for a blank. naming: label of a DataFrame's column that names the rows.

    >>> table = OwnTable.read("平台,发布,合计\n网站,3,3\n微信,2,2\n合计,5,5\n", "platforms")
    >>> table.find("网站.发布"), table.find("total")
    (('tables.platforms.网站.发布', 3), ('tables.platforms.合计.合计', 5))
    """

    key: str
    rows: tuple[Label, ...]
    columns: tuple[Label, ...]
    values: tuple[tuple[Value, ...], ...]
    corner: str = ""
    naming: Label = ()

    @classmethod
    def read(cls, text: str, key: str) -> OwnTable:
        """Read the text of a CSV file: a header, and lines that begin with their label.

        Raises GovReportError for a line that is too long, labels that are missing or repeated, and too many values.
        """
        try:
            lines = [[field.strip() for field in line] for line in csv.reader(io.StringIO(text), strict=True)]
        except csv.Error:
            raise core.GovReportError("不是可读的 CSV（引号不配对或内容过长）") from None
        filled = {n: line for n, line in enumerate(lines, 1) if any(line)}
        columns = {n: column for n, column in enumerate(zip_longest(*filled.values(), fillvalue=""), 1) if any(column)}
        labels, *others = [*columns.values()] or [("",)]
        (corner, *rows), heads = labels, [column[0] for column in others]
        if not rows or not heads or len(rows) * len(heads) > MOST:
            raise core.GovReportError(f"应有表头和至少一行，以英文逗号分隔，不超过{MOST:,}格")
        for what, names, (_, *places) in (("行", rows, filled), ("列", heads, columns)):
            times = Counter(names)
            if wrong := [name for name in names if not name or times[name] > 1]:
                where = "、".join(f"第{n}{what}" for n, name in zip(places, names, strict=True) if name == wrong[0])
                told = f"的{what}名“{wrong[0]}”重复" if wrong[0] else f"没有{what}名（合并的单元格请拆开，逐格填写）"
                raise core.GovReportError(f"{where}{told}")
        values = zip(*(map(read_value, column[1:]) for column in others), strict=True)
        return cls(key, tuple((name,) for name in rows), tuple((name,) for name in heads), tuple(values), corner)

    @classmethod
    def of(cls, frame: Any) -> OwnTable:
        """Return a DataFrame, or a Series as one of a single column, as such a table.

        A float counts as the number that Python writes for it. Levels of an index that are empty at the end of a label
        do not count. Where the rows have no labels, the first column names them if it has text, or is called 序号, 年度
        or the like, each another one.
        Raises ArgumentError for anything else.
        """
        if not hasattr(frame, "attrs"):
            kind = type(frame).__name__
            raise core.ArgumentError(f"表应是 DataFrame 或 Series，这里是 {kind}；请先写 pd.DataFrame(…)。")
        frame = frame.to_frame() if frame.ndim == 1 else frame
        rows, columns = ([_label(label) for label in axis] for axis in (frame.index, frame.columns))
        values = [tuple(map(exact, record)) for record in frame.to_numpy(dtype=object).tolist()]
        corner = "·".join(str(name) for name in frame.index.names if name is not None)
        key = str(frame.attrs.get(KEY) or f"_{core.sha256(repr((rows, columns, values)))[:6]}")
        table = cls(key, tuple(rows), tuple(columns), tuple(values), corner)
        return table._named() if unlabelled(frame) and len(columns) > 1 else table

    def _named(self) -> OwnTable:
        """Return the table with its first column, if that names rows and repeats nothing, as the labels of the rows."""
        names = [(v or "" if isinstance(v, str | None) else core.write_figure(v),) for v, *_ in self.values]
        (naming, *columns), values = self.columns, tuple(line[1:] for line in self.values)
        if len(set(names)) < len(names) or not (tells(naming, "names") or str in {type(v) for v, *_ in self._read}):
            return self
        return replace(self, rows=tuple(names), columns=tuple(columns), values=values, naming=naming)

    @property
    def spread(self) -> OwnTable:
        """The table as it is printed: what names the rows is a column where it was one."""
        values = tuple((row[-1], *line) for row, line in zip(self.rows, self.values, strict=True))
        return replace(self, columns=(self.naming, *self.columns), values=values, naming=()) if self.naming else self

    def frame(self) -> pd.DataFrame:
        """Return the table as a DataFrame that knows its key; whole numbers are ``Int64``, decimals are Decimal."""
        import pandas as pd  # noqa: PLC0415

        index, columns = (pd.Index([label[-1] for label in axis]) for axis in (self.rows, self.columns))
        made = pd.DataFrame(self.values, index.rename(self.corner or None), columns, dtype=object).convert_dtypes()
        made.attrs[KEY] = self.key
        return made

    @cached_property
    def text(self) -> str:
        """The text of its file."""
        texts = ([v if isinstance(v, str) else core.write_figure(v) for v in values] for values in self.values)
        lines = [(label[-1], *line) for label, line in zip(self.rows, texts, strict=True)]
        return core.csv_text([(self.corner, *(label[-1] for label in self.columns)), *lines])

    @cached_property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """The name of each cell, row by row."""
        rows, columns = (["·".join(label) for label in axis] for axis in (self.rows, self.columns))
        return tuple(tuple(f"{OWN}{self.key}.{row}.{column}" for column in columns) for row in rows)

    @property
    def cells(self) -> Iterator[tuple[Label, Label, str, Value]]:
        """Its cells row by row: the labels of row and column, the name, and the value."""
        for row, names, values in zip(self.rows, self.names, self.values, strict=True):
            for column, name, value in zip(self.columns, names, values, strict=True):
                yield row, column, name, value

    def has_total(self, total: str = TOTALS[0]) -> bool:
        """Whether a row or a column has the label of totals; see `is_total`."""
        return any(is_total(label, total) for label in (*self.rows, *self.columns))

    def find(self, path: str) -> tuple[str, Value] | None:
        """Return name and value of the cell that expressions call ``row.column``, or ``row`` alone for its total.

        ``total`` stands for the label of the totals, or for a single row or column.
        """
        rows, columns = map(_called, (self.rows, self.columns))
        for row, n in rows.items():
            column = path.removeprefix(row)[1:] if path.startswith(f"{row}.") else "total" if path == row else ""
            if (m := columns.get(column)) is not None:
                return self.names[n][m], self.values[n][m]
        return None

    def counted(self, total: str = TOTALS[0]) -> OwnTable:
        """Return the table with texts that are exact numbers read as such, and without its columns of remarks.

        Those are called so, or have no figure while the rows of totals are blank there. total: label of totals.
        """
        values = self._read
        totals = [line for row, line in zip(self.rows, values, strict=True) if is_total(row, total)] or values
        told = {n for line in totals for n, value in enumerate(line) if value is not None}
        told |= {n for line in values for n, value in enumerate(line) if isinstance(value, core.Figure)}
        kept = [n for n, at in enumerate(self.columns) if (n in told and at[-1] not in REMARKS) or is_total(at, total)]
        columns = tuple(self.columns[n] for n in kept)
        return replace(self, columns=columns, values=tuple(tuple(line[n] for n in kept) for line in values))

    def contradicts(self, other: OwnTable) -> bool:
        """Whether another table has other figures under the same labels; where it has none, figures of its own."""
        one, two = ({(row[-1], column[-1]): v for row, column, _, v in table.cells} for table in (self, other))
        if shared := one.keys() & two.keys():
            return any(one[place] != two[place] for place in shared)
        return any(isinstance(value, core.Figure) and value not in one.values() for value in two.values())

    @property
    def _read(self) -> list[list[Value]]:
        """The values, texts that are exact numbers read as such."""
        return [[read_value(v) if isinstance(v, str) else v for v in line] for line in self.values]

    def blank(self) -> OwnTable:
        """Return the table with its labels and no values."""
        return replace(self, values=tuple((None,) * len(self.columns) for _ in self.rows))

    @property
    def doubtful(self) -> list[Label]:
        """The labels of rows of which words do not tell whether a sum of the rows holds them.

        Those of rates, other years, changes, what is cumulative, and sums with names of their own (线上合计) beside
        others. What is within the rows before it by its words (其中, 小计), or a total, surely is not added again.
        """
        own = [row for n, row in enumerate(self.rows) if not (n and repeats(row, "within"))]
        is_mixed = len({bool(tells(row, "named")) for row in own}) > 1
        return [row for row in own if repeats(row, "doubtful") or (is_mixed and tells(row, "named"))]

    def with_total(self, label: str) -> OwnTable:
        """Return the table with a row of sums below; as it is where it has a row or column of this label.

        Columns of what is no part of a sum, and those with text, have none, nor has any where a row is doubtful; blanks
        add nothing.
        """
        if not label or self.has_total(label):
            return self
        pairs = [] if self.doubtful else list(zip(self.rows, self._read, strict=True))
        lines: list[list[Any]] = [line for row, line in pairs if not repeats(row, "within")]
        columns = [(at, [line[n] for line in lines if line[n] is not None]) for n, at in enumerate(self.columns)]
        sums = (None if not own or tells(at, "apart") or str in map(type, own) else added(own) for at, own in columns)
        return replace(self, rows=(*self.rows, (label,)), values=(*self.values, tuple(sums)))


def added(figures: Iterable[core.Figure]) -> core.Figure:
    """Add figures up without rounding.

    >>> added([1, Decimal("0.1"), Decimal("0.2")])
    Decimal('1.3')
    """
    with localcontext(prec=PRECISION):
        return sum(figures)


def exact(value: object) -> Value:
    """Return a value as an exact figure, a text, or None for a blank.

    A float counts as the number that Python writes for it: what is printed is what is checked, and a figure that was
    computed inexactly is seen. What is not finite is a text.

    >>> exact(3.0), exact(0.1 + 0.2), exact(float("nan"))
    (3, Decimal('0.30000000000000004'), None)
    """
    if isinstance(value, (bool, str)):
        return str(value)
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real | Decimal) and math.isfinite(number := float(value)):
        return int(number) if number.is_integer() else Decimal(repr(number))
    return None if str(value).strip("-") in MISSING else str(value)


def unlabelled(frame: Any) -> bool:
    """Whether the rows of a DataFrame have no labels, so that none are printed."""
    return type(frame.index).__name__ == "RangeIndex" and frame.index.name is None


def read_value(text: str) -> Value:
    """Return what a field of a file holds; a mark such as ``/`` is a blank, as in the tables of the form."""
    figure = core.read_figure(text, core.Kind("signed", decimals=len(text.partition(".")[2]))).figure
    return figure if figure is not None else None if not text or text in core.NOT_APPLICABLE else text


def own_files(folder: Path) -> list[Path]:
    """Return the files of a filing's folder that hold tables of the analyst's own, in the order of their names."""
    own = folder / OWN_FOLDER
    return sorted(path for path in own.iterdir() if path.suffix.lower() == ".csv") if own.is_dir() else []


def read_own_tables(folder: Path, shown: str, taken: Collection[str] = ()) -> tuple[dict[str, OwnTable], list[str]]:
    """Return the tables of a filing's folder ``tables/`` by key, and a sentence for each that cannot be read.

    shown: the filing's folder in messages. taken: keys of the form's own tables.
    """
    found, problems = dict[str, OwnTable](), list[str]()
    for path in own_files(folder):
        name = f"{shown}/{OWN_FOLDER}/{path.name}"
        try:
            if not path.stem.isidentifier():
                raise core.GovReportError("的文件名应由字母、数字和下划线组成，不以数字开头")
            if path.stem in taken:
                raise core.GovReportError(f"与报告格式中的表 {path.stem} 同名")
            found[path.stem] = OwnTable.read(core.read_text(path, name).text, path.stem)
        except core.FilingError as error:
            problems += error.problems
        except core.GovReportError as error:
            problems.append(f"{name} {error}；请改正。")
    return found, problems


def _called(labels: tuple[Label, ...]) -> dict[str, int]:
    """Return the places of rows or columns by what expressions call them.

    A single one is its own total; of several totals the last is that of all.
    """
    last = [0] if len(labels) == 1 else totals(labels)
    return {"·".join(label): n for n, label in enumerate(labels)} | ({"total": last[-1]} if last else {})


def bare(text: str) -> str:
    """Return a text in one shape, however it is typed: no blanks or full-width forms, Simplified, years in digits.

    >>> bare("二〇二三年總　計（條）")
    '2023年总计(条)'
    """
    text = "".join(unicodedata.normalize("NFKC", text).split()).translate(part_words().simplified)
    in_words = _PATTERNS["year in words"]
    return str(in_words.sub(lambda found: str(core.chinese_number(found[0].replace("0", "〇"))), text))


def tells(label: Label, what: str) -> str:
    """Return the words by which a label tells something, empty where it does not.

    what: a name of a pattern in ``own_labels.toml``.

    >>> tells(("平台", "办结　率（％）"), "rate"), tells(("２０２３年合計",), "year"), tells(("合计",), "rate")
    ('率(%)', '2023', '')
    """
    return found[0] if (found := _PATTERNS[what].search(bare(label[-1]))) else ""


def is_total(label: Label, total: str = TOTALS[0]) -> bool:
    """Whether a label is that of totals, whatever year and unit are with it: any of TOTALS, or another asked for.

    >>> [is_total((label,)) for label in ("总　计（条）：", "2023年度合計", "上年合计", "累计")]
    [True, True, False, False]
    """
    word, asked = (_PATTERNS["around"].sub("", bare(text)) for text in (label[-1], total))
    return word in (TOTALS if asked == TOTALS[0] else (asked,))


def repeats(label: Label, what: str = "repeats") -> bool:
    """Whether what stands beside a label is a sum of others or within another, so that it is not added again.

    what: ``within`` for what is surely within what stands before it, not merely called by a name of its own.
    """
    return is_total(label) or bool(tells(label, what))


def totals(labels: Iterable[Label], total: str = TOTALS[0]) -> list[int]:
    """Return the places of the labels of totals, but of those of a year before another's.

    >>> totals([("网站",), ("2022年合计",), ("2023年合计",)])
    [2]
    """
    years = {n: tells(label, "year") for n, label in enumerate(labels) if is_total(label, total)}
    now = "" if "" in years.values() else max(years.values(), default="")
    return [n for n, year in years.items() if year == now]


def _label(label: Hashable) -> Label:
    parts = tuple(str(part) for part in label) if isinstance(label, tuple) else (str(label),)
    return parts[: 1 + max((n for n, part in enumerate(parts) if part), default=0)]


def own_label(name: str) -> str:
    """Return what messages call a cell of such a table.

    >>> own_label("tables.platforms.网站.发布")
    '“网站”的“发布”'
    """
    return "的".join(f"“{label}”" for label in name.split(".")[2:])
