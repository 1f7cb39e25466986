"""The command that sets a report beside last year's."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from govreport.cli.app import Agency, Year, command, option
from govreport.cli.terminal import out, print_comparison
from govreport.core import ProjectError
from govreport.filing import Project, shown_folder

NOTEBOOK = "comparison"


@command(
    "与上年对照：数字的变化（值得说明的在前）、应衔接的数字、照搬和新写的文字。\n\n"
    "例：govreport compare shili-education 2023 --formats html,pdf"
)
def compare(
    agency: Agency,
    year: Year,
    formats: Annotated[str, option("格式", "改为生成 html、pdf、docx，逗号分隔；不写则在终端显示", "--formats")] = "",
) -> None:
    """Set a report beside last year's, in the terminal or, through the comparison notebook, as pages."""
    project = Project.find()
    if formats:
        _make_pages(project, agency, year, formats)
    else:
        _print(project, agency, year)


def _print(project: Project, agency: str, year: int) -> None:
    from govreport.checks import check_report, compare_years  # noqa: PLC0415, half a second: SciPy

    checked = check_report(project, agency, year)
    filing = checked.readable_filing()
    if checked.last is None:
        project.last_filing(agency, year)  # tells why it cannot be read, where that is the reason
        where = shown_folder(checked.agency.slug, year - 1)
        raise ProjectError(f"没有“{checked.agency.short_name}”{year - 1}年的资料，无从比较；应放在 {where}/。")
    print_comparison(compare_years(project, filing, checked.last, checked.prose))


def _make_pages(project: Project, agency: str, year: int, formats: str) -> None:
    from govreport.batch import Options, make_plan, read_formats  # noqa: PLC0415, half a second: papermill
    from govreport.cli.running import Workers, run_plan  # noqa: PLC0415, it loads batch

    options = Options(read_formats(formats))
    planned = make_plan(project, (agency,), (year,), notebook=NOTEBOOK, options=options, force=True)
    outcomes, success = run_plan(project, planned, Workers(1))
    for outcome in outcomes:
        made = [outcome.job.folder / outcome.job.page(form) for form in outcome.job.options.formats]
        out.print("".join(f"{os.path.relpath(page)}\n" for page in made if page.is_file()), end="")
    if not success:
        raise typer.Exit(1)
