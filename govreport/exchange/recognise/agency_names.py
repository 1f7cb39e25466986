"""The agency that a report is of, where its title does not name it: as its sentences, head lines or page title do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from govreport.exchange.recognise.labels import without_spaces

_ENDS = "局|委|办|厅|院|处|队|所|站|会|府|室|中心|街道|镇|乡|部|署|行|司|园区|学校|大学|集团"
OFFICE = re.compile(rf"(?:{_ENDS})$")
"""What an office's name ends with."""
SHORTEST, LONGEST = 4, 30
_NAME = rf"(?P<name>[\u4e00-\u9fff()·]{{2,{LONGEST}}}(?:{_ENDS}))"
_STATED = (
    re.compile(rf"本(?:年度)?报告(?:是)?由{_NAME}(?:负责)?(?:编制|编写|公布|发布|制作)"),
    re.compile(rf"(?:^|[,。:;]){_NAME}(?:(?:按照|依照|依据|根据|结合)[^,。;]{{0,16}}|认真|组织)?(?:编制|编写|撰写)"),
    re.compile(rf"(?:现将|现公布|现就){_NAME}(?:20\d\d|二[〇○零O0])"),
)
_LEAD = re.compile(r"^(?:要求|规定|精神|有关|由|现将|我|本|该)+")
_SITE = re.compile(r"网$|网站|门户|首页|公开$|专栏|目录")


def is_office(text: str) -> bool:
    """Return whether a text is the name of an office and nothing else.

    >>> is_office("样县水利局"), is_office("样县政府门户网站"), is_office("本局办公室")
    (True, False, False)
    """
    whole = SHORTEST <= len(text) <= LONGEST and re.fullmatch(r"[\u4e00-\u9fff（）()·]+", text)
    return bool(whole and OFFICE.search(text) and not _SITE.search(text) and not re.match("我|本|各|该|全", text))


def agency_in(sentences: Iterable[str]) -> str:
    """Return the office that sentences before the parts say the report is of, empty where none does.

    >>> agency_in(["依照条例的规定，样县水利局编制了本报告。"]), agency_in(["本报告由样县水利局公布，供查阅。"])
    ('样县水利局', '样县水利局')
    """
    for sentence in sentences:
        flat = without_spaces(sentence)
        for pattern in _STATED:
            for match in pattern.finditer(flat):
                if is_office(name := _LEAD.sub("", match["name"])):
                    return name
    return ""


def agency_beside(title: str, lines: Sequence[str]) -> str:
    """Return the office that a page's own title names after the report's, or that alone is one of its head lines.

    >>> agency_beside("2023年度政府信息公开工作报告_样县残疾人联合会", []), agency_beside("", ["首页", "样县水利局"])
    ('样县残疾人联合会', '样县水利局')
    """
    pieces = [without_spaces(piece) for piece in re.split(r"[-_|—–]", title)[1:]]
    alone = [without_spaces(line) for line in lines]
    found = list(dict.fromkeys(text for text in (*pieces, *alone) if is_office(text)))
    return found[0] if len(found) == 1 else ""
