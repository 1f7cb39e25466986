"""The emblem of a project's pages, and what pages set by its own templates must show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from govreport.core import GovReportError, Picture
from govreport.filing import TEMPLATES, Appearance
from govreport.publish.pictures import PictureError, linked_picture

HEIGHT = 56.7
"""Of an emblem in points: 20 mm."""


def emblem_picture(appearance: Appearance) -> tuple[Picture, ...]:
    """Return a project's emblem, if it has one. Raises GovReportError where it is no picture."""
    if not appearance.emblem:
        return ()
    try:
        media, data = linked_picture(appearance.emblem)
    except PictureError:
        raise GovReportError("徽标不是可用的图片；请把 govreport.toml 的 emblem 改为 PNG、JPEG 或 SVG 图片。") from None
    return (Picture(data=data, media=media, alt="徽标", height=HEIGHT),)


def require(form: str, wanted: Mapping[str, Iterable[str]], as_found: Callable[[str], str], page: str) -> None:
    """Raise GovReportError if a page by a project's template lacks something.

    wanted: texts by the names of the parts; as_found: gives a text or a page as they are compared.

    >>> require("html", {"标题": ["甲"], "正文": ["乙"]}, str.strip, "甲")
    Traceback (most recent call last):
    govreport.core.errors.GovReportError: templates/report.html 没有完整排出正文；请照原有的模板补上。
    """
    found = as_found(page)
    if lacking := [name for name, texts in wanted.items() if not all(as_found(text) in found for text in texts)]:
        raise GovReportError(f"{TEMPLATES[form]} 没有完整排出{'、'.join(lacking)}；请照原有的模板补上。")
