"""Marking the doubtful cells of a table: what is suspect, and what stands in a sum that does not hold."""

from __future__ import annotations

from dataclasses import replace

from govreport.checks import Findings
from govreport.core import Grid, GridCell


def marked_table(table: Grid, findings: Findings) -> Grid:
    """Return a table with the cells of unwaived findings marked, each with the message as its note.

    A suspect cell is one that the suggestion changes, or the only cell of its finding; the others of a
    failed identity are involved. Cells of mere notices are not marked.
    """
    suspects: dict[str, list[str]] = {}
    involved: dict[str, list[str]] = {}
    for finding in findings:
        if finding.waived or finding.severity == "notice":
            continue
        cells = {cell for identity in finding.identities for cell in identity.cells}
        wrong = set(finding.suggestion["cells"]) if finding.suggestion else cells if len(cells) == 1 else set()
        for cell in cells | wrong:
            (suspects if cell in wrong else involved).setdefault(cell, []).append(finding.message)

    def marked(cell: GridCell) -> GridCell:
        for mark, notes in (("suspect", suspects), ("involved", involved)):
            if cell.name in notes:
                return replace(cell, mark=mark, note="\n".join(notes[cell.name]))
        return cell

    return replace(table, cells=tuple(map(marked, table.cells)))
