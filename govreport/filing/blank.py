"""A blank filing: every cell empty, the form's headings, and under the first those of the aspects to speak of."""

from __future__ import annotations

from govreport.filing.filing import Filing
from govreport.filing.narrative import ORDINALS, Narrative, Part
from govreport.forms import Catalogue, part_words


def blank_filing(agency: str, name: str, year: int, catalogue: Catalogue | None = None) -> Filing:
    """Return the filing that an agency starts from.

    agency: slug; name: printed name; catalogue: the editions that are known, by default the package's.

    Raises FormError for a year before the first edition of the form.

    >>> print(blank_filing("demo", "示例局", 2023).narrative.parts[1].text.partition(chr(10))[0])
    ## （一）主动公开
    """
    form = (catalogue or Catalogue.read()).form_for(year)
    aspects = [f"## （{ORDINALS[number]}）{aspect.name}" for number, aspect in enumerate(part_words().aspects)]
    parts = {number: Part(heading, "") for number, heading in enumerate(form.parts, 1)}
    parts[1] = Part(form.parts[0], "\n\n".join(aspects))
    return Filing(agency, name, year, form, dict.fromkeys(form.cells), Narrative(parts=parts))
