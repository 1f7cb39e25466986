"""A statutory table as a sheet: laid out as the form prints it, totals and verdicts as live formulas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from govreport.core import FIGURE_LIMIT, Figure, Grid, Kind, json_number, write_figure
from govreport.exchange.readers.sheet_reader import Place
from govreport.exchange.workbook import formulas
from govreport.exchange.workbook import workbook_style as style
from govreport.exchange.workbook.formulas import Verdicts
from govreport.exchange.workbook.prose_sheet import FIRST_ROW
from govreport.filing import Filing
from govreport.forms import Edit, Rule, Table
from govreport.tables import statutory_grid

TOP, LEFT = FIRST_ROW + 1, 2
"""Row and column where the printed grid begins; keys, heading and agency stand above, keys to the left."""
WHOSE = "填报单位"
"""How the line begins that says whose the figures are."""


def add_table(book: Any, filing: Filing, key: str, last: Filing | None, marker: str) -> None:
    """Add the sheet of a table to a workbook."""
    table, grid = filing.form.tables[key], statutory_grid(filing, key)
    wide = style.LANDSCAPE if len(grid.widths) > len(grid.head) + len(grid.body) else style.PORTRAIT
    columns = {str(n): round(width * wide / sum(grid.widths), 1) for n, width in enumerate(grid.widths, LEFT)}
    sheet = style.add_sheet(book, table.name, marker, columns)
    sheet.sheet_properties.tabColor = "2F5D8A"
    places = _grid(sheet, grid)
    whose = f"{WHOSE}：{filing.name}　　　　报告年度：{filing.year}年"
    titles = (filing.form.parts[table.part - 1], style.HEADING, style.CENTRE), (whose, style.LABEL, style.MIDDLE)
    for row, (text, font, align) in enumerate(titles, 2):
        style.write(sheet, (row, LEFT), text, font, align, columns=len(grid.widths), framed=False)
    totals = formulas.parts_by_total(filing.form)
    for name, place in places.items():
        _fill(sheet.cell(*place), filing, name, places, totals.get(name, ()))
    _validate(sheet, filing, places, frozenset(totals))
    _verdicts(sheet, table, formulas.table_edits(filing.form, table, last), Verdicts(places, last), len(grid.head))
    head = (TOP, TOP + len(grid.head) - 1) if grid.head else (2, TOP - 1)
    style.page(sheet, TOP + len(grid.head) + len(grid.body) - 1, (LEFT, LEFT + len(grid.widths) - 1), head)
    sheet.freeze_panes = sheet.cell(TOP + len(grid.head), LEFT + (table.stub_depth if grid.head else 0))


def _grid(sheet: Any, grid: Grid) -> dict[str, Place]:
    """Write the printed grid and return where its figures stand; each row's hidden first cell names them."""
    places: dict[str, Place] = {}
    for row, begun in enumerate((*grid.head, *grid.body), TOP):
        keys = []
        for cell in begun:
            place = row, LEFT + cell.column
            if cell.name:
                places[cell.name] = place
                keys.append(f"{place[1]}:{cell.name}")
                text, look = "", (style.FIGURE, style.FITTED)
            else:
                font = style.HEAD if row < TOP + len(grid.head) or cell.scope == "col" else style.LABEL
                text, look = cell.text, (font, style.MIDDLE if cell.align == "left" else style.CENTRE)
            style.write(sheet, place, text, *look, rows=cell.rows, columns=cell.columns)
        if keys:
            style.put(sheet.cell(row, 1), " ".join(keys))
    return places


def _fill(cell: Any, filing: Filing, name: str, places: Mapping[str, Place], parts: tuple[str, ...]) -> None:
    """Write a figure; a total is written as its formula wherever that gives the same figure."""
    kind, figure = filing.form.cells[name].kind, filing.cells[name]
    filled = [value for part in parts if (value := filing.cells[part]) is not None]
    certain = parts and name not in filing.unreadable and filing.unreadable.keys().isdisjoint(parts)
    if certain and figure == (sum(filled) if filled else None):
        cell.value = formulas.sum_formula(places[part] for part in parts)
    elif name in filing.unreadable:
        style.put(cell, filing.unreadable[name].text)
    else:
        cell.value = json_number(figure)
    digits = f"0.{'0' * min(kind.decimals, 2)}{'#' * (kind.decimals - 2)}" if kind.decimals else "0"
    cell.number_format = f'{digits}"{kind.unit}"' if kind.unit_in_cell else digits
    cell.protection = style.OPEN
    cell.fill = style.TOTAL if parts else style.INPUT


