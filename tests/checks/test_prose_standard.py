"""Sentences of the form's own words: right ones are silent, wrong figures are told, near, far and against 0."""

from __future__ import annotations

from tests.support.prose_cases import changed_figures, verdict
from tests.support.standard_sentences import standard_cases

LEAST_TOLD = 0.93
"""The share of wrong figures that are told as errors or warnings; the aim is 0.97."""


def test_standard_sentences_with_the_figures_of_the_tables_are_silent() -> None:
    assert [case["text"] for case in standard_cases() if verdict(case)] == []


def test_standard_sentences_that_the_tables_contradict_are_told() -> None:
    changed = [other for case in standard_cases((0, 1)) for _, other in changed_figures(case)]
    untold = [f"{other['id']} {other['text']}" for other in changed if not verdict(other)]
    assert len(untold) <= (1 - LEAST_TOLD) * len(changed), untold
