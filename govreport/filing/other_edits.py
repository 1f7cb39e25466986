"""What differs between two filings beside the cells of their forms: prose, front matter and own tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from govreport.filing.filing import CellEdit, Filing
from govreport.filing.folder import NARRATIVE
from govreport.filing.own_table import OWN_FOLDER

_PROSE = re.compile(r"(?m)^(?!\s*$|#{2,6}\s|<!--.*-->\s*$)")
"""A line that is more than a heading or the place of a table, as a blank filing has them."""


def text_edits(before: Filing | None, after: Filing, labels: Mapping[str, str]) -> Iterator[CellEdit]:
    """Yield the texts that differ; own tables that only `before` has stay, and are none.

    labels: of the front matter that is compared, by its key.
    """
    was, now = (_texts(each, after.tables, labels) if each else {} for each in (before, after))
    for place in {**was, **now}:
        if was.get(place, "") != now.get(place, ""):
            yield CellEdit(*place, was.get(place, ""), now.get(place, ""))


def _texts(filing: Filing, tables: Collection[str], labels: Mapping[str, str]) -> dict[tuple[str, str, str], str]:
    """Return the texts of a filing by name, file and label."""
    own = {key: table.text for key, table in filing.tables.items() if key in tables}
    found = {(f"{OWN_FOLDER}.{key}", f"{OWN_FOLDER}/{key}.csv", f"表 {key}"): text for key, text in own.items()}
    texts = zip(("前言", *filing.form.parts), filing.to_json()["narrative"].items(), strict=True)
    said = ((part, n, text) for part, (n, text) in texts if _PROSE.search(text))
    found |= {(f"narrative.{n}", NARRATIVE, f"“{part}”的文字"): text for part, n, text in said}
    front = {(f"narrative.{key}", NARRATIVE, label): getattr(filing.narrative, key) for key, label in labels.items()}
    return found | front
