"""Files that appear whole or not at all, and text files as offices send them."""

from __future__ import annotations

from pathlib import Path

import pytest

from govreport.core.textfile import written_whole


def test_a_reader_sees_the_old_file_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("旧", encoding="utf-8")
    with written_whole(path) as aside:
        aside.write_text("新的一半", encoding="utf-8")
        assert path.read_text(encoding="utf-8") == "旧"
        assert aside.parent == path.parent and aside.suffix == path.suffix and aside.name.startswith(".writing-")
    assert path.read_text(encoding="utf-8") == "新的一半"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_writing_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("旧", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), written_whole(path) as aside:
        aside.write_text("新的一半", encoding="utf-8")
        raise ZeroDivisionError
    assert path.read_text(encoding="utf-8") == "旧"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
