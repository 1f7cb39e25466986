"""The exporters in JupyterLab's export menu: its server serves formats of letters only, and ours have a hyphen.

An extension of Jupyter's server, which the installed package enables (``etc/jupyter/jupyter_server_config.d``).
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from govreport.checks import Account, NotebookError
from govreport.publish.notebook_json import account_json
from govreport.publish.package import official_name

FORMAT = r"(?P<format>govreport-(?:html|pdf|docx|ofd))"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Let the server export to our formats, as it does to its own, under official names."""
    from jupyter_server.auth.decorator import authorized  # noqa: PLC0415
    from jupyter_server.base.handlers import path_regex  # noqa: PLC0415
    from jupyter_server.nbconvert.handlers import NbconvertFileHandler  # noqa: PLC0415
    from jupyter_server.utils import ensure_async, url_path_join  # noqa: PLC0415
    from tornado import web  # noqa: PLC0415

    class ReportHandler(NbconvertFileHandler):
        """Exports a notebook under the official name of its page, under its own if it tells none."""

        official = ""

        @web.authenticated
        @authorized
        async def get(self, format: str, path: str) -> Any:
            """Answer with the page."""
            contents: Any = self.contents_manager
            model = await ensure_async(contents.get(path=path.strip("/")))
            if model["type"] == "notebook" and (told := account_json(model["content"])):
                with suppress(NotebookError):
                    self.official = official_name(Account.from_json(told))
            export: Any = super().get
            return await export(format, path)

        def set_attachment_header(self, filename: str) -> None:
            """Name the file that the browser saves."""
            file = Path(filename)
            super().set_attachment_header(f"{self.official or file.stem}{file.suffix}")

    route = url_path_join(server.web_app.settings["base_url"], "nbconvert", FORMAT) + path_regex
    server.web_app.add_handlers(".*$", [(route, ReportHandler)])
