"""What a notebook's file says before it runs: its texts, its parameters, its kernel."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from govreport.core import ProjectError


def named_notebook(notebook: Path) -> str:
    """Return how messages name a notebook: with its folders in the project.

    >>> named_notebook(Path("/srv/notebooks/市/notebooks/shili-education/annual_report.ipynb"))
    '笔记本 notebooks/shili-education/annual_report.ipynb'
    """
    return f"笔记本 notebooks/{notebook.as_posix().rpartition('/notebooks/')[2]}"


@dataclass(frozen=True)
class NotebookFile:
    """What a notebook's file says beside its code: the texts of its Markdown cells, and what running it takes.

    parameters: the source of the first cell tagged ``parameters``, empty without one. kernel, language: of the kernel
    that the notebook names; without a name any Python will do.
    """

    texts: tuple[str, ...]
    parameters: str
    kernel: str
    language: str


def read_notebook(notebook: Path) -> NotebookFile:
    """Read a notebook's file. Raises ProjectError if it is not there or no notebook."""
    try:
        content = json.loads(notebook.read_bytes())
        cells = [("".join(cell["source"]), cell) for cell in content["cells"]]
        tagged = (source for source, cell in cells if "parameters" in cell.get("metadata", {}).get("tags", ()))
        texts = tuple(source for source, cell in cells if cell["cell_type"] == "markdown")
        metadata = content.get("metadata", {})
        kernel = metadata.get("kernelspec", {})
        language = kernel.get("language") or metadata.get("language_info", {}).get("name", "python")
        return NotebookFile(texts, next(tagged, ""), kernel.get("name", ""), language)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        told = f"{type(error).__name__}：{' '.join(str(error).split())[:100]}"
        raise ProjectError(f"{named_notebook(notebook)} 无法读取（{told}）；请在 JupyterLab 中打开并另存。") from None
