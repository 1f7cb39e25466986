"""The emblem of a project's pages."""

from __future__ import annotations

from govreport.core import GovReportError, Picture
from govreport.filing import Appearance
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
