"""The data that pages embed: the filing as JSON, and its front matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from govreport.core import sha256

ENCLOSED_FILES = {"filing": "filing.json", "front": "front.json"}
"""Names of the files that a PDF carries as attachments."""
ENCLOSURE_NAMESPACE = "urn:govreport:filing"
"""Namespace of the custom XML part that holds both in a Word document."""


def front_of(account: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a report's account that the filing's JSON lacks: name, title, date, headings, printed cells.

    >>> front_of({"name": "示例局", "title": ["示例局", "年度报告"], "filing": {}, "year": 2023})
    {'name': '示例局', 'title': ['示例局', '年度报告']}
    """
    keys = ("name", "title", "published", "contact", "signature", "headings", "printed")
    return {key: account[key] for key in keys if account.get(key)}


def text_digest(document: etree._Element) -> str:
    """Return the digest of the text in a Word document's main part. Saving the document again does not change it."""
    text = "".join("".join(t.text or "" for t in document.iter("{*}t")).split())
    return sha256(text.encode("utf-8", "replace"))
