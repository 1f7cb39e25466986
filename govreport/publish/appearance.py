"""The emblem of a project's pages, and the bounds of its own templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from govreport.core import GovReportError, Picture, apart
from govreport.filing import TEMPLATES, Appearance
from govreport.publish.pictures import PictureError, linked_picture

T = TypeVar("T")
MOST_SECONDS = 20
"""Of processor, for a page by a project's template; most take less than one."""
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


def within_bounds(form: str, make: Callable[..., T], *given: object) -> T:
    """Return what a project's template of a format makes, or raise GovReportError if it never ends.

    make, given: as of `apart`.
    """
    return apart(make, *given, file=TEMPLATES[form], doing="排版", remedy="请改正模板中的循环", seconds=MOST_SECONDS)