def _validate(sheet: Any, filing: Filing, places: Mapping[str, Place], totals: frozenset[str]) -> None:
    """Add the rules by which a spreadsheet program accepts only figures of each cell's kind."""
    groups: dict[tuple[Kind, bool], list[Place]] = {}
    for name, place in places.items():
        groups.setdefault((filing.form.cells[name].kind, name in totals), []).append(place)
    for (kind, is_total), found in groups.items():
        most: Figure = kind.from_units(FIGURE_LIMIT - 1)
        known = {"signed": "整数，减少填负数", "money": f"不小于0的数，单位：{kind.unit}"}
        what = known.get(kind.name, "不小于0的整数")
        rule = DataValidation("decimal" if kind.decimals else "whole", allow_blank=True, operator="between")
        rule.formula1, rule.formula2 = write_figure(-most if kind.name == "signed" else 0), write_figure(most)
        rule.showErrorMessage = True
        rule.errorTitle, rule.error = "不是可填的数字", f"这一格应填{what}；没有数据请留空。"
        if is_total or kind.name != "count":
            rule.showInputMessage = True
            rule.promptTitle = "总计" if is_total else "填写说明"
            rule.prompt = "由各项自动相加；也可改写成数字，改后仍会校验。" if is_total else f"应填{what}。"
        for row, column in found:
            rule.add(sheet.cell(row, column).coordinate)
        sheet.add_data_validation(rule)


def _verdicts(sheet: Any, table: Table, rules: Mapping[Rule, list[Edit]], verdicts: Verdicts, depth: int) -> None:
    """Put each rule's verdicts beside its rows, or under its columns where it is about columns.

    depth: how many header rows the printed grid has.
    """
    right, below = LEFT + table.grid_width, sheet.max_row + 1
    look = style.SMALL, style.MIDDLE, style.SHADE
    for rule, edits in rules.items():
        words = f"{rule.id}　{formulas.rule_text(rule, table)}"
        places = [[verdicts.places[cell] for cell in edit.cells] for edit in edits]
        rows = [{row for row, _ in found} for found in places]
        if all(len(found) == 1 for found in rows) and len(set().union(*rows)) == len(edits):
            spots = [(min(found), right, 1) for found in rows]
            sheet.column_dimensions[get_column_letter(right)].width = 2 * style.NARROW
            style.write(sheet, (2, right), words, *look, rows=2 + depth)
            right += 1
        else:
            style.write(sheet, (below, LEFT), words, *look, columns=table.stub_depth or table.grid_width)
            below += 1 if table.stub_depth else 2
            ends = [(min(column for _, column in found), max(column for _, column in found)) for found in places]
            spots = [(below - 1, first, final - first + 1) for first, final in ends]
        _judge(sheet, words, dict(zip(spots, edits, strict=True)), verdicts)


def _judge(sheet: Any, words: str, edits: Mapping[tuple[int, int, int], Edit], verdicts: Verdicts) -> None:
    """Write the verdicts of one rule, with a help text, and colour the cells of an edit that fails."""
    prompt = words if len(words) <= style.LONGEST_PROMPT else f"{words[: style.LONGEST_PROMPT - 1]}…"
    help_text = DataValidation(showInputMessage=True, promptTitle="勾稽校验", prompt=prompt)
    sheet.add_data_validation(help_text)
    for (row, column, wide), edit in edits.items():
        at = formulas.reference((row, column))
        cell = style.write(sheet, (row, column), "", style.VERDICT, style.CENTRE, style.SHADE, columns=wide)
        cell.value = verdicts.formula(edit)
        help_text.add(cell.coordinate)
        concerned = formulas.references([*(verdicts.places[name] for name in edit.cells), (row, column)])
        failed = f'AND({at}<>"",{at}<>"{formulas.AGREES}")'
        alarm = FormulaRule([failed], fill=style.FAILED[edit.severity], font=Font(color="9C0006"))
        sheet.conditional_formatting.add(concerned.replace(",", " "), alarm)
