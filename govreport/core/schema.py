"""What people write, held to a JSON Schema (draft 7) in TOML; what does not follow it is told in Chinese.

Two keys of a definition say what messages tell: ``told`` of a value of the right type that does not fit, where … stands
for it; ``means`` of any value, and also where there is none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastjsonschema import JsonSchemaValueException

MISSING, UNKNOWN_KEY = "缺少这个键", "不认识这个键"
_TYPES = {"string": "文字", "integer": "整数", "array": "数组", "object": "一个表", "boolean": "true 或 false"}


@dataclass(frozen=True)
class Schema:
    """A file of definitions.

    formats: functions by the name of a format; one returns something true for a text that has it.
    """

    path: Path
    formats: Mapping[str, Callable[[str], Any]] = field(default_factory=dict, hash=False)

    def check(self, data: object, name: str, error: Callable[[str, str], Exception]) -> None:
        """Raise an error if data does not follow a definition; what has a default there is filled in.

        error: makes it of the key, whose path is given with numbers from 1, and of a Chinese clause on what it should
        be; an empty path means the data as a whole.
        """
        from fastjsonschema import JsonSchemaValueException  # noqa: PLC0415, only what people add needs it

        try:
            _validator(self, name)(data)
        except JsonSchemaValueException as misfit:
            place = re.sub(r"\[(\d+)\]", lambda index: f"[{int(index[1]) + 1}]", str(misfit.name).partition(".")[2])
            raise error(*_told(misfit, place)) from None

    def keys(self, name: str) -> Collection[str]:
        """Return the keys that a definition knows."""
        known: Collection[str] = _definitions(self.path)["definitions"][name]["properties"]
        return known


@cache
def _definitions(path: Path) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _validator(schema: Schema, name: str) -> Callable[[object], object]:
    import fastjsonschema  # noqa: PLC0415, as above

    definition = {**_definitions(schema.path), "$ref": f"#/definitions/{name}"}
    return fastjsonschema.compile(definition, formats=dict(schema.formats))


def _told(misfit: JsonSchemaValueException, place: str) -> tuple[str, str]:
    """Return the key that does not follow the schema, and a Chinese clause on what it should be."""
    value, said, definition = misfit.value, misfit.rule_definition, misfit.definition
    match misfit.rule:
        case "required":
            key = next(key for key in said if key not in value)
            return join_keys(place, key), definition.get("properties", {}).get(key, {}).get("means", MISSING)
        case "additionalProperties":
            return join_keys(place, min(value.keys() - definition["properties"])), UNKNOWN_KEY
        case "propertyNames":
            return join_keys(place, next(key for key in value if not re.fullmatch(said["pattern"], key))), said["told"]
        case _ if "means" in definition:
            return place, definition["means"]
        case "enum":
            return place, f"“{value}”应是 {'、'.join(said)} 之一"
        case "pattern":
            return place, definition["told"].replace("…", value[:20])
        case "minimum" | "maximum":
            return place, f"应是 {definition['minimum']} 到 {definition['maximum']} 的整数"
        case "type" if said != "string" or not place.endswith("]"):
            return place, f"应是{_TYPES[said]}"
    return re.sub(r"\[\d+\]$", "", place), definition.get("told", "应是不为空的文字数组")


def join_keys(place: str, key: str) -> str:
    """Return the path of a key in a place.

    >>> join_keys("tables.demo", "part"), join_keys("", "title")
    ('tables.demo.part', 'title')
    """
    return f"{place}.{key}".strip(".")


def line_of(text: str, place: str) -> int:
    r"""Return the line, from 1, of a TOML text where the key of a path stands: its own, or else that of what holds it.

    >>> line_of('[page]\nheader = "甲"\n\n[check]\n[check.characters]\n1 = 0', "check.characters.1")
    6
    >>> line_of("[[rules]]\nid = 1\n[[rules]]\nid = 2", "rules[2].id")
    4
    """
    lines, begun, end = text.split("\n"), 0, 0
    for name, number in re.findall(r"([^.\[\]]+)(?:\[(\d+)\])?", place):
        key = rf'"?{re.escape(name)}"?\s*'
        is_here = re.compile(rf'[\s\[]*(?:[\w."-]+\.)?{key}[\]=.]|.*[{{,]\s*{key}=').match
        others = (n for n in range(begun + 1, len(lines)) if lines[n].startswith("[") and not is_here(lines[n]))
        end = next(others, len(lines)) if end else len(lines)
        starts = [n for n in range(begun, end) if is_here(lines[n])]
        if not starts:
            break
        begun = starts[min(int(number or 1), len(starts)) - 1]
    return begun + 1
