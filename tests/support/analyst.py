"""A notebook as an analyst fills it: tables, pictures, Markdown and printed text, each output as IPython makes it."""

from __future__ import annotations

import base64
import io
from functools import cache
from typing import Any

import pandas as pd
from IPython.core.formatters import DisplayFormatter
from IPython.display import HTML, SVG, Image, Markdown, Math
from matplotlib.figure import Figure as Drawing
from PIL import Image as Pixels

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="60"><rect width="{}" height="40"/></svg>'
OFFICES = ["示例市民政局", "示例市林业局", "示例市档案局"]
RECEIVED = pd.DataFrame({"收到（件）": [31, 7, 12], "占比": [0.62, 0.14, 0.24]}, index=OFFICES)
BY_CHANNEL = pd.DataFrame(
    [[3, 1, 0, 2], [4, 0, 1, 5], [2, 2, 2, 2], [9, 8, 7, 6]],
    index=pd.MultiIndex.from_product([["示例区", "示例县"], ["政府", "部门"]], names=["区县", "机构"]),
    columns=pd.MultiIndex.from_product([["自然人", "法人"], ["网上", "邮寄"]]),
)
MANY = pd.DataFrame({f"第{n}月": range(1000, 1200) for n in range(1, 5)}, index=[f"{n}号" for n in range(200)])
PROSE = """## 补充说明

另有~~七件~~**八件**，公式 $a_1*b*c_2$ 不变[^1]，见[办法](https://shili.example/a)。

- [x] 已办结
- [ ] 待补正
  1. 第一步
     - 甲
     - 乙

| 月份 | 件数 |
|:---|---:|
| **一月** | [3](https://shili.example/b) |
| 二月 | 5 |

[^1]: 口径见*附件*。

现场照片：![服务大厅](attachment:照片.png "服务大厅") 摄于十月。

<table><tr><th>区</th><th colspan="2">件数</th></tr><tr><td>示例区</td><td>3</td><td>4</td></tr></table>
"""
PRINTED = "\x1b[1;31m核对\x1b[0m 3 处\n进度 10%\r进度 100%\n"


def pixels(kind: str, size: tuple[int, int] = (60, 40), color: str = "#b3191f", **options: Any) -> bytes:
    """A picture of one colour in a format of Pillow's."""
    target = io.BytesIO()
    Pixels.new("RGB", size, color).save(target, kind, **options)
    return target.getvalue()


def drawn() -> bytes:
    """A chart as matplotlib's inline backend shows it."""
    drawing, target = Drawing(figsize=(4, 2), dpi=100), io.BytesIO()
    drawing.add_subplot().bar([1, 2, 3], [31, 7, 12])
    drawing.savefig(target, format="png")
    return target.getvalue()


@cache
def _formatter() -> DisplayFormatter:
    return DisplayFormatter()


def shown(value: object) -> dict[str, Any]:
    """The output of a cell that displays a value."""
    data, metadata = _formatter().format(value)
    texts = {media: _text(content) for media, content in data.items()}
    return {"output_type": "display_data", "data": texts, "metadata": metadata}


def _text(content: object) -> object:
    return base64.b64encode(content).decode() if isinstance(content, bytes) else content


def code(*outputs: dict[str, Any], source: str = "", **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "code", "execution_count": 1, "metadata": metadata, "source": source, "outputs": list(outputs)
    }  # fmt: skip


def markdown(text: str, **attachments: bytes) -> dict[str, Any]:
    pasted = {name: {"image/png": base64.b64encode(data).decode()} for name, data in attachments.items()}
    return {"cell_type": "markdown", "metadata": {}, "source": text, **({"attachments": pasted} if pasted else {})}


def printed(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def notebook(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}


def filled() -> dict[str, Any]:
    """A notebook with everything that analysts put into theirs."""
    failed = {"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": ["\x1b[31mKeyError\x1b[0m"]}
    plot = {"output_type": "display_data", "data": {"text/plain": "<Figure size 640x480 with 1 Axes>"}, "metadata": {}}
    plot["data"]["image/png"] = base64.b64encode(drawn()).decode()
    return notebook(
        markdown("# 分析附件\n\n以下各表由分析人员编制。"),
        code(shown(RECEIVED)),
        code(shown(BY_CHANNEL)),
        code(shown(RECEIVED.style.set_caption("收到申请情况").format({"占比": "{:.0%}"}).highlight_max(color="red"))),
        code(shown(MANY)),
        markdown(PROSE, **{"照片.png": pixels("PNG", (300, 120))}),
        code(shown(Markdown("结论见**下图**。")), shown(HTML("<ul><li>甲<ol start=3><li>丙</li></ol></li></ul>"))),
        code(plot, source="#| fig-cap: 各局收到申请数\n#| fig-alt: 民政局31件，林业局7件，档案局12件\nplot()"),
        code(shown(Image(pixels("JPEG", (200, 100)), alt="办事窗口照片"))),
        code(shown(SVG(DRAWING.format(200)))),
        code(shown(Image(pixels("GIF"), format="gif"))),
        code(shown(Math("x^2")), printed(PRINTED), printed("警告", "stderr"), failed),
    )
