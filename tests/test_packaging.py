"""The wheel: what is in it, how large, under which licences; and that it works outside the repository."""

from __future__ import annotations

import csv
import email
import io
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.support.projects import GOOD, REPOSITORY, environment

MOST_BYTES = 12_000_000
FONTS = "govreport/core/fonts/"
LICENCES = {
    "GovRpt Song": "LICENSE-Noto-CJK.txt", "GovRpt Hei": "LICENSE-Noto-CJK.txt", "AR PL": "LICENSE-AR-PL-KaitiM.txt",
    "GovRpt Symbols": "LICENSE-DejaVu.txt",
}  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the working copy without network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def files(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of a fresh environment with the wheel, which borrows this one's other packages."""
    home = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin/python"
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    subprocess.run([*pip, "install", "-q", "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return home / "bin"


def test_the_wheel_holds_the_package_and_what_a_new_project_needs_and_nothing_else(files: dict[str, bytes]):
    tops = {name.split("/")[0] for name in files}
    (data,) = (top for top in tops if top.endswith(".data"))
    assert {top for top in tops if not top.endswith(".dist-info")} == {"govreport", data}
    settings = f"{data}/data/etc/jupyter/jupyter_server_config.d/govreport.json"
    assert [name for name in files if name.startswith(data)] == [settings], "the extension of Jupyter's server"
    kinds = {
        ".pyi",
        ".py",
        ".typed",
        ".toml",
        ".csv",
        ".md",
        ".ipynb",
        ".txt",
        ".otf",
        ".ttf",
        ".xml",
        ".css",
        ".html",
        ".js",
        ".typ",
    }
    inside = [name for name in files if name.startswith("govreport/")]
    assert {Path(name).suffix or Path(name).name[-6:] for name in inside} - kinds == set()
    assert not [name for name in inside if "__pycache__" in name or ".ipynb_checkpoints" in name]
    sources = {path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "govreport").rglob("*.py")}
    assert sources <= set(files)
    starter = {name.removeprefix("govreport/notebook/starter_files/") for name in inside if "starter_files" in name}
    assert {"data/agencies.csv", "notebooks/annual_report.ipynb"} < starter
    assert {name.split("/")[1] for name in starter if name.startswith("data/") and name.count("/") > 1} == {GOOD}


def test_the_wheel_is_not_large(wheel: Path):
    assert wheel.stat().st_size < MOST_BYTES


def test_the_wheel_names_its_licences_and_ships_their_texts(files: dict[str, bytes]):
    (name,) = (name for name in files if name.endswith(".dist-info/METADATA"))
    metadata = email.message_from_bytes(files[name])
    assert metadata["License-Expression"] == "MIT AND OFL-1.1 AND Arphic-1999 AND Bitstream-Vera"
    texts = [text for text in files if ".dist-info/licenses/" in text]
    assert {Path(text).name for text in texts} == {"LICENSE", *LICENCES.values()}
    assert all(files[text] == files[FONTS + Path(text).name] for text in texts if "fonts" in text)
    assert b"OPEN FONT LICENSE" in files[FONTS + LICENCES["GovRpt Hei"]].upper()
    assert b"ARPHIC PUBLIC LICENSE" in files[FONTS + LICENCES["AR PL"]].upper()
    assert b"BITSTREAM VERA" in files[FONTS + LICENCES["GovRpt Symbols"]].upper()


def test_every_font_is_under_one_of_the_licences(files: dict[str, bytes]):
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415

    fonts = [name for name in files if name.endswith((".otf", ".ttf"))]
    assert fonts and all(name.startswith(FONTS) for name in fonts)
    for name in fonts:
        family = FT2Font(str(REPOSITORY / name)).family_name
        assert family.startswith(tuple(LICENCES)), family


def test_the_versions_of_python_are_told_alike_everywhere(files: dict[str, bytes]):
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    versions = [entry.rsplit(" ", 1)[1] for entry in project["project"]["classifiers"] if ":: Python :: 3." in entry]
    oldest = min(versions, key=lambda version: int(version.split(".")[1]))
    assert project["project"]["requires-python"] == f">={oldest}"
    assert project["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"
    assert project["tool"]["mypy"]["python_version"] == oldest


def test_the_record_lists_every_file(files: dict[str, bytes]):
    (name,) = (name for name in files if name.endswith("/RECORD"))
    listed = {line[0] for line in csv.reader(io.StringIO(files[name].decode()))}
    assert listed == set(files)


def test_a_project_can_be_started_and_run_outside_the_repository(installed: Path, tmp_path: Path):
    def govreport(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [installed / "govreport", *arguments],
            cwd=folder,
            env=environment(PYTHONPATH=""),
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )

    where = subprocess.run(
        [installed / "python", "-c", "import govreport; print(govreport.__file__)"],
        cwd=tmp_path, env=environment(PYTHONPATH=""), capture_output=True, encoding="utf-8", check=True,
    ).stdout  # fmt: skip
    assert Path(where.strip()).is_relative_to(installed.parent), "it is the wheel's"
    assert govreport(tmp_path, "init", "my-city").returncode == 0
    result = govreport(tmp_path / "my-city", "run", "--year", "2023")
    assert (result.returncode, result.stderr) == (0, ""), result.stdout
    made = {path.name for path in (tmp_path / f"my-city/output/2023/{GOOD}").iterdir()}
    assert made == {"report.ipynb", "report.html", "report.pdf", "review.html", "report.json"}
