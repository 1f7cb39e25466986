"""What a report says of itself in its notebook: found, and checked, since a notebook may come from anybody."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from govreport.checks import SEVERITY_NAMES
from govreport.core import GovReportError, mime
from govreport.publish.json_values import json_list, json_mapping


class NotebookError(GovReportError):
    """A notebook cannot become a document; the text says why."""


SPOILT = NotebookError("笔记本里的报告信息（元数据 govreport）不完整或被改动；请在项目中重新运行笔记本后再导出。")


def account_of(notebook: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a report says of itself, from the notebook's metadata or its outputs; else an empty mapping.

    Raises NotebookError when its form is not that of `Report.account`.
    """
    found = json_mapping(json_mapping(notebook.get("metadata")).get(mime.METADATA))
    if "title" not in found:
        cells = map(json_mapping, json_list(notebook.get("cells")))
        outputs = (json_mapping(output) for cell in cells for output in json_list(cell.get("outputs")))
        accounts = (json_mapping(json_mapping(output.get("data")).get(mime.REPORT)) for output in outputs)
        found = next((account for account in accounts if "title" in account), {})
    if found and not _is_sound(found):
        raise SPOILT
    return found


def _is_sound(account: Mapping[str, Any]) -> bool:
    title, filing, last = account["title"], account.get("filing", {}), account.get("last")
    texts = (account.get(key, "") for key in ("name", "published", "signature", "contact", "state"))
    return (
        _are(str, title)
        and all(isinstance(text, str | None) for text in texts)
        and isinstance(filing, Mapping)
        and (not filing or _is_filing(filing))
        and (last is None or _are_figures(last))
        and isinstance(account.get("findings", []), list)
        and all(map(_is_finding, account.get("findings", [])))
    )


def _is_filing(filing: Mapping[str, Any]) -> bool:
    editions = filing.get("editions")
    return (
        isinstance(filing.get("year"), int)
        and isinstance(editions, Mapping)
        and all(isinstance(edition, str) for edition in editions.values())
        and _are_figures(filing.get("cells"))
        and _are(str, filing.get("unreadable", []))
    )


def _is_finding(finding: object) -> bool:
    if not isinstance(finding, Mapping) or finding.get("severity") not in SEVERITY_NAMES:
        return False
    identities, repair, waived = (finding.get(key) for key in ("identities", "suggestion", "waived"))
    return (
        all(isinstance(finding.get(key), str) for key in ("rule", "message"))
        and isinstance(finding.get("quote"), str | None)
        and isinstance(identities, list)
        and all(isinstance(identity, Mapping) and _are(str, identity.get("cells")) for identity in identities)
        and (repair is None or (isinstance(repair, Mapping) and _are_figures(repair.get("cells"))))
        and (waived is None or (isinstance(waived, Mapping) and all(isinstance(v, str) for v in waived.values())))
    )


def _are(kind: type, values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, kind) for value in values)


def _are_figures(values: object) -> bool:
    """Whether these are figures by names of cells: finite numbers, or None where blank."""
    return isinstance(values, Mapping) and all(
        value is None or (isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value))
        for value in values.values()
    )
