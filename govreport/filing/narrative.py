"""Narrative: the prose of a filing, read from Markdown with front matter and split into its six parts."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from govreport.core import LONGEST_MARKDOWN, FilingError, is_impossible_date, read_date, split_date

ORDINALS = "一二三四五六七八九十"
FRONT_MATTER = ("title", "published", "contact", "signature", "editions")
ORIGIN, GUESSES = "imported_from", "import_notes"
"""Front matter that an import writes: the file it came from, and what was guessed in reading it."""
TABLE_MARK = re.compile(r"^[ \t]*<!--\s*table\s*-->[ \t]*$", re.MULTILINE)
LOOK_AGAIN = re.compile(r"<!--\s*待核对.*?-->(?:\s*\n|[ \t]*)")
"""The mark before a block of Markdown that is taken from last year's report and that nobody has looked at yet."""
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_UNSPACED = re.compile(rf"#{{1,6}}[（{ORDINALS}]")
_HEADING = re.compile(r"#[ \t]+(?P<text>.*)")
_PLAIN = re.compile(
    r"""^([\w-]+:[ \t]+)((?![&*!|>"'\[{#])(?:.*(?: #|:(?=[ \t]|$)).*|[-?](?:[ \t].*)?))$""", re.MULTILINE
)
"""A line of front matter whose text YAML would cut off or refuse."""
_ENTRY = re.compile(r"^(?=[^\s#:\-\]}])", re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """One part of the narrative: its original heading, its Markdown text, and the line where the text starts."""

    heading: str
    text: str
    line: int = 1


def split_paragraphs(text: str) -> list[str]:
    r"""Return the paragraphs of a text; joined by blank lines they give the same text.

    >>> split_paragraphs("甲。\n\n乙。")
    ['甲。', '乙。']
    """
    return re.split(r"\n\n(?=[^\n])", text) if text else []


def look_again(what: str = "") -> str:
    """Return a mark that `LOOK_AGAIN` finds and no page prints; it may say what is to be looked at.

    >>> look_again("9件是上年的数字")
    '<!-- 待核对：9件是上年的数字 -->'
    """
    return f"<!-- 待核对{'：' * bool(what)}{what} -->"


@dataclass(frozen=True)
class Narrative:
    """The prose of a filing.

    title: lines of the title, empty for the default title; published: date of publication.
    editions: edition by table, for tables that do not use the year's edition; other: other front matter.
    parts: part by number; 0 is the preamble, 1 to 6 the statutory parts.
    """

    title: str = ""
    published: datetime.date | None = None
    contact: str = ""
    signature: str = ""
    editions: Mapping[str, str] = field(default_factory=dict)
    other: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[int, Part] = field(default_factory=dict)

    @property
    def signatories(self) -> str:
        """The signature without its date, line by line."""
        return "\n".join(filter(None, (split_date(line)[0] for line in self.signature.splitlines())))

    @property
    def date(self) -> datetime.date | None:
        """The date of publication: that of the signature, else `published`."""
        return next(filter(None, (split_date(line)[1] for line in self.signature.splitlines())), self.published)


class _TextLoader(yaml.BaseLoader):
    """Loads YAML whose scalars are all text, as typed: neither numbers nor dates, nor yes and no.

    Rejects duplicate keys; and tags, anchors and aliases: expanding aliases could exhaust memory.
    """

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value} 重复", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise yaml.MarkedYAMLError(problem="不能使用 !、& 和 *", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def parse_narrative(text: str, shown: str, part_count: int = 6) -> Narrative:
    r"""Read a narrative from its file's text.

    shown: the file's name in messages; part_count: the number of parts in the form.
    Raises FilingError with one sentence for each mistake; it names the line.

    >>> parse_narrative("---\ntitle: 示例局年度报告\n---\n# 一、总体情况\n甲。", "narrative.md").parts[1].text
    '甲。'
    """
    if len(text) > LONGEST_MARKDOWN:
        raise FilingError([f"{shown} 有{len(text):,}个字符，超过{LONGEST_MARKDOWN:,}个字符的上限；请删减或移出附件。"])
    problems: list[str] = []
    front, body, first = _split_front_matter(text, shown, problems)
    settings = _read_front_matter(front, shown, problems)
    parts = _read_parts(body, first, shown, part_count, problems)
    if problems:
        raise FilingError(problems)
    return Narrative(parts=parts, **settings)


def _split_front_matter(text: str, shown: str, problems: list[str]) -> tuple[str, str, int]:
    """Return the front matter, the body, and the line where the body starts."""
    lines = text.split("\n")
    if lines[0].strip() != "---":
        problems.append(f"{shown} 第1行应是“---”（文件头，其中写 title: 报告标题）；请补上文件头。")
        return "", text, 1
    end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
    if end:
        return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2
    problems.append(f"{shown} 的文件头没有以“---”结束；请在 title 等各行之后加一行“---”。")
    start = next((number for number, line in enumerate(lines) if _HEADING.fullmatch(line)), len(lines))
    return "", "\n".join(lines[start:]), start + 1


