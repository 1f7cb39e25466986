"""Files that appear whole or not at all, and text files as offices send them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from govreport.core.errors import FilingError
from govreport.core.textfile import HOST, LIMIT, TextFile, no_formula, read_text, write_text, written_whole


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


def test_an_unfinished_file_tells_whose_it_is_and_folders_on_the_way_are_made(tmp_path: Path) -> None:
    with written_whole(tmp_path / "2023/office/report.html") as aside:
        assert aside.name.startswith(f".writing-{HOST}-{os.getpid()}-")
    with pytest.raises(FileNotFoundError), written_whole(tmp_path / "report.html") as aside:
        aside.unlink()


def test_an_error_in_writing_names_the_file_that_the_user_knows_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    for own, told in ((True, path), (False, tmp_path / "picture.png")):
        with pytest.raises(OSError, match="disk") as error, written_whole(path) as aside:
            raise OSError(28, "disk full", str(aside if own else told))
        assert error.value.filename == str(told)


def refused(path: Path, limit: int = LIMIT) -> str:
    """The sentence that tells why a file cannot be read."""
    with pytest.raises(FilingError) as error:
        read_text(path, "data/a.csv", limit)
    return str(error.value)


NO_TEXT = "data/a.csv 不是文本文件（可能是改了扩展名的表格或文档）；请另存为 UTF-8 文本。"


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.csv", b" \r\n\t", "data/a.csv 是空文件；请填写内容，或从其他年度复制后修改。"),
        ("a.csv", "行".encode("utf-16"), "data/a.csv 是 UTF-16 编码；请另存为 UTF-8（表格软件中选“CSV UTF-8”）。"),
        ("a.md", b"\xfe\xff\x88L", "data/a.csv 是 UTF-16 编码；请另存为 UTF-8。"),
        ("a.csv", b"PK\x03\x04rest", NO_TEXT),
        ("a.csv", b"%PDF-1.7", NO_TEXT),
        (
            "a.csv",
            b"\xd0\xcf\x11\xe0\xa1",
            NO_TEXT,
        ),
        ("a.csv", b"a\nb\n\xff\xff", "data/a.csv 第3行既不是 UTF-8 也不是 GB18030 编码；请另存为 UTF-8。"),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_what_to_do(
    name: str, data: bytes, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    assert refused(tmp_path / name) == sentence


def test_a_missing_file_and_a_folder_in_its_place_are_told_apart(tmp_path: Path) -> None:
    assert refused(tmp_path / "a.csv") == "缺少 data/a.csv；请补上这个文件。"
    assert refused(tmp_path) == "data/a.csv 应是文件，却是文件夹；请移走后放入同名文件。"


def test_a_file_that_the_system_does_not_open_is_told_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("甲", encoding="utf-8")
    assert refused(tmp_path / "a/b.csv") == "data/a.csv 无法打开（上级不是文件夹）；请检查文件权限。"
    assert refused(tmp_path / "a\0.csv") == "data/a.csv 无法打开（路径有误）；请检查文件权限。"


def test_a_file_may_have_as_many_bytes_as_the_limit_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"1" * 1000)
    assert read_text(path, "a.csv", 1000).text == "1" * 1000
    assert refused(path, 999) == "data/a.csv 有 1,000 字节，超过 999 字节的上限；请确认放对了文件。"
    assert LIMIT == 2_000_000


def test_what_was_guessed_in_reading_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("中文\r\n二\r三\n".encode("gb18030"))
    assert read_text(path, "a.csv") == TextFile(
        "中文\n二\n三\n", ("a.csv 是 GB18030 编码，已按此读取；建议另存为 UTF-8。",)
    )
    path.write_bytes("\ufeff中\u200b文\x07\ttab\x85".encode())
    assert read_text(path, "a.csv") == TextFile("中文\ttab\x85", ("a.csv 含有 2 个不可见的控制字符，已去除。",))
    path.write_bytes("\ufeff中文".encode())
    assert read_text(path, "a.csv") == TextFile("中文", ())


def test_a_text_is_written_with_unix_line_ends_and_a_byte_order_mark_where_asked(tmp_path: Path) -> None:
    write_text(tmp_path / "neu/a.csv", "中\n", bom=True)
    write_text(tmp_path / "neu/b.csv", "中\n")
    assert (tmp_path / "neu/a.csv").read_bytes() == b"\xef\xbb\xbf" + "中\n".encode()
    assert (tmp_path / "neu/b.csv").read_bytes() == "中\n".encode()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-3", "'-3"), ("@A1", "'@A1"), ("\t=1", "'\t=1"), ("\r=1", "'\n=1"),
        ("甲\r\n乙\r丙", "甲\n乙\n丙"), ("甲=1", "甲=1"), ("", ""),
    ],
)  # fmt: skip
def test_no_text_of_a_cell_is_a_formula_and_its_lines_stay(text: str, written: str) -> None:
    assert no_formula(text) == written


def test_the_name_of_the_machine_can_stand_in_a_file_name() -> None:
    assert HOST.isascii() and HOST.isalnum() and 0 < len(HOST) <= 32


def test_writing_leaves_no_file_open(tmp_path: Path) -> None:
    def lowest_free() -> int:
        handle = os.open(tmp_path / "a.csv", os.O_RDONLY)
        os.close(handle)
        return handle

    write_text(tmp_path / "a.csv", "中\n")
    before = lowest_free()
    for _ in range(3):
        write_text(tmp_path / "a.csv", "中\n")
    assert lowest_free() == before


def test_a_file_has_the_permissions_that_its_user_gives_to_new_files(tmp_path: Path) -> None:
    for mask, mode in ((0o077, 0o600), (0o022, 0o644), (0o002, 0o664)):
        before = os.umask(mask)
        try:
            write_text(tmp_path / f"neu-{mask}" / "a.csv", "中\n")
            with written_whole(tmp_path / "b.csv") as temporary:
                temporary.write_bytes(b"1")
                assert temporary.stat().st_mode & 0o777 == mode, "also while it is unfinished"
        finally:
            os.umask(before)
        assert (tmp_path / f"neu-{mask}" / "a.csv").stat().st_mode & 0o777 == mode
        assert (tmp_path / "b.csv").stat().st_mode & 0o777 == mode
