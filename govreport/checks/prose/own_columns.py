"""Tables of one's own as prose names them: their columns of figures by the words of their labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from govreport.checks.prose.lexicon import Hit, Lexicon, lexicon, read_lexicon
from govreport.checks.prose.passages import passages
from govreport.checks.prose.quantities import quantities
from govreport.core import Figure
from govreport.filing import OwnTable, is_total, repeats, totals

_UNIT = re.compile("(.*)（(?:单位：)?([^（）]*)）")
_COUNTED = re.compile("(.*?)(?:(?P<unit>[件条人]次|[件条次篇人份项期场])数|总?数量?|总?量)?")
_LABEL = re.compile(r"[^\W\d_](?:[^\W\d_]|[、·/+&-])+")
_YEAR = re.compile("[〇零一二两三四五六七八九十]+[年月日号]|[本上今去当下]年")
"""What lines have another letter for."""


@dataclass(frozen=True)
class OwnColumn:
    """A column of figures of a table of one's own, as prose names it.

    label: without its unit; word: what it says besides that it counts, empty where nothing; corner: the word above the
    labels of the rows; unit: "" where no label tells; scale: what 万 in the unit multiplies by; figures: by name of a
    cell; rows: names of cells by the words of their rows, but of those that repeat others; totals: names of cells that
    make up the total.
    """

    label: str
    word: str
    corner: str
    unit: str
    scale: int
    figures: Mapping[str, Figure]
    rows: Mapping[str, str]
    totals: tuple[str, ...]

    def value(self, name: str) -> Fraction | int:
        """Return what a cell counts, a blank nothing."""
        return Fraction(self.figures.get(name, 0)) * self.scale


@dataclass(frozen=True)
class OwnNames:
    """The columns of figures of tables that prose can speak of, and the labels of all as words, of class ``own``."""

    columns: tuple[OwnColumn, ...]
    words: Lexicon

    @classmethod
    def of(cls, tables: Mapping[str, OwnTable]) -> OwnNames:
        r"""Return what tables are called, by key.

        >>> table = OwnTable.read("平台,发布信息（条）,备注\n门户网站,120,\n微信公众号,86,新\n合计,206,\n", "platforms")
        >>> [(column.word, column.unit, list(column.rows)) for column in OwnNames.of({"platforms": table}).columns]
        [('发布信息', '条', ['门户网站', '微信公众号'])]
        """
        columns = tuple(column for table in tables.values() for column in _columns(table))
        words = {word for column in columns for word in (column.word, column.corner, *column.rows)}
        return cls(columns, read_lexicon(f"own.label = '{' '.join(sorted(words))}'"))


def label_and_unit(label: str) -> tuple[str, str]:
    """Return a label with its letters made alike, and the unit that it ends with in brackets."""
    text = "".join(passage.uncovered for passage in passages(label))
    match = _UNIT.fullmatch(text)
    unit = match[2] if match else ""
    is_unit = bool(unit) and [quantity.end for quantity in quantities(f"1{unit}")] == [len(unit) + 1]
    return (match[1], unit) if match and is_unit else (text, "")


def _columns(table: OwnTable) -> Iterator[OwnColumn]:
    corner, its_unit = label_and_unit(table.corner)
    labels = [label_and_unit(label[-1])[0] for label in table.rows]
    often = Counter(labels)
    for place, label in enumerate(table.columns):
        text, unit = label_and_unit(label[-1])
        counted = _COUNTED.fullmatch(text)
        word, unit = (counted[1], unit or counted["unit"] or its_unit) if counted else (text, unit or its_unit)
        quantity = next(quantities(f"1{unit}"))
        values = [(table.names[n][place], line[place]) for n, line in enumerate(table.values)]
        figures = {name: value for name, value in values if isinstance(value, Figure)}
        own = [n for n, row in enumerate(table.rows) if not repeats(row)]
        rows = {labels[n]: values[n][0] for n in own if _names(labels[n]) and often[labels[n]] == 1}
        stated = [name for n in totals(table.rows) if (name := values[n][0]) in figures]
        if figures and not is_total(label) and len(f"1{unit}") == quantity.end:
            yield OwnColumn(
                label=text,
                word=word if _names(word) else "",
                corner=corner if _names(corner) else "",
                unit=quantity.unit,
                scale=quantity.scale,
                figures=figures,
                rows=rows,
                totals=tuple(stated[-1:] or [values[n][0] for n in own]),
            )


def _names(word: str) -> bool:
    """Whether a label tells what is counted: it has letters besides those of words without weight."""
    if not _LABEL.fullmatch(word) or _YEAR.search(word):
        return False
    hits = list(lexicon().find(word))
    return len(word) > sum(hit.end - hit.start for hit in hits) or any(map(_is_weighty, hits))


def _is_weighty(hit: Hit) -> bool:
    return not hit.meanings.keys() <= {"filler", "told"} and hit.meanings.keys().isdisjoint(("open", "none", "all"))
