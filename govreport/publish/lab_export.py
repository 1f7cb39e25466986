"""The exporters in JupyterLab's export menu: its server serves formats of letters only, and ours have a hyphen.

An extension of Jupyter's server, which the installed package enables (``etc/jupyter/jupyter_server_config.d``).
"""

from __future__ import annotations

from typing import Any

FORMAT = r"(?P<format>govreport-(?:html|pdf|docx))"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Let the server export to our formats, as it does to its own."""
    from jupyter_server.base.handlers import path_regex  # noqa: PLC0415
    from jupyter_server.nbconvert.handlers import NbconvertFileHandler  # noqa: PLC0415
    from jupyter_server.utils import url_path_join  # noqa: PLC0415

    route = url_path_join(server.web_app.settings["base_url"], "nbconvert", FORMAT) + path_regex
    server.web_app.add_handlers(".*$", [(route, NbconvertFileHandler)])
