"""A blank filing: what last year's fixes, the form's headings, and under the first those of the aspects to speak of."""

from __future__ import annotations

from dataclasses import replace

from govreport.figures import Figure
from govreport.filing.model import Filing
from govreport.filing.narrative import ORDINALS, Narrative, Part
from govreport.forms import LAST, compose, expand
from govreport.forms.parts import part_words


def blank_filing(agency: str, name: str, year: int, last: Filing | None = None) -> Filing:
    """Return the filing that an agency starts from.

    agency: slug; name: printed name; last: last year's filing, from which what it fixes is taken over.

    Raises FormError for a year before the first edition of the form.

    >>> print(blank_filing("demo", "示例局", 2023).narrative.parts[1].text.partition(chr(10))[0])
    ## （一）主动公开
    """
    form = compose(year)
    aspects = [f"## （{ORDINALS[number]}）{aspect.name}" for number, aspect in enumerate(part_words().aspects)]
    parts = {number: Part(heading, "") for number, heading in enumerate(form.parts, 1)}
    parts[1] = Part(form.parts[0], "\n\n".join(aspects))
    blank = Filing(agency, name, year, form, dict.fromkeys(form.cells), Narrative(parts=parts))
    return carried_over(blank, last) if last else blank


def carried_over(filing: Filing, last: Filing) -> Filing:
    """Return a filing whose blank cells hold last year's figures, where a rule of its form says that both are the same.

    >>> last = Filing.from_cells("demo", "示例局", 2022, {"applications.carried_out.natural": 3})
    >>> blank_filing("demo", "示例局", 2023, last)["applications.carried_in.natural"]
    3
    """
    taken: dict[str, Figure | None] = {}
    for edit in expand(filing.form, last.form):
        if edit.sense == "=" and len(edit.left) == len(edit.right) == 1:
            (factor, cell), (other, source) = edit.left[0], edit.right[0]
            if factor == other and source.startswith(LAST) and filing.cells.get(cell, 0) is None:
                taken[cell] = last.cells[source.removeprefix(LAST)]
    return replace(filing, cells={**filing.cells, **taken})
