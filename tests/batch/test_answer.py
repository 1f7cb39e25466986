"""A reviewer's answer: written in the review copy, saved as a file, brought into the project whole or not at all."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from govreport import publish
from govreport.batch.job import EXECUTED, Options, report_folder
from govreport.batch.plan import make_plan
from govreport.batch.produce import produce
from govreport.batch.record import copy_digest, shown_digest
from govreport.checks.answer import LARGEST, Review, read_answer, read_review
from govreport.checks.checking import check_report
from govreport.checks.comments import Comment, read_comments
from govreport.checks.signoff import filing_digest, read_signoff, sign
from govreport.core.errors import FilingError
from govreport.core.watching import unwatched
from govreport.filing.project import Project
from govreport.publish.document import Document, read_document
from govreport.publish.markup import markdown_blocks
from govreport.publish.review import review_page
from tests.support.browser import Browser
from tests.support.patience import wait_for
from tests.support.projects import FAULTY, GOOD, YEAR, Run, append_to, govreport, make_project, replace_in

NAME = "审阅意见.json"
QUOTE = "全年主动公开政府信息166条"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(make_project(tmp_path / "project", GOOD, FAULTY))


def answer_to(project: Project, agency: str, **told: object) -> dict[str, Any]:
    """What the review copy saves for a filing as it is now, whose report was made."""
    digest = filing_digest(project, agency, YEAR)
    executed = report_folder(project, agency, YEAR) / EXECUTED
    executed.parent.mkdir(parents=True, exist_ok=True)
    executed.write_text('{"cells": [], "metadata": {}}', encoding="utf-8")
    digests = {"digest": digest, "copy": copy_digest(project, agency, YEAR)}
    plain = {"by": "李审核", "date": "2024-01-25", "verdict": "", "findings": [], "comments": []}
    return {"agency": agency, "year": YEAR, **digests, **plain, **told}


def bring(project: Project, answer: object, name: str = NAME) -> Any:
    (project.root / name).write_text(json.dumps(answer), encoding="utf-8")
    return govreport(project.root, "answer", name)


def left(project: Project) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in project.data.rglob("*.toml")}


def test_an_answer_accepts_comments_and_asks_for_changes(project: Project):
    y1, a2, n2 = sorted(check_report(project, FAULTY, YEAR).findings, key=lambda f: f.rule, reverse=True)
    findings = [
        {"finding": y1.code, "answer": "accept", "reason": "上年报告公布后更正"},
        {"finding": n2.code, "answer": "change", "reason": "请核对"},
        {"finding": a2.code, "answer": "change", "reason": ""},
    ]
    comments = [{"text": '为何“0”？\n</script> = "', "quote": "", "cell": "disputes.reconsideration.total"}]
    answer = answer_to(project, FAULTY, findings=findings, comments=comments, verdict="退回")
    ended = bring(project, answer)
    assert ended.returncode == 0 and "接受意见1条，批注3条，已退回。" in ended.stdout
    told = {f.code: f.waived for f in check_report(project, FAULTY, YEAR).findings}
    assert [code for code, waived in told.items() if waived] == [y1.code]
    folder = project.data / FAULTY / str(YEAR)
    kept = read_comments(folder, f"data/{FAULTY}/{YEAR}")
    assert [comment.by for comment in kept] == ["李审核"] * 4
    assert {comment.quote for comment in kept if comment.quote} == {f.quote for f in (n2, a2) if f.quote}
    assert kept[2] == Comment(comments[0]["text"], "李审核", "2024-01-25", cell="disputes.reconsideration.total")
    assert kept[3].text == "退回修改。" and str(read_signoff(project, FAULTY, YEAR)) == "已退回（李审核，2024-01-25）"


def test_a_verdict_signs_the_report_off(project: Project):
    ended = bring(project, answer_to(project, GOOD, verdict="同意"))
    assert ended.returncode == 0 and "已签审" in ended.stdout
    signed = read_signoff(project, GOOD, YEAR)
    assert signed and signed.holds and str(signed) == "李审核，2024-01-25"


def test_nobody_agrees_while_errors_remain_or_changes_are_asked_for(project: Project):
    codes = [finding.code for finding in check_report(project, FAULTY, YEAR).findings.errors]
    accepted = [{"finding": code, "answer": "accept", "reason": "已核实"} for code in codes]
    asked = [*accepted[1:], {"finding": codes[0], "answer": "change", "reason": ""}]
    for findings, sentence in ((accepted[1:], "还有1项错误未处理"), (asked, "还有1项错误未处理")):
        ended = bring(project, answer_to(project, FAULTY, verdict="同意", findings=findings))
        assert ended.returncode == 1 and sentence in ended.stderr and left(project) == {}
    assert bring(project, answer_to(project, FAULTY, verdict="同意", findings=accepted)).returncode == 0
    signed = read_signoff(project, FAULTY, YEAR)
    assert signed and signed.holds


def test_an_answer_to_another_filing_is_refused_and_changes_nothing(project: Project):
    comments = [{"text": "请补充", "quote": QUOTE, "cell": ""}]
    old = answer_to(project, FAULTY, comments=comments)
    append_to(project.data / FAULTY / str(YEAR) / "narrative.md", "\n后来补写的一句。\n")
    foreign = answer_to(project, GOOD) | {"agency": FAULTY, "comments": comments}
    gone = answer_to(project, FAULTY, findings=[{"finding": "000000", "answer": "accept", "reason": "已核实"}])
    unknown = old | {"agency": "no-such"}
    for answer, sentence in (
        (old, "资料在审阅之后有改动"),
        (foreign, "有改动"),
        (gone, "000000"),
        (unknown, "no-such"),
    ):
        ended = bring(project, answer)
        assert ended.returncode == 1 and ended.stderr.count("\n") == 1
        assert f"{NAME} 没有写入：" in ended.stderr and sentence in ended.stderr
    assert left(project) == {}


def test_one_bad_answer_of_a_folder_stops_no_other(project: Project):
    folder = project.root / "答复"
    folder.mkdir()
    (folder / "审阅意见-甲.json").write_text("{", encoding="utf-8")
    told = answer_to(project, GOOD, comments=[{"text": "请补充", "quote": "", "cell": ""}])
    (folder / "审阅意见-乙.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "别的.json").write_text("[]", encoding="utf-8")
    for count in (1, 0):  # the same answer once more says nothing new
        ended = govreport(project.root, "answer", "答复")
        assert ended.returncode == 1 and (f"批注{count}条" if count else "已写入过") in ended.stdout
        assert ended.stderr.count("\n") == 1 and "审阅意见-甲.json 不是审阅本保存的审阅意见" in ended.stderr
    assert len(tomllib.loads(left(project)["comments.toml"].decode())["comment"]) == 1
    (folder / "别的.json").rename(project.root / "别的.json")
    assert govreport(project.root, "answer", "data").returncode == 2


REMARK = {"text": "字", "quote": "", "cell": ""}
SPOILT = (
    *({"by": by} for by in ("", "李\x00", "字" * 51)),
    *({"date": date} for date in ("昨天", "", 20240125)),
    *({"year": year} for year in ("2023", True, None)),
    *({"findings": findings} for findings in ({"a": 1}, 3, [3], [{"finding": "1", "answer": "drop", "reason": ""}])),
    {"findings": [{"finding": "1", "answer": "accept", "reason": " "}]},
    *(
        {"comments": [REMARK | one]}
        for one in (
            {"text": "字" * 2001},
            {"text": "\x1b[31m"},
            {"quote": None},
            {"cell": 1},
            {"nth": -1},
            {"nth": "2"},
        )
    ),
    *({"comments": comments} for comments in ([{"text": "无处"}], 3, [REMARK] * 1001)),
    *({name: wrong} for name in ("verdict", "agency", "digest") for wrong in (1, None)),
    {"verdict": "好"},
)


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_is_no_answer_is_refused_in_one_sentence(tmp_path: Path, spoilt: dict[str, object]):
    plain = {"agency": GOOD, "year": YEAR, "digest": "", "by": "李", "date": "2024-01-25", "verdict": ""}
    whole = plain | {"findings": [], "comments": [REMARK]}
    file = tmp_path / NAME
    file.write_text(json.dumps(whole), encoding="utf-8")
    assert read_answer(file).by == "李"
    file.write_text(json.dumps(whole | spoilt), encoding="utf-8")
    (field,) = spoilt
    with pytest.raises(FilingError, match=f"有误的是 {field}.*；请在审阅本中重新保存。$"):
        read_answer(file)


def test_only_a_regular_file_of_bounded_size_is_read_for_an_answer(tmp_path: Path):
    (tmp_path / NAME).write_text(" " * LARGEST + "{}", encoding="utf-8")
    for path, sentence in ((tmp_path / NAME, "超过 1,000,000 字节的上限"), (Path("/dev/zero"), "不是普通文件")):
        with pytest.raises(FilingError, match=sentence):
            read_answer(path)


def test_whatever_a_page_shows_may_be_quoted(project: Project):
    odd = "\ue000某某\x07\ud800*甲*" + "长" * 3000
    answer = answer_to(project, GOOD, comments=[{"text": "请核对\u200b\ue000", "quote": odd, "cell": ""}])
    for said in ("批注1条", "已写入过"):
        ended = bring(project, answer)
        assert ended.returncode == 0 and said in ended.stdout
    (kept,) = read_comments(project.data / GOOD / str(YEAR), f"data/{GOOD}/{YEAR}")
    assert kept.text == "请核对\ue000" and kept.quote == ("\ue000某某*甲*" + "长" * 3000)[:2000]
    shown = review_page(Document(("示例报告",), ()), read_review(project, GOOD, YEAR, ""))
    assert "原文：<q>\ue000某某*甲*长长" in shown


def test_a_return_voids_sign_offs_until_it_is_resolved_or_its_reviewer_signs(project: Project):
    agreed = answer_to(project, GOOD, verdict="同意")
    returned = answer_to(project, GOOD, verdict="退回", by="王签发", year=float(YEAR))
    assert "已签审" in bring(project, agreed).stdout
    ended = bring(project, returned)
    assert ended.returncode == 0 and "批注0条，已退回。原有的签审随之失效。" in ended.stdout
    void = read_signoff(project, GOOD, YEAR)
    assert void and str(void) == "已退回（王签发，2024-01-25）"
    for refused in (bring(project, agreed), govreport(project.root, "sign", GOOD, str(YEAR), "--by", "李审核")):
        assert refused.returncode == 1 and "已由王签发退回（2024-01-25），不能签审" in refused.stderr
    assert govreport(project.root, "sign", GOOD, str(YEAR), "--by", "王签发").returncode == 0
    signed = read_signoff(project, GOOD, YEAR)
    assert signed and signed.holds and signed.by == "王签发"
    assert "已写入过" in bring(project, returned).stdout
    assert read_signoff(project, GOOD, YEAR) == signed


def test_open_comments_are_told_in_the_list_and_the_index_and_who_returned_a_report_signs_what_was_made_since(
    project: Project,
):
    comments = [{"text": "请核对", "quote": "", "cell": ""}] * 2
    assert bring(project, answer_to(project, GOOD, comments=comments, verdict="退回")).returncode == 0
    (listed,) = json.loads(govreport(project.root, "list", GOOD, str(YEAR), "--json").stdout)
    assert listed["comments"] == "批注1条", "what is said twice is said once"
    for shown in (
        govreport(project.root, "list", GOOD, str(YEAR)).stdout,
        (project.output / "index.html").read_text(encoding="utf-8"),
    ):
        assert "已退回" in shown and "批注1条" in shown
    assert govreport(project.root, "run", GOOD, str(YEAR), "--formats", "html").returncode == 0
    ended = govreport(project.root, "sign", GOOD, str(YEAR), "--by", "李审核")
    assert ended.returncode == 0 and "govreport run" not in ended.stdout
    assert "无需重新生成" in govreport(project.root, "run", GOOD, str(YEAR), "--formats", "html", "--dry-run").stdout
    assert "将生成0份" in govreport(project.root, "run", GOOD, str(YEAR), "--formats", "html", "--dry-run").stdout


def test_comments_change_the_review_copy_alone_and_without_a_run(project: Project):
    run = ("run", GOOD, str(YEAR), "--formats", "html")
    assert govreport(project.root, *run).returncode == 0
    folder, place = report_folder(project, GOOD, YEAR), project.data / GOOD / str(YEAR) / "comments.toml"
    executed = (folder / EXECUTED).read_bytes()

    def is_made() -> bool:
        listed, planned = govreport(project.root, "list"), govreport(project.root, *run, "--dry-run")
        is_kept = (folder / EXECUTED).read_bytes() == executed
        return is_kept and "待重新生成" not in listed.stdout and "将生成0份" in planned.stdout

    def is_shown() -> bool:
        return "请写明口径。" in (folder / "review.html").read_text(encoding="utf-8")

    comments = [{"text": "请写明口径。", "quote": "", "cell": ""}]
    told = answer_to(project, GOOD, comments=comments)
    (folder / EXECUTED).write_bytes(executed)
    assert "批注1条。\n" in bring(project, told).stdout and is_shown() and is_made()
    assert govreport(project.root, "sign", GOOD, str(YEAR), "--by", "李审核").returncode == 0
    place.write_text(f'{place.read_text(encoding="utf-8")}resolved = "已写明"\n', encoding="utf-8")
    assert is_made() and is_shown() and govreport(project.root, *run).returncode == 0
    assert is_made() and not is_shown()
    place.write_text("[[comment", encoding="utf-8")
    assert is_made() and govreport(project.root, *run).returncode == 0
    assert "comments.toml 不是可读的 TOML" in (folder / "review.html").read_text(encoding="utf-8")
    assert govreport(project.root, *run, "--force").returncode == 0
    place.unlink()
    assert "comments.toml 有改动" in govreport(project.root, *run, "--dry-run").stdout, "a finding tells of it"


def test_what_is_said_while_a_report_is_made_comes_onto_its_review_copy_with_the_next_run(
    project: Project, monkeypatch: pytest.MonkeyPatch
):
    place, run = project.data / GOOD / str(YEAR) / "comments.toml", ("run", GOOD, str(YEAR), "--formats", "html")
    (job,) = make_plan(project, (GOOD,), (YEAR,), options=Options(("html",))).jobs
    typeset = publish.html_page

    def commented(document: Document) -> str:
        with unwatched():  # as another process does it
            place.write_text('[[comment]]\ntext = "请写明口径。"\nby = "李"\ndate = 2024-01-25\n', encoding="utf-8")
            sign(project, GOOD, YEAR, "王签审", date(2024, 1, 26))
        return typeset(document)

    monkeypatch.setattr(publish, "html_page", commented)
    assert produce(job).errors == ()
    copy = report_folder(project, GOOD, YEAR) / "review.html"
    assert "请写明口径。" not in copy.read_text(encoding="utf-8")
    assert "，1份没有变化" in govreport(project.root, *run).stdout
    assert all(told in copy.read_text(encoding="utf-8") for told in ("请写明口径。", "王签审"))


def test_comments_do_not_go_along_with_a_copied_folder(project: Project):
    assert bring(project, answer_to(project, GOOD, comments=[REMARK], verdict="退回")).returncode == 0
    folder = project.data / GOOD / str(YEAR)
    shutil.copytree(folder, folder.with_name(str(YEAR + 1)))
    told = [f.message for f in check_report(project, GOOD, YEAR + 1).findings if f.rule == "F1"]
    assert f"comments.toml 中有 {GOOD}/{YEAR} 的，不是这份报告的" in "".join(told)
    (listed,) = json.loads(govreport(project.root, "list", GOOD, str(YEAR + 1), "--json").stdout)
    assert listed["comments"] == "批注无法读取"


def test_reviewers_of_one_copy_are_heard_side_by_side_and_once(project: Project):
    codes = [finding.code for finding in check_report(project, FAULTY, YEAR).findings.errors]
    accepted = [{"finding": code, "answer": "accept", "reason": "已核实"} for code in codes]
    first = answer_to(project, FAULTY, findings=accepted, verdict="同意")
    second = answer_to(project, FAULTY, by="王签发", comments=[REMARK], findings=accepted[:1])
    folder = project.root / "答复"
    folder.mkdir()
    for name, told in (("甲", first), ("乙", second)):
        (folder / f"审阅意见-{name}.json").write_text(json.dumps(told), encoding="utf-8")
    ended = govreport(project.root, "answer", "答复")
    assert ended.returncode == 0 and ended.stdout.count("接受意见") == 2, ended.stderr
    assert ended.stdout.count("已签审") == 1 and f"接受意见{len(codes)}条" not in ended.stdout.splitlines()[0]
    again = govreport(project.root, "answer", "答复")
    assert again.returncode == 0 and again.stdout.count("已写入过") == 2
    assert left(project)["waivers.toml"].decode().count("[[waiver]]") == len(codes)


def test_an_answer_that_accepts_says_that_the_sign_offs_of_others_are_void(project: Project):
    codes = [f.code for f in check_report(project, FAULTY, YEAR).findings]
    accepted = [{"finding": code, "answer": "accept", "reason": "已核实"} for code in codes]
    assert bring(project, answer_to(project, FAULTY, findings=accepted[:-1], verdict="同意")).returncode == 0
    ended = bring(project, answer_to(project, FAULTY, findings=accepted[-1:], by="王签发"))
    assert ended.returncode == 0 and "原有的签审随之失效。" in ended.stdout


def test_only_the_present_review_copy_can_be_agreed_to(project: Project):
    code = check_report(project, FAULTY, YEAR).findings[0].code
    accepted = [{"finding": code, "answer": "accept", "reason": "已核实"}]
    for told in ({"verdict": "同意"}, {"findings": accepted}):
        for copy in ("1" * 64, ""):
            ended = bring(project, answer_to(project, FAULTY, **told) | {"copy": copy})
            assert ended.returncode == 1 and "审阅本在审阅之后重新生成过" in ended.stderr
    assert left(project) == {}
    assert bring(project, answer_to(project, FAULTY, comments=[REMARK], copy="")).returncode == 0


def test_a_review_copy_is_another_when_it_shows_something_else_and_not_when_it_was_made_again(tmp_path: Path):
    def digest(text: str, seconds: int) -> str:
        cell = {"source": ["a"], "outputs": [{"text": text}], "metadata": {"papermill": {"duration": seconds}}}
        return shown_digest(
            {"cells": [cell], "metadata": {"govreport": {"year": YEAR}, "papermill": {"duration": seconds}}}
        )

    assert digest("甲", 1) == digest("甲", 2) != digest("乙", 1)
    assert shown_digest([]) == copy_digest(Project(tmp_path), GOOD, YEAR) == ""


def test_a_resolved_comment_does_not_come_back(project: Project):
    answer = answer_to(project, GOOD, comments=[REMARK])
    bring(project, answer)
    append_to(project.data / GOOD / str(YEAR) / "comments.toml", 'resolved = "已改"\n')
    assert "已写入过" in bring(project, answer).stdout
    assert left(project)["comments.toml"].count(b"[[comment]]") == 1


def test_what_no_review_copy_saves_is_refused_in_one_sentence(project: Project):
    code = check_report(project, FAULTY, YEAR).findings[0].code
    one = {"finding": code, "answer": "change", "reason": ""}
    for told, sentence in (
        ({"findings": [one, one]}, "findings 第2条的 finding，与前面的重复"),
        ({"date": "2999-01-01", "verdict": "退回"}, "审阅日期 2999-01-01 在今天之后"),
        ({"comments": [REMARK | {"cell": "no.such.cell"}]}, "单元格“no.such.cell”不在格式中"),
    ):
        ended = bring(project, answer_to(project, FAULTY, **told))
        assert ended.returncode == 1 and ended.stderr.count("\n") == 1 and sentence in ended.stderr
    assert left(project) == {}


def test_a_change_that_is_asked_for_stands_at_the_suspected_cell(project: Project):
    finding = next(f for f in check_report(project, FAULTY, YEAR).findings if f.suggestion)
    asked = [{"finding": finding.code, "answer": "change", "reason": ""}]
    assert bring(project, answer_to(project, FAULTY, findings=asked)).returncode == 0
    (kept,) = read_comments(project.data / FAULTY / str(YEAR), f"data/{FAULTY}/{YEAR}")
    assert kept.cell == next(iter(finding.suggestion["cells"]))


def test_a_change_of_what_was_carried_over_stands_there_and_not_where_its_repair_begins(project: Project):
    table = project.data / GOOD / str(YEAR) / "applications.csv"
    replace_in(table, "公开申请数量,3,2,0,0,0,1,6", "公开申请数量,0,2,0,0,0,1,3")
    replace_in(table, "结转政府信息公开申请数量,0,0,0,0,0,0,0", "结转政府信息公开申请数量,3,0,0,0,0,0,3")
    (finding,) = check_report(project, GOOD, YEAR).findings.errors
    assert finding.rule == "Y1" and next(iter(finding.suggestion["cells"])).startswith("applications.new.")
    asked = [{"finding": finding.code, "answer": "change", "reason": "请核对"}]
    assert bring(project, answer_to(project, GOOD, findings=asked)).returncode == 0
    (kept,) = read_comments(project.data / GOOD / str(YEAR), f"data/{GOOD}/{YEAR}")
    assert kept.cell == "applications.carried_in.natural"


def test_check_tells_of_comments_that_cannot_be_read_or_placed(project: Project):
    file = project.data / GOOD / str(YEAR) / "comments.toml"
    for text, sentence in (
        ("[[comment", "comments.toml 不是可读的 TOML"),
        ('[[comment]]\ntext = "字"\nby = "李"\ndate = 2024-01-25\ncell = "no.such"\n', "单元格“no.such”不在格式中"),
    ):
        file.write_text(text, encoding="utf-8")
        (told,) = (f for f in check_report(project, GOOD, YEAR).findings if f.rule == "F1")
        assert told.severity == "notice" and sentence in told.message
    file.write_text("[[comment", encoding="utf-8")
    assert "comments.toml 不是可读的 TOML" in govreport(project.root, "doctor").stdout


def test_a_blank_is_no_word_of_how_a_return_was_dealt_with(project: Project):
    file = project.data / GOOD / str(YEAR) / "comments.toml"
    for blank in (" ", "　"):
        told = f'text = "退回修改。"\nby = "李审核"\ndate = 2024-01-25\nverdict = "退回"\nresolved = "{blank}"\n'
        file.write_text(f"[[comment]]\n{told}", encoding="utf-8")
        ended = govreport(project.root, "sign", GOOD, str(YEAR), "--by", "王签审")
        assert ended.returncode == 1 and "已由李审核退回" in ended.stderr
    assert govreport(project.root, "sign", GOOD, str(YEAR), "--by", "李审核").returncode == 0
    (kept,) = read_comments(file.parent, f"data/{GOOD}/{YEAR}")
    assert kept.resolved.startswith("已由本人签审")


def test_comments_stand_on_the_review_copy_until_they_are_resolved(project: Project):
    folder, document = project.data / FAULTY / str(YEAR), Document(("示例报告",), ())
    (folder / "comments.toml").write_text(
        '[[comment]]\ntext = "请<补充>"\nby = "李审核"\ndate = 2024-01-25\n'
        '[[comment]]\ntext = "已答"\nby = "李审核"\ndate = 2024-01-25\nresolved = "已改"\n',
        encoding="utf-8",
    )
    page = review_page(document, read_review(project, FAULTY, YEAR, ""))
    assert "请&lt;补充&gt;（李审核，2024-01-25）" in page and "已答" not in page and "未发现问题" in page
    for text, sentence in (
        ("[[comment", "不是可读的 TOML"),
        ('[[comment]]\ntext = "字"', "第1条的 date"),
        ("a = 1", "[[comment]]"),
    ):
        (folder / "comments.toml").write_text(text, encoding="utf-8")
        assert sentence in review_page(document, read_review(project, FAULTY, YEAR, ""))


def test_a_comment_is_placed_wherever_its_text_stands():
    table, first = "| 甲 | 乙 |\n|---|---|\n| 一行 | 12 |\n", "同一句话。丁。同一句话。"
    document = Document(("示例报告",), markdown_blocks(f"{first}\n\n## 小标题\n\n{table}"))
    told = ((first[:5], 2), ("丁。", 1), ("小标题", 1), ("一行 12", 0), ("示例报告", 0), ("别处的话。", 0))
    comments = tuple(Comment("请核对", "李审核", "2024-01-25", quote, nth=nth) for quote, nth in told)
    page = review_page(document, Review(comments=comments))
    assert [f'id="s{number}"' in page for number in range(1, 7)] == [True] * 4 + [False] * 2
    assert page.count('<mark class="comment"') == 3 and page.count("位置：标题") == page.count("未能定位") == 1
    assert page.index('id="s4"') < page.index("<table")


def test_what_is_typed_is_not_lost_and_what_is_missing_is_said(browser: Browser, sample: Run, tmp_path: Path):
    page, saved = tmp_path / "review.html", tmp_path / "saved"
    browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(saved))
    sentence = "同一句话，100<sup>2</sup>米。"
    report = read_document(json.loads((sample.folder(GOOD) / "report.ipynb").read_text(encoding="utf-8")))
    added = markdown_blocks(f"{sentence}他说：“无。”无。\n\n- {sentence}")
    copy = replace(report, blocks=(*report.blocks, *added))
    page.write_text(review_page(copy, Review(digest="sha256:0")), encoding="utf-8")
    view = browser.open(page)
    for name, found in {
        "places": "[...document.querySelectorAll('button.comment')].filter(b => b.ariaLabel.includes('同一句话'))",
        "cells": "[...document.querySelectorAll('td[data-cell]')]",
        "one": "selector => document.querySelector(selector)",
    }.items():
        browser.run(f"globalThis.{name} = {found}; 0")
    browser.run("places[0].click()")
    shown = browser.run("[...document.querySelectorAll('dialog option')].map(o => o.text)")
    assert shown == ["同一句话，1002米。", "他说：“无。”", "无。"]
    browser.run("one('dialog button[value=add]').click()")
    assert browser.run("one('dialog [role=alert]').innerText") == "请写批注。"
    browser.call("Input.insertText", text="写了一半")
    browser.press("Escape")
    assert browser.run("one('dialog').open") is False
    browser.run("places[1].click()")
    assert browser.run("one('dialog textarea').value") == "写了一半"
    browser.run("one('dialog button[value=add]').click()")
    browser.run("cells[7].click()")
    browser.call("Input.insertText", text="请核对")
    browser.run("one('dialog button[value=add]').click()")
    browser.run("one('#answer input[type=text]').value = '李审核'; one('#answer div:last-of-type button').click()")
    (file,) = wait_for(lambda: list(saved.glob("*.json")), "the file")
    kept = [(one.text, one.quote, one.nth, one.cell) for one in read_answer(file).comments]
    cell = browser.run("cells[7].dataset.cell")
    assert kept == [("写了一半", "同一句话，1002米。", 2, ""), ("请核对", "", 0, cell)]
    browser.run("one('#answer input[type=text]').dispatchEvent(new Event('input', {bubbles: true}))")
    assert browser.run("one('#answer [role=status]').innerText") == "" and view.complaints == []
    browser.run("one('#answer div:last-of-type button').click()")  # or the page asks before it is left


def test_a_reviewer_answers_with_the_keyboard_alone(browser: Browser, sample: Run, tmp_path: Path):
    """From the first finding to the saved file, and the command takes what was saved."""
    city, saved = sample.copy(tmp_path / "city"), tmp_path / "saved"
    browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(saved))
    view = browser.open(city.folder(FAULTY) / "review.html")

    def walk(selector: str) -> None:
        browser.run("document.activeElement.blur()")
        for _ in range(400):
            browser.press("Tab")
            if browser.run(f"document.activeElement.matches({json.dumps(selector)})"):
                return
        raise AssertionError(f"the Tab key does not reach {selector}")

    def type_in(selector: str, text: str) -> None:
        walk(selector)
        browser.call("Input.insertText", text=text)

    walk("input[name=a1]")
    browser.press("ArrowDown")
    browser.press("ArrowDown")
    type_in("#r1", "请核对")
    walk("button.comment")
    browser.press("Enter")
    type_in("dialog textarea", "这一段请写清楚。")
    walk("dialog button[value=add]")
    browser.press("Enter")
    walk("input[name=verdict]")
    browser.press("ArrowDown")
    browser.press("ArrowDown")
    walk("#answer div:last-of-type button")
    browser.press("Enter")
    assert browser.run("document.querySelector('#answer [role=status]').innerText") == "请写姓名。"
    browser.call("Input.insertText", text="李审核")
    walk("#answer div:last-of-type button")
    browser.press("Enter")
    wait_for(lambda: list(saved.glob("*.json")), "the file")
    assert view.complaints == []
    ended = govreport(city.root, "answer", str(saved))
    assert ended.returncode == 0 and "接受意见0条，批注2条，已退回。" in ended.stdout, ended.stderr


def test_a_reviewer_who_agrees_is_told_which_errors_are_open(browser: Browser, sample: Run, tmp_path: Path):
    browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    browser.open(sample.folder(FAULTY) / "review.html")

    def saved(*choices: str) -> str:
        for choice in choices:
            browser.run(f"document.querySelector('{choice}').click()")
        browser.run("document.querySelector('#answer div:last-of-type button').click()")
        return browser.run("document.querySelector('#answer [role=status]').innerText")

    errors = browser.run("[...document.querySelectorAll('.findings > .error')].map(e => e.id.slice(1)).join('、')")
    assert saved('input[name=verdict][value="同意"]').startswith(f"结论是同意，意见{errors}还没有处理或要求修改；")
    hinted = browser.run("document.querySelector('.findings > .notice').id.slice(1)")
    assert f"意见{errors}、{hinted}还没有" in saved(f"input[name=a{hinted}][value=change]")
    browser.run("document.querySelectorAll('.error textarea').forEach(one => { one.value = '已核实'; })")
    for number in errors.split("、"):
        saved(f"input[name=a{number}][value=accept]")
    assert f"意见{hinted}还没有" in saved() and saved(f'input[name=a{hinted}][value=""]') == "请写姓名。"
    assert saved('input[name=verdict][value="退回"]') == "请写姓名。"
    browser.call("Input.insertText", text="李审核")
    assert saved().startswith("已保存为")


def test_comments_on_cells_that_nothing_has_are_told_by_check_and_after_a_run_those_that_the_page_lacks(
    project: Project,
):
    folder = project.data / GOOD / str(YEAR)
    (folder / "tables").mkdir()
    (folder / "tables/platforms.csv").write_text("平台,发布\n网站,3\n微信,2\n", encoding="utf-8")
    notebook = project.root / "notebooks/annual_report.ipynb"
    made = json.loads(notebook.read_text(encoding="utf-8"))
    source = 'report.table("platforms", caption="发布情况", total="合计")'
    cell = {"cell_type": "code", "id": "own", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
    notebook.write_text(json.dumps(made | {"cells": [*made["cells"], cell]}), encoding="utf-8")
    there, lost, unknown = ("platforms.合计.发布", "platforms.微博.发布", "visits.网站.发布")
    entry = '[[comment]]\ntext = "请核对。"\ncell = "tables.{}"\nby = "李审核"\ndate = 2024-01-20\n'
    (folder / "comments.toml").write_text("\n".join(map(entry.format, (there, lost, unknown))), encoding="utf-8")

    def told() -> list[str]:
        shown = govreport(project.root, "check", GOOD, str(YEAR)).stdout
        return re.findall(r"comments\.toml 中的单元格“tables\.(.*)”不在格式中，也不在自编表中；请改正名称。", shown)

    assert told() == [unknown]
    assert govreport(project.root, "run", GOOD, str(YEAR), "--formats", "html").returncode == 0
    assert told() == [unknown, lost]
