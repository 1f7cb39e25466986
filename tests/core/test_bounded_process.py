"""Reading in a process of its own: results and errors come back, time and memory are bounded, a new one follows."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from resource import RLIMIT_CPU, getrlimit

import psutil
import pytest
from pikepdf import Dictionary, Name, Pdf, Stream

from govreport.core import bounded_process as module
from govreport.core.bounded_process import apart
from govreport.core.errors import FilingError
from govreport.exchange.readers.opening import open_file
from govreport.exchange.readers.pdf_reader import check_size, read_pdf
from tests.support.patience import PATIENCE
from tests.support.projects import REPOSITORY


def nested(depth: int, each: int) -> bytes:
    """A PDF of a few kilobytes whose page draws a form, which draws others so many times each, so many deep."""
    target = io.BytesIO()
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        form = Stream(pdf, b"BT /F 9 Tf (a) Tj ET", Resources=Dictionary(Font=Dictionary(F=font)))
        for level in range(depth):
            drawn = form if not level else Stream(pdf, b"/X Do " * each, Resources=Dictionary(XObject={"/X": form}))
            drawn.Type, drawn.Subtype, drawn.BBox = Name.XObject, Name.Form, [0, 0, 100, 100]
            form = pdf.make_indirect(drawn)
        page = pdf.pages[0]
        page.Resources, page.Contents = Dictionary(XObject={"/X": form}), Stream(pdf, b"/X Do")
        pdf.save(target)
    return target.getvalue()


def children() -> set[int]:
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return {int(word) for word in listed.read_text().split()} if listed.exists() else set()


def test_what_a_function_gives_and_raises_comes_back_from_another_process():
    assert apart(os.getpid, file="a") != os.getpid()
    assert apart(os.getpid, file="a") == apart(os.getpid, file="a"), "one child is kept"
    with pytest.raises(FilingError, match=r"甲局年报.pdf 不完整或已损坏"):
        apart(check_size, b"%PDF-1.7 x", "甲局年报.pdf", file="甲局年报.pdf")
    with pytest.raises(ValueError, match="invalid literal"):
        apart(int, "甲", file="a")
    assert apart(len, b"abc", file="a") == 3


def test_what_a_reader_prints_is_no_answer():
    assert apart(print, "甲", file="a") is None
    assert apart(len, "甲", file="a") == 1


def test_what_computes_too_long_is_stopped_and_the_next_file_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST_SECONDS", 1)
    before = apart(os.getpid, file="a")
    with pytest.raises(FilingError, match=r"甲局年报.pdf 读取时超出了时间或内存的上限（1 秒、1 GB），已停止读取"):
        apart(sum, range(10**15), file="甲局年报.pdf")
    assert before not in children()
    assert apart(len, b"abc", file="a") == 3


def test_what_only_waits_for_its_turn_is_not_stopped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST_SECONDS", 1)
    assert apart(time.sleep, 2.5, file="a") is None


def test_a_forked_process_reads_in_a_process_of_its_own():
    before = apart(os.getpid, file="a")
    if not (fork := os.fork()):
        os._exit(apart(os.getpid, file="a") == before)
    assert os.waitpid(fork, 0)[1] == 0
    assert apart(os.getpid, file="a") == before, "its parent's goes on"


def test_a_call_has_the_seconds_that_it_asks_for_or_else_the_usual_ones(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST_SECONDS", 4)
    used = apart(time.process_time, file="a")
    usual, asked = (apart(getrlimit, RLIMIT_CPU, file="a", seconds=seconds)[0] - used for seconds in (0, 12))
    assert 4 <= usual < 12 <= asked


def test_work_ends_when_whoever_waits_for_it_is_interrupted(monkeypatch: pytest.MonkeyPatch):
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    begun, before = time.monotonic(), apart(os.getpid, file="a")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(module.pickle, "load", interrupted)
        apart(time.sleep, 30, file="a")
    assert time.monotonic() - begun < 30 and before not in children()
    assert apart(len, b"abc", file="a") == 3


@pytest.mark.skipif(sys.platform != "linux", reason="the address space of a process is bounded on Linux")
@pytest.mark.parametrize("bound", ["RLIMIT_AS, (900_000_000, 900_000_000)", "RLIMIT_CPU, (10, 10)"])
def test_files_are_read_where_whoever_started_govreport_bounds_it_more(bound: str):
    code = (
        f"import resource; resource.setrlimit(resource.{bound}); from govreport.core.bounded_process import apart; "
        "print(apart(len, b'abc', file='a'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, check=True)
    assert done.stdout == "3\n"


@pytest.mark.skipif(sys.platform != "linux", reason="the address space of a process is bounded on Linux")
def test_what_takes_too_much_memory_is_stopped():
    with pytest.raises((FilingError, ValueError), match=r"上限|MemoryError"):
        apart(bytes, 2_000_000_000, file="a")


def test_forms_nested_in_forms_are_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch):
    assert read_pdf(nested(2, 3), "a.pdf").blocks, "a few are read"
    monkeypatch.setattr(module, "MOST_SECONDS", 1)
    with pytest.raises(FilingError, match=r"甲局年报.pdf .*上限.*，已停止读取；请向提供者要原始文件。"):
        read_pdf(nested(12, 10), "甲局年报.pdf")


def test_the_child_ends_with_its_parent():
    code = "import os; from govreport.core.bounded_process import apart; print(apart(os.getpid, file='a'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, check=True)
    with suppress(psutil.NoSuchProcess):
        psutil.Process(int(done.stdout)).wait(PATIENCE)


def test_no_module_beside_the_files_is_run(tmp_path: Path):
    (tmp_path / "pickle.py").write_text("raise SystemExit(3)")
    (tmp_path / "a.pdf").write_bytes(nested(2, 2))
    code = (
        "import pathlib, govreport.exchange.readers.opening as o; print(o.open_file(pathlib.Path('a.pdf'), 'a').kind)"
    )
    call = [sys.executable, "-P", "-c", code]
    done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.strip() == "pdf"
    assert open_file(tmp_path / "a.pdf", "a.pdf").kind == "pdf"
