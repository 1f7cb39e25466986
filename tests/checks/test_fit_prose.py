"""tools/fit_prose.py fits weights to the cases: what it switches off is there, and it comes to an end."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest

from tests.support.projects import REPOSITORY
from tests.support.prose_cases import CASES


@pytest.fixture
def tool(tmp_path, monkeypatch) -> ModuleType:
    """The tool on forty cases of two sets."""
    spec = importlib.util.spec_from_file_location("fit_prose", REPOSITORY / "tools" / "fit_prose.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "fit_prose", module)
    spec.loader.exec_module(module)
    for name in ("first", "tenth"):
        lines = (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()[:20]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    for name, value in {"CASES": tmp_path, "standard_cases": list, "NEWEST": ("tenth",), "SEEDS": range(1, 3)}.items():
        monkeypatch.setattr(module, name, value)
    return module


def test_weights_are_judged_on_sets_that_they_were_not_fitted_to(tool, capsys):
    tool.main([])
    told = capsys.readouterr().out
    expected = sum(
        len(case["expect"]) for name in ("first", "tenth") for case in tool.cases_of(tool.CASES / f"{name}.jsonl")
    )
    assert f"All sets: {expected} expected findings" in told
    shares = [float(line.split("|")[2].strip(" %")) for line in told.splitlines() if line.startswith("| 0.")]
    assert len(shares) == 3 * len(tool.LEAST)
    assert max(shares) > 80


def test_everything_that_a_reader_is_made_to_forget_is_something_that_it_knows(tool):
    assert {
        f"{module.__name__}.{name}"
        for module, names in tool.KNOWN.items()
        for name in names
        if not hasattr(module, name)
    } == set()
