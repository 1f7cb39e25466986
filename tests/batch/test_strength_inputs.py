"""Which lines of the register a report depends on."""

from __future__ import annotations

from pathlib import Path

import pytest

from govreport.checks.years.rollup import members_of
from govreport.core.textfile import write_text
from govreport.core.watching import watched
from govreport.filing.project import Project

REGISTER = """slug,name,short_name,parent,kind,scope
city,示例市人民政府,示例市政府,,government,members
office,示例市档案局,档案局,city,department,own
branch,示例市档案馆,档案馆,office,department,own
other,示例市林业局,林业局,city,department,own
"""


def register_parts(root: Path, register: str) -> dict[str, set[tuple[str, str]]]:
    """What checking each agency reads of the register, with the digests."""
    write_text(root / "data/agencies.csv", register)
    project = Project(root)
    found = {}
    for slug in project.agencies:
        with watched(root, root / "nothing", root / "output") as watch:
            members_of(project, project.agency(slug), 2023)
        found[slug] = {item for item in watch.states.items() if "#" in item[0]}
    return found


@pytest.mark.parametrize(
    ("line", "those"),
    [
        ("示例市政府", {"city"}),
        ("档案局,city", {"city", "office"}),
        ("档案馆,office", {"office", "branch"}),
        ("林业局,city", {"city", "other"}),
    ],
)
def test_a_line_of_the_register_counts_for_its_agency_and_for_its_parent(
    line: str, those: set[str], tmp_path: Path
) -> None:
    before = register_parts(tmp_path, REGISTER)
    after = register_parts(tmp_path, REGISTER.replace(f",{line},", f",新{line},"))
    assert {slug for slug in before if before[slug] != after[slug]} == those
