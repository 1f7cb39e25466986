"""Which lines of the register a report depends on."""

from __future__ import annotations

from pathlib import Path

import pytest

from govreport.batch.inputs import Inputs
from govreport.core.textfile import write_text
from govreport.filing.project import Project

REGISTER = """slug,name,short_name,parent,kind,scope
city,示例市人民政府,示例市政府,,government,members
office,示例市档案局,档案局,city,department,own
branch,示例市档案馆,档案馆,office,department,own
other,示例市林业局,林业局,city,department,own
"""


def register_parts(root: Path, register: str) -> dict[str, str]:
    """The part of each agency's inputs that stands for the register."""
    write_text(root / "data/agencies.csv", register)
    project = Project(root)
    inputs, notebook = Inputs(project), root / "notebooks/annual_report.ipynb"
    return {slug: inputs.of(agency, 2023, notebook)["register"] for slug, agency in project.agencies.items()}


@pytest.mark.parametrize(
    ("line", "those"),
    [
        ("示例市政府", {"city", "office", "other"}),
        ("档案局,city", {"city", "office", "branch"}),
        ("档案馆,office", {"office", "branch"}),
        ("林业局,city", {"city", "other"}),
    ],
)
def test_a_line_of_the_register_counts_for_its_agency_its_parent_and_its_members(
    line: str, those: set[str], tmp_path: Path
) -> None:
    before = register_parts(tmp_path, REGISTER)
    after = register_parts(tmp_path, REGISTER.replace(f",{line},", f",新{line},"))
    assert {slug for slug in before if before[slug] != after[slug]} == those
