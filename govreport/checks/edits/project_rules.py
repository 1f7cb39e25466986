"""A project's ``rules.toml``: rules in the language of the forms' rules, and settings of the rules on prose."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from govreport.checks.prose.lexicon import project_lexicon
from govreport.checks.prose.repetition import SIMILARITY
from govreport.core import FormError, ProjectError, in_project_file, line_of, parse_toml
from govreport.filing import Appearance, Project, project_text
from govreport.forms import Catalogue, Rule, read_rules

RULES_FILE = "rules.toml"


def require_project_files(project: Project) -> Appearance:
    """Read every file of a project that its reports share, and return how pages look.

    Raises ProjectError or FormError with a sentence for a mistake in forms, settings, templates, rules or words.
    """
    project_rules(project.root, project.catalogue)
    project_lexicon(project.root)
    return project.appearance


def project_rules(root: Path, catalogue: Catalogue | None = None) -> tuple[Rule, ...]:
    """Return the rules of a project's ``rules.toml``; none where it has no such file.

    catalogue: the editions whose names they may use, by default the package's.
    Raises ProjectError with a sentence that names the line of a mistake.
    """
    return _settings(root, catalogue)[0]


def similarity(root: Path, catalogue: Catalogue | None = None) -> float:
    """Return the similarity with last year's prose from which on rule N8 tells of it: ``similarity`` of ``[prose]``.

    catalogue: as for `project_rules`.
    Raises ProjectError with a sentence that names the line of a mistake.
    """
    return _settings(root, catalogue)[1]


def _settings(root: Path, catalogue: Catalogue | None) -> tuple[tuple[Rule, ...], float]:
    with in_project_file():
        return _read(project_text(root, RULES_FILE), catalogue or Catalogue.read())


@lru_cache(maxsize=8)
def _read(text: str, catalogue: Catalogue) -> tuple[tuple[Rule, ...], float]:

    def error(place: str, what: str) -> FormError:
        rule = re.fullmatch(r"rules\[(\d+)\]\.(.+)", place)
        told = f"（第{rule[1]}条规则的 {rule[2]}）" if rule else f"的 {place}"
        return FormError(f"{RULES_FILE} 第{line_of(text, place)}行{told}：{what}。")

    data = parse_toml(text, RULES_FILE, "每条规则应以 [[rules]] 开头")
    try:
        rules = read_rules(data, error, tuple(catalogue.editions.values()))
    except FormError as problem:
        raise ProjectError(str(problem)) from None
    return rules, float(data.get("prose", {}).get("similarity", SIMILARITY))
