"""A filing's folder ``data/<slug>/<year>/``: reading and writing its files."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from govreport.core import FilingError, FormError, ProjectError, os_reason, read_each, read_text, write_text
from govreport.filing.expressions import Scope, render
from govreport.filing.filing import Filing, Note
from govreport.filing.narrative import ORDINALS, Narrative, Part, parse_narrative, write_narrative
from govreport.filing.own_table import OWN_FOLDER, read_own_tables
from govreport.filing.table_files import FilesContent, read_table, table_csv
from govreport.forms import Catalogue, words_of


def blank_filing(agency: str, name: str, year: int, catalogue: Catalogue | None = None) -> Filing:
    """Return a blank filing with the headings of the narrative.

    agency: slug; name: printed name; catalogue: the known editions, by default the package's.

    Raises FormError for a year before the first edition of the form.

    >>> print(blank_filing("demo", "示例局", 2023).narrative.parts[1].text.partition(chr(10))[0])
    ## （一）主动公开
    """
    form = (catalogue or Catalogue.read()).form_for(year)
    aspects = [f"## （{ORDINALS[number]}）{aspect.name}" for number, aspect in enumerate(words_of(form).aspects)]
    parts = {number: Part(heading, "") for number, heading in enumerate(form.parts, 1)}
    parts[1] = Part(form.parts[0], "\n\n".join(aspects))
    return Filing(agency, name, year, form, dict.fromkeys(form.cells), Narrative(parts=parts))


NARRATIVE = "narrative.md"


def read_filing(folder: Path, agency: str, name: str, year: int, catalogue: Catalogue | None = None) -> Filing:
    """Read the filing of an agency and year from its folder.

    agency: slug; name: the agency's printed name; catalogue: the known editions, by default the package's.
    Raises FilingError with one sentence for each problem that prevents reading.
    """
    shown, catalogue = shown_folder(agency, year), catalogue or Catalogue.read()
    content, narrative = FilesContent(), Narrative()
    try:
        form = catalogue.compose(year)
    except FormError as error:
        raise FilingError([f"{shown}：{error}"]) from None
    try:
        file = read_text(folder / NARRATIVE, f"{shown}/{NARRATIVE}")
        content.notes += [Note(note) for note in file.notes]
        narrative = parse_narrative(file.text, f"{shown}/{NARRATIVE}", len(form.parts))
        form = catalogue.compose(year, narrative.editions)
    except FilingError as error:
        content.problems += error.problems
    except FormError as error:
        content.problems.append(f"{shown}/{NARRATIVE} 文件头的 editions：{error}")
    for table in form.tables.values():
        others = tuple(catalogue.tables(table.key))
        read_table(folder / f"{table.key}.csv", f"{shown}/{table.key}.csv", table, content, others)
    tables, problems = read_own_tables(folder, shown, form.tables)
    if content.problems or problems:
        raise FilingError([*content.problems, *problems])
    filing = Filing.from_cells(agency, name, year, content.texts, narrative=narrative, form=form, places=content.places)
    return replace(filing, notes=(*content.notes, *filing.notes), tables=tables)


def narrative_text(filing: Filing) -> str:
    """Return the text of a filing's narrative file; raises FilingError if it could not be read back."""
    narrative = replace(filing.narrative, title="\n".join(filing.title), editions=dict(filing.form.differing))
    text = write_narrative(narrative, filing.form.parts)
    parse_narrative(text, f"{shown_folder(filing.agency, filing.year)}/{NARRATIVE}", len(filing.form.parts))
    return text


def write_filing(filing: Filing, folder: Path) -> None:
    """Write a filing's tables and narrative into its folder, all of them or none.

    Raises FilingError for a narrative that could not be read back, ProjectError if a file cannot be written.
    """
    shown = shown_folder(filing.agency, filing.year)
    files = {folder / f"{table.key}.csv": table_csv(filing, table) for table in filing.form.tables.values()}
    files |= {folder / OWN_FOLDER / f"{key}.csv": table.text for key, table in filing.tables.items()}
    files[folder / NARRATIVE] = narrative_text(filing)
    with ExitStack() as undone:
        for path, new in files.items():
            try:
                undo = partial(path.write_bytes, path.read_bytes()) if path.exists() else path.unlink
                write_text(path, new, bom=path.name != NARRATIVE)
            except OSError as error:
                told = f"无法写入 {shown}（{os_reason(error)}），原有的文件没有改动；请检查路径和权限。"
                raise ProjectError(told) from None
            undone.callback(undo)
        undone.pop_all()


def render_prose(filing: Filing, last: Filing | None = None, scope: Scope | None = None) -> Mapping[int, str]:
    """Return the parts of a filing's narrative by number, with evaluated expressions.

    last: last year's filing, for expressions that compare years. scope: of both, which notes assertions.
    Raises FilingError with one sentence for each expression that cannot be evaluated.
    """
    shown, parts = f"{shown_folder(filing.agency, filing.year)}/{NARRATIVE}", filing.narrative.parts
    known = scope or Scope(filing, last)
    texts = read_each(lambda part: render(part, known, shown), parts.values(), FilingError)
    return dict(zip(parts, texts, strict=True))


def shown_folder(agency: str, year: int) -> str:
    """Return the path of a filing's folder for messages, relative to the project."""
    return f"data/{agency}/{year}"
