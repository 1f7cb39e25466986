"""What travels inside the PDF: the filing's data, so that a published report can be read back without loss."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from govreport.checks import Account
from govreport.filing import ENCLOSED_FILES, table_csv

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


def attachments(account: Account) -> tuple[Attachment, ...]:
    """Return the filing's JSON, its front matter, and its tables as CSV files, as they lie in a filing's folder.

    A page without a filing has none; one of an edition that is not known here is attached as JSON alone.

    >>> attachments(Account(("示例",)))
    ()
    """
    data, front, filing = account.enclosure["filing"], account.enclosure["front"], account.filing
    if not data:
        return ()
    source = [_json("filing", data, "年报全部数据（JSON）")]
    if front:
        source.append(_json("front", front, "报告标题、署名等（JSON）"))
    if filing is None:
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