def _load(front: str, line: int, shown: str, problems: list[str]) -> dict[str, Any]:
    """Return front matter as a mapping; mistakes become problems, entry by entry.

    line: where it starts in the file.
    """
    try:
        quoted = _PLAIN.sub(lambda m: m[1] + json.dumps(m[2].strip(), ensure_ascii=False), front)
        data = yaml.load(quoted, _TextLoader)
        if data and not isinstance(data, dict):
            raise TypeError
        return data or {}
    except (yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        entries, before, found = _ENTRY.split(front), len(problems), dict[str, Any]()
        for entry in entries if len(entries) > 2 else ():
            found |= _load(entry, line, shown, problems)
            line += entry.count("\n")
        if len(problems) == before:
            mark, problem = getattr(error, "problem_mark", None), str(getattr(error, "problem", ""))
            why = f"（{problem}）" if problem.endswith(("重复", "*")) else ""
            where = line + min(mark.line if mark else 0, front.rstrip().count("\n"))
            problems.append(f"{shown} 第{where}行的文件头写法有误{why}；应是“名称: 内容”，每项一行。")
        return found


def _read_front_matter(front: str, shown: str, problems: list[str]) -> dict[str, Any]:
    data = _load(front, 2, shown, problems)
    texts = {key: data.pop(key, "") for key in ("title", "contact", "signature", "published")}
    settings: dict[str, Any] = {key: text.strip() for key, text in texts.items() if isinstance(text, str)}
    problems += [f"{shown} 文件头的 {key} 应是文字。" for key in texts if key not in settings]
    published = settings.pop("published", "")
    for key, text in (("signature", settings.get("signature", "")), ("published", published)):
        if any(map(is_impossible_date, text.splitlines())):
            problems.append(f"{shown} 文件头的 {key} 为“{text}”，应是日期，但历上没有这一天；请改正。")
        elif key == "published" and text:
            settings[key] = read_date(text)
            if not settings[key]:
                problems.append(f"{shown} 文件头的 published 为“{text}”，应是日期，如 2024-01-25 或 2024年1月25日。")
    editions = data.pop("editions", None) or {}
    if not isinstance(editions, dict) or not all(isinstance(edition, str) for edition in editions.values()):
        problems.append(f'{shown} 文件头的 editions 写法有误；应写作 editions: {{applications: "2019"}}。')
    else:
        settings["editions"] = editions
    return settings | {"other": data}


def _read_parts(body: str, first: int, shown: str, part_count: int, problems: list[str]) -> dict[int, Part]:
    lines, begins, opened = body.split("\n"), {0: ("", -1)}, 0  # by part, its heading and the place of that line
    for place, line in enumerate(lines):
        if _FENCE.match(line):
            opened = 0 if opened else first + place
        if opened or not line.startswith("#"):
            continue
        where = f"{shown} 第{first + place}行"
        if _UNSPACED.match(line):
            problems.append(f"{where}的标题“{line.strip()[:20]}”在 # 后缺少空格；请补上。")
        if not (match := _HEADING.fullmatch(line.rstrip().rstrip(" \t#"))):
            continue
        text = match["text"].replace(" ", "")
        number = ORDINALS.find(text[0]) + 1 if text[1:2] in ("、", ".", "．") else 0
        if not 1 <= number <= part_count:
            told = f"{ORDINALS[part_count - 1]}个部分之一；一级标题应写作“# 一、总体情况”等，其他标题请用 ## 或 ###"
            problems.append(f"{where}的标题“{match['text'][:30]}”不是{told}。")
        elif number in begins:
            problems.append(f"{where}重复了第{ORDINALS[number - 1]}部分的标题；请合并为一处。")
        else:
            begins[number] = (match["text"], place)
    if opened:
        problems.append(f"{shown} 第{opened}行的 ``` 没有结束，其后各部分无法识别；请在代码之后加一行 ```。")
    parts = {}
    ends = [*(place for _, place in begins.values()), len(lines)][1:]
    for (number, (heading, place)), end in zip(begins.items(), ends, strict=True):
        text = "\n".join(lines[place + 1 : end])
        if number or text.strip():
            blank = len(text) - len(text.lstrip("\n"))
            parts[number] = Part(heading, text.strip("\n").rstrip(), first + place + 1 + blank)
    return parts


class _LineDumper(yaml.SafeDumper):
    """Writes YAML with multi-line strings in block style."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_LineDumper.add_representer(str, _represent_text)


def write_narrative(narrative: Narrative, headings: tuple[str, ...]) -> str:
    """Return a narrative as its file's text.

    headings: the form's headings, for parts without a heading.
    """
    held = {key: getattr(narrative, key) for key in FRONT_MATTER} | {"editions": dict(narrative.editions)}
    front = {key: value for key, value in held.items() if value} | dict(narrative.other)
    dumped = yaml.dump(front, Dumper=_LineDumper, allow_unicode=True, sort_keys=False, width=10_000)
    blocks = [f"---\n{dumped}---"]
    for number, usual in enumerate(("", *headings)):
        part = narrative.parts.get(number, Part(usual, ""))
        blocks += [f"# {part.heading or usual}"] if number else []
        blocks += [part.text] if part.text else []
    return "\n\n".join(blocks) + "\n"
