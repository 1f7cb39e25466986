"""What the project's pages carry within them: a filing's JSON and, beside it, its front matter."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from lxml import etree

ENCLOSED_FILES = {"filing": "filing.json", "front": "front.json"}
"""Files attached to a PDF that hold them."""
ENCLOSURE_NAMESPACE = "urn:govreport:filing"
"""Namespace of the custom XML part of a Word document that holds them."""


def front_of(account: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a report's account holds of its filing beside the JSON: name, title, date, headings, printed cells.

    >>> front_of({"name": "示例局", "title": ["示例局", "年度报告"], "filing": {}, "year": 2023})
    {'name': '示例局', 'title': ['示例局', '年度报告']}
    """
    keys = ("name", "title", "published", "contact", "signature", "headings", "printed")
    return {key: account[key] for key in keys if account.get(key)}


def text_digest(document: etree._Element) -> str:
    """Return the digest of the text of a Word document's main part, which saving it anew leaves as it is."""
    text = "".join("".join(t.text or "" for t in document.iter("{*}t")).split())
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
