"""The command that sets a report beside last year's."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from govreport.cli.app import Agency, Year, app, command
from govreport.core import FilingError, ProjectError
from govreport.filing import Project, shown_folder

NOTEBOOK = "comparison"


@app.command(
    **command,
    help="与上年对照：数字的变化（值得说明的在前）、应衔接的数字、照搬和新写的文字。\n\n"
    "例：govreport compare shili-education 2023 --formats html,pdf",
)
def compare(
    agency: Agency,
    year: Year,
    formats: Annotated[
        str,
        typer.Option(
            "--formats", metavar="格式", help="改为生成 html、pdf、docx，逗号分隔；不写则在终端显示", show_default=False
        ),
    ] = "",
) -> None:
    """Set a report beside last year's, in the terminal or, through the comparison notebook, as pages."""
    project = Project.find()
    if formats:
        _make_pages(project, agency, year, formats)
    else:
        _print(project, agency, year)


def _print(project: Project, agency: str, year: int) -> None:
    from govreport.checks import check_report, compare_years  # noqa: PLC0415
    from govreport.cli.terminal import print_comparison  # noqa: PLC0415

    checked = check_report(project, agency, year)
    if checked.filing is None:
        raise FilingError([finding.message for finding in checked.findings if finding.rule == "F1"])
    if checked.last is None:
        project.last_filing(agency, year)  # tells why it cannot be read, where that is the reason
        where = shown_folder(checked.agency.slug, year - 1)
        raise ProjectError(f"没有“{checked.agency.short_name}”{year - 1}年的资料，无从比较；应放在 {where}/。")
    print_comparison(compare_years(project, checked.filing, checked.last, checked.prose))


def _make_pages(project: Project, agency: str, year: int, formats: str) -> None:
    from govreport.batch import make_plan, read_formats  # noqa: PLC0415
    from govreport.cli.running import Workers, run_plan  # noqa: PLC0415
    from govreport.cli.terminal import out  # noqa: PLC0415

    planned = make_plan(project, (agency,), (year,), notebook=NOTEBOOK, formats=read_formats(formats), force=True)
    outcomes, complete = run_plan(project, planned, Workers(1))
    for outcome in outcomes:
        made = [outcome.job.folder / outcome.job.page(form) for form in outcome.job.formats]
        out.print("".join(f"{os.path.relpath(page)}\n" for page in made if page.is_file()), end="")
    if not complete or any(outcome.errors for outcome in outcomes):
        raise typer.Exit(1)
