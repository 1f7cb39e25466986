"""What travels inside the PDF: the filing's data, so that a published report can be read back without loss."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from govreport.core import GovReportError, Grid
from govreport.filing import ENCLOSED_FILES, Filing, table_csv
from govreport.forms import editions
from govreport.publish.document import Document

BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Attachment:
    """A file within the PDF (ISO 19005-3, 6.8).

    relationship: what it is to the report: ``source`` or ``data``.
    """

    name: str
    data: bytes
    media: str
    relationship: str
    description: str


def attachments(document: Document) -> tuple[Attachment, ...]:
    """Return the filing's JSON, its front matter, and its tables as CSV files, as they lie in a filing's folder.

    A document without a filing has none; data that is no filing is attached as JSON alone.

    >>> filing = Filing.from_cells("demo", "示例局", 2021, {})
    >>> [file.name for file in attachments(Document(("示例",), (), filing=filing.to_json()))]
    ['filing.json', 'proactive.csv', 'applications.csv', 'disputes.csv']
    """
    if not document.filing:
        return ()
    source = [_json("filing", document.filing, "年报全部数据（JSON）")]
    if document.front:
        source.append(_json("front", document.front, "报告标题、署名等（JSON）"))
    try:
        filing = Filing.from_json(document.filing, printed=_printed(document))
    except GovReportError:
        return tuple(source)
    tables = (
        Attachment(
            f"{table.key}.csv",
            (BYTE_ORDER_MARK + table_csv(filing, table)).encode("utf-8", "replace"),
            "text/csv",
            "data",
            f"{table.name}（CSV）",
        )
        for table in filing.form.tables.values()
    )
    return (*source, *tables)


def _json(key: str, data: Mapping[str, Any], description: str) -> Attachment:
    """Return a JSON file; a lone surrogate is written as the escape by which JSON knows it."""
    text = json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")
    return Attachment(ENCLOSED_FILES[key], text, "application/json", "source", description)


def _printed(document: Document) -> dict[str, str]:
    """Return what the report's tables print in the filing's cells, without the units that the form writes there."""
    kinds = {name: cell.kind for form in editions().values() for name, cell in form.cells.items()}
    tables = (block for block in document.blocks if isinstance(block, Grid))
    cells = (cell for table in tables for row in table.body for cell in row if cell.name in kinds)
    filled = document.filing.get("cells", {})
    return {
        cell.name: cell.text.removesuffix(kinds[cell.name].unit if filled.get(cell.name) is not None else "")
        for cell in cells
    }
