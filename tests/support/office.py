"""LibreOffice, which reads and saves what was written: a call is dear, so that it takes all documents at once."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from govreport.core.fonts import FONTS
from tests.support.patience import PATIENCE
from tests.support.projects import environment

FALLBACKS = {
    "方正小标宋简体": "GovRpt Song",
    "仿宋_GB2312": "GovRpt Song",
    "宋体": "GovRpt Song",
    "新宋体": "GovRpt Song",
    "黑体": "GovRpt Hei",
    "楷体_GB2312": "AR PL KaitiM GB",
}


def converted(documents: Sequence[Path], kind: str, folder: Path) -> list[Path]:
    """Return documents as LibreOffice saves them in another format, with the package's fonts for the official ones.

    folder: a new one, for what it writes.
    """
    folder.mkdir()
    aliases = "".join(
        f'<alias binding="same"><family>{name}</family><prefer><family>{shipped}</family></prefer></alias>'
        for name, shipped in FALLBACKS.items()
    )
    configuration = f"<fontconfig><dir>{FONTS}</dir><cachedir>{folder}/cache</cachedir>{aliases}</fontconfig>"
    (folder / "fonts.conf").write_text(configuration, encoding="utf-8")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder, *documents]
    variables = environment(FONTCONFIG_FILE=str(folder / "fonts.conf"), HOME=str(folder))
    subprocess.run(command, env=variables, check=True, capture_output=True, timeout=PATIENCE)
    return [folder / f"{path.stem}.{kind}" for path in documents]
