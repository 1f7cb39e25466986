"""Figures that words name one by one: lists, turned tables, tables parted by columns, a cell a line.

A cell has names, the labels of its row and of its column; a figure has names too, the words left of it and above it
in a grid, or before it in its line and in the lines above until another kind of text comes. Words of one kind that
follow each other stand together, and what is named later stands within what was named before. A figure is that of the
cell whose names it has, if these are sure; a cell that has several is unreadable.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, dropwhile, groupby, product

from govreport.core import Block, Grid, GridCell, Paragraph
from govreport.exchange.readers.bounds import MOST_ITEMS
from govreport.exchange.recognise.cell_values import FIGURE_IN_WORDS, is_figure, is_value, unit_of
from govreport.exchange.recognise.labels import alike, is_numbered, nearest, plain
from govreport.exchange.recognise.lines import Line
from govreport.exchange.recognise.model import LIKE, LONGEST, NEAR, SAME, SLIP, TIE, UNLIKE
from govreport.exchange.recognise.table_match import TableMatch
from govreport.exchange.recognise.table_search import find_rows
from govreport.filing import Note
from govreport.forms import Table

_WORD = re.compile(r"\w")
_BETWEEN = re.compile(r"[\s|｜—]+"), re.compile(r"[\s、，,：:；;（）()|｜—]+")
"""What parts the labels of a figure: marks that stand in no label, and all."""
_BEFORE = re.compile(r"[^\w（(]*(?:其中)?")
"""What stands before a label in a list."""
_SIGN = re.compile(r"[-－—–~+＋/→↓↑]\s*$")
_ODD = re.compile(r"(?:[减负增约近逾超第]|不[足到]|[上去]年|附?表)[：:\s]*$|\d[^\d（）()]{0,3}$")
"""What stands before a figure that is none, or not whole: a sign, or words that say something else of it."""
_NEUTRAL = re.compile(r"(?:数[量值据]|件数|(?:计量)?单位)?(?:\((?:[件项次条个元]|万元)\)|[件项次条个元]|万元)?")
"""Words over or beside figures that say no more than that they are figures, and of what unit."""
_LOST = "没有写明，或者几处不同"
"""What stands for a figure that is not named, or in several ways."""
ROW, COLUMN, FIGURE, OTHER = "row", "column", "figure", ""
Item = tuple[str, str]
"""What words name: a row by its key or a column by its label, empty for a group of these."""
Names = Mapping[str, str]
Place = tuple[int, int]
"""Numbers of a block and of a line in it."""
Told = tuple[str, str, set[Place]]
"""Name of a cell, its figure, and the places of it and of its names."""


@lru_cache
def _labels(table: Table) -> Mapping[str, tuple[Item, ...]]:
    """Return what each label of a table names, and each of a row with one of a column behind it."""
    groups = ((ROW, label) for row in table.rows for label in row.label[:-1])
    heads = ((COLUMN, label) for column in table.columns for label in (*column.label[:-1], table.corner) if label)
    found: dict[str, tuple[Item, ...]] = {label: ((kind, ""),) for kind, label in chain(groups, heads)}
    for row in table.rows:
        for *outer, last in (column.label for column in row.columns):
            rows = row.label[-1], "".join(row.label[-2:]), "".join(row.label)
            columns = last, re.sub("（.*", "", last), "".join(outer[1:]) + last, "".join(outer) + last
            found |= dict.fromkeys(rows, ((ROW, row.key),)) | dict.fromkeys(columns, ((COLUMN, last),))
            found |= {one + other: ((ROW, row.key), (COLUMN, last)) for one in rows for other in columns}
    return found


@lru_cache(maxsize=MOST_ITEMS)
def _named(text: str, table: Table) -> tuple[Item, ...]:
    """Return what the label that is nearest to a text names, nothing if another is as near, or of another unit.

    One with a number is nearer to another with a number.
    """
    words, labels = _BEFORE.sub("", text, count=1).rstrip("：:=·….\t ")[:LONGEST], [*_labels(table).items()]
    near: dict[tuple[Item, ...], float] = {(): SLIP + (UNLIKE if is_numbered(words) else LIKE)}
    for n, unlike in alike([words], tuple(_labels(table)), UNLIKE)[words]:
        label, items = labels[n]
        price = unlike + SLIP * (is_numbered(words) != is_numbered(label))
        if not items[1:] or unlike <= SAME:
            near[items] = min(price, near.get(items, price))
    best, least = min(near.items(), key=lambda one: one[1])
    others = (price for items, price in near.items() if items[: len(best)] != best)
    sure = all(price >= least + min(SLIP, least) + TIE for price in others)
    return best if sure and unit_of(words) in {"", *(column.kind.unit for column in table.columns)} else ()


def _names_in(text: str, table: Table) -> tuple[Item, ...]:
    """Return what words name, whole or by their parts, as much as they can; nothing if a part is no label."""
    found = list[tuple[Item, ...]]()
    for between in _BETWEEN:
        parts = [part for part in between.split(text) if _WORD.search(part)]
        several = [*dropwhile(lambda part: not _named(part, table), parts)]  # behind words that introduce them
        for own in ([text], parts, ["".join(parts[:2]), *parts[2:]], several[1:] and several):
            named = [_named(part, table) for part in own]
            found += [tuple(chain(*named))] if named and all(named) else []
    return max(found, key=lambda items: (sum(bool(key) for _, key in items), -len(items)), default=())


def _items(text: str, table: Table) -> list[Item]:
    """Return the labels and figures of a line in order; nothing if it holds anything else, or is too long."""
    if len(text) > NEAR * LONGEST:
        return []
    found, pieces = list[Item](), FIGURE_IN_WORDS.split(text.replace(" / ", "  "))
    if any(_SIGN.search(one) or (_ODD.search(one) and nearest(one, tuple(_labels(table)))) for one in pieces[:-1:2]):
        return []
    for n, piece in enumerate(pieces):
        if n % 2:
            found.append((FIGURE, piece))
        elif _WORD.search(piece):
            if not (named := _names_in(piece, table)):
                return []
            found += named
    kinds = [kind == FIGURE for kind, _ in found]
    return [] if len(set(kinds)) > 1 and (kinds[0] or not kinds[-1]) else found  # labels, then figures


def _in_line(line: Sequence[GridCell], above: dict[int, Names], table: Table) -> Iterator[tuple[Names, str]]:
    """Yield what stands in a line of a grid with what words left of it and above it name.

    above: what is named over each column. Where other words stand there, or a figure spans several names, it is empty.
    """
    left, told = dict[str, str](), False
    for cell in [*dropwhile(lambda cell: is_value(cell.text), line)] or line:
        over, beside = range(cell.column, cell.column + cell.columns), above.get(cell.column, {}).get(OTHER)
        if not is_value(cell.text) and _NEUTRAL.fullmatch(plain(cell.text)):
            continue
        if is_value(cell.text):
            first, *others = ({**above.get(x, {}), **left} for x in over)
            unsure = cell.rows > 1 or "" in first.values() or any(one != first for one in others)
            if unsure and beside and not others:
                yield {OTHER: beside}, cell.text
            elif cell.text.strip() or not told or any(filter(None, chain(*(above.get(x, {}).values() for x in over)))):
                yield {} if unsure else {kind: key for kind, key in first.items() if kind != OTHER}, cell.text
            told = True
        else:
            items = dict(_names_in(cell.text, table)) or {ROW: "", COLUMN: "", OTHER: cell.text}
            if OTHER in items and told and beside:
                yield {OTHER: beside}, cell.text
                continue
            left, told = {**left, **items}, False
            above |= {x: {**above.get(x, {}), **items} for x in over}


def _stream(blocks: Sequence[Block], table: Table) -> Iterator[tuple[Place, str, str]]:
    """Yield labels and figures in order, each with its place and kind, and other text; of a grid each figure's labels.

    A line of a grid that lacks a cell, or has a figure without a name, is other text.
    """
    above, below = dict[int, Names](), True
    for number, block in enumerate(blocks):
        if isinstance(block, Paragraph) and block.text.strip():
            yield from (((number, 0), *item) for item in _items(block.text, table) or [(OTHER, block.text)])
        if not isinstance(block, Grid):
            continue
        for row, line in enumerate(block.lines()):
            texts = [cell.text for cell in line]
            is_head = sum(not is_value(text) for text in texts) > 1 and not any(map(is_value, filter(str.strip, texts)))
            if below and is_head:
                above.clear()
            below = not is_head
            whole = line[-1].column + line[-1].columns == block.width
            found = [*_in_line(line, above, table)] if whole else []
            named = [names for names, text in found if is_figure(text)]
            if not whole or not all(named) or (named and all(OTHER in names for names in named)):
                found = [({OTHER: " ".join(texts)}, "")]
            for names, text in found:
                apart = [(OTHER, "")] if len(names) > 1 else []  # else what is named before the grid counts
                figure = [(FIGURE, text)] if apart or is_figure(text) else []
                yield from (((number, row), *item) for item in (*apart, *names.items(), *figure))


def _told(stream: Sequence[tuple[Place, str, str]], table: Table) -> Iterator[Told]:
    """Yield each figure that has names, and each cell whose figure is one of several that are not as many."""
    cells = {(cell.row.key, cell.column.label[-1]): cell.name for cell in table.cells}
    only = {cell.row.key: cell.column.label[-1] for cell in table.cells if not cell.row.columns[1:]}
    names, used, labels, before, stray = dict[str, list[str]](), set[str](), set[Place](), OTHER, False
    """What is named now, the outer kind first; kinds that figures followed; places of the labels since."""
    for kind, group in groupby(stream, lambda one: one[1]):
        places, _, keys = zip(*group, strict=True)
        if kind == OTHER:
            names, used, labels, stray = {}, set(), set(), False
        elif kind == FIGURE:
            stray = stray or (ROW not in names and before != ROW)  # figures may stand above their rows' labels
            used = set(names)
            rows, columns = names.get(ROW, [""]), names.get(COLUMN, [""])
            own = [cells.get((row, column or only.get(row, "")), "") for row in rows for column in columns]
            as_many = len(own) == len(keys) and 1 in (len(rows), len(columns))
            sure = as_many and own == [name for name in cells.values() if name in own] and not stray
            stray = stray or (not any(own) and labels.isdisjoint(places))
            told = zip(own, keys if sure else [_LOST] * len(own), strict=True)
            yield from ((name, text, {*places, *labels} if sure else set()) for name, text in told if name)
            labels = set()
        else:
            labels.update(places)
            if kind in used:  # with what stands within it
                names = dict([*names.items()][: [*names].index(kind)])
            if any(keys):
                names[kind] = [*names.get(kind, ()), *filter(None, keys)]
                if cells.keys().isdisjoint(product(names.get(ROW, ()), names.get(COLUMN, ()))):
                    names = {kind: names[kind]}  # no cell has all that
            used &= names.keys()
        before = kind


def find_named(blocks: Sequence[Block], table: Table) -> TableMatch:
    """Return what blocks tell of a table by naming its figures."""
    stream, texts, lines = [*_stream(blocks, table)], defaultdict[str, set[str]](set), list[Line]()
    told = [*_told(stream, table)]
    for name, text, _ in told:
        texts[name].add(text)
    sure = {name: own.pop() if len(own) == 1 else _LOST for name, own in texts.items()}
    for row in table.rows:
        names = [cell.name for cell in table.cells if cell.row == row]
        values = tuple(GridCell(sure.get(name, _LOST), 0, n) for n, name in enumerate(names, 1))
        lines += [Line(0, True, row.label[-1:], values, values)] if {cell.text for cell in values} != {_LOST} else []
    made = find_rows(lines, table)
    for name in [name for name, text in made.texts.items() if text == _LOST]:
        made.reasons[name] = made.texts.pop(name)
    made.reasons |= dict.fromkeys(sure.keys() - made.texts.keys(), _LOST)
    if places := {place for _, _, own in told for place in own}:
        made.blocks = {number for number, _ in places}
        written = f"{table.name}不是按行排列的，按各数的行名和列名读取，请核对。"
        made.guesses.append(Note(written, tuple(made.texts)))
        made.tell_columns(text for place, kind, text in stream if kind == OTHER and text and place in places)
        first, last = min(places), max(places)
        within = {place: text for place, kind, text in stream if kind in (OTHER, FIGURE) and place not in places}
        for place, text in within.items():
            if first < place <= (*last[:1], last[1] + 1) and FIGURE_IN_WORDS.search(text) and "。" not in text:
                made.tell_unread(text)
    return made
