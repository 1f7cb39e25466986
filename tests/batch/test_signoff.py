"""Sign-off: a reviewer puts a name to a filing; it holds until the filing changes, and every page says so."""

from __future__ import annotations

import datetime
import json
import re
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.checks import signoff
from govreport.checks.answer import read_review
from govreport.checks.checking import check_report
from govreport.checks.entry_file import LONGEST_NAME
from govreport.checks.findings import Finding, Findings, Identity
from govreport.checks.report_states import CONSISTENT, DOUBTFUL, FAILED, INCONSISTENT, OUTDATED, PENDING, SIGNED
from govreport.checks.signoff import (
    SignOff,
    filing_digest,
    form_digest,
    read_signoff,
    sign,
    signed_state,
)
from govreport.core.errors import FilingError, ProjectError
from govreport.core.textfile import write_text
from govreport.filing.project import Project
from govreport.notebook.report import Report
from govreport.publish.pdf_writer import pdf_bytes
from govreport.publish.sheet import signing_sheet
from tests.support.consistent_projects import MakeProject
from tests.support.projects import (
    FAULTY,
    GOOD,
    REPOSITORY,
    YEAR,
    Run,
    append_to,
    govreport,
    make_project,
    replace_in,
    write_notebook,
)

DAY = datetime.date(2024, 1, 25)
SIGNED_OFF = SignOff("李审核", "2024-01-25")
SLUG = "shili-archive"
VOID = "签审后资料有改动，签审已失效"


def folder_of(project: Project, year: int = YEAR) -> Path:
    return project.data / SLUG / str(year)


def signoff_of(project: Project) -> SignOff | None:
    return read_signoff(project, SLUG, YEAR)


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    return make_project()


def test_a_sign_off_names_reviewer_day_and_the_filing_that_was_seen(project: Project):
    signed = sign(project, SLUG, YEAR, " 李审核 ", DAY)
    written = tomllib.loads((folder_of(project) / "review.toml").read_text(encoding="utf-8"))
    digests = {"digest": filing_digest(project, SLUG, YEAR), "form": form_digest(project, YEAR)}
    assert written == {"by": "李审核", "date": DAY, **digests}
    assert signoff_of(project) == signed and signed.holds and str(signed) == "李审核，2024-01-25"


def test_a_sign_off_holds_as_long_as_the_form_prints_the_same(project: Project):
    sign(project, SLUG, YEAR, "李审核", DAY)
    usual = (REPOSITORY / "govreport/forms/2021.toml").read_text(encoding="utf-8")
    for key in ("first_year = 2021", 'edition = "2021"'):
        usual = usual.replace(key, key.replace("2021", str(YEAR)))
    (project.root / "forms").mkdir()
    own, review = project.root / f"forms/{YEAR}.toml", folder_of(project) / "review.toml"
    own.write_text(usual, encoding="utf-8")
    assert (same := signoff_of(project)) and same.holds, "another file, the same labels"
    own.write_text(usual.replace("（单位：万元）", "（单位：元）"), encoding="utf-8")
    assert (void := signoff_of(project)) and void.problem == "签审后格式的标题、表头或单位有改动，签审已失效"
    lines = review.read_text(encoding="utf-8").splitlines(keepends=True)
    review.write_text("".join(line for line in lines if not line.startswith("form")), encoding="utf-8")
    assert (former := signoff_of(project)) and former.holds, "an earlier version did not tell what the form printed"
    assert sign(project, SLUG, YEAR, "李审核", DAY).holds and (again := signoff_of(project)) and again.holds


def test_several_sign_one_after_the_other_as_long_as_the_filing_stands(project: Project):
    for name in ("李审核", "王签发", "李审核"):
        signed = sign(project, SLUG, YEAR, name, DAY)
    assert signed == signoff_of(project) and signed.holds and str(signed) == "王签发、李审核，2024-01-25"
    file = folder_of(project) / "review.toml"
    written = tomllib.loads(file.read_text(encoding="utf-8"))["signer"]
    assert [(one["by"], one["date"]) for one in written] == [("王签发", DAY), ("李审核", DAY)]
    append_to(folder_of(project) / "narrative.md", "\n后来补写的一句。\n")
    assert (void := signoff_of(project)) and void.problem == VOID
    assert str(sign(project, SLUG, YEAR, "赵签发", DAY)) == "赵签发，2024-01-25"
    for spoilt in ("signer = []", "signer = 1", "signer = [1]"):
        file.write_text(spoilt, encoding="utf-8")
        assert (told := signoff_of(project)) and "[[signer]]" in told.problem


def test_who_signs_while_another_is_signing_waits_and_both_have_signed(
    project: Project, monkeypatch: pytest.MonkeyPatch
):
    late = Thread(target=sign, args=(project, SLUG, YEAR, "王签发", DAY))

    def write_meanwhile(path: Path, text: str) -> None:
        if not late.ident:
            late.start()
            late.join(1)  # it would be done by then if it did not wait
        write_text(path, text)

    monkeypatch.setattr(signoff, "write_text", write_meanwhile)
    assert str(sign(project, SLUG, YEAR, "李审核", DAY)) == "李审核，2024-01-25"
    late.join()
    assert str(signoff_of(project)) == "李审核、王签发，2024-01-25"


def test_each_page_of_a_long_sheet_names_the_report(project: Project):
    checked = check_report(project, SLUG, YEAR)
    told = Finding(SLUG, YEAR, "notice", "相差1。", (Identity("Y1", ()),))
    review = read_review(project, SLUG, YEAR, filing_digest(project, SLUG, YEAR))
    sheet = signing_sheet(replace(checked, findings=Findings([told] * 90)), "已生成", review)
    with pdfium.PdfDocument(pdf_bytes(sheet)) as pages:
        texts = [page.get_textpage().get_text_range() for page in pages]
    assert len(texts) > 2 and all("".join(checked.readable_filing().title) in text for text in texts)


def test_the_sheet_for_signing_by_hand_says_what_was_checked(project: Project):
    answer = govreport(project.root, "sign", SLUG, str(YEAR), "--by", "李审核", "--sheet", "审签单.pdf")
    assert answer.returncode == 0 and "已写入 审签单.pdf" in answer.stdout
    with pdfium.PdfDocument(project.root / "审签单.pdf") as sheet:
        pages = "".join(page.get_textpage().get_text_range() for page in sheet)
    digest = filing_digest(project, SLUG, YEAR).rpartition(":")[2][:16]
    for told in ("审签单", "校验结果", "未处理的批注", "李审核", "拟稿", "审核", "签发", digest):
        assert told in pages
    assert pages.startswith("审签单") and pages.count(f"{YEAR}年政府信息公开工作年度报告") == 2
    again = govreport(project.root, "sign", SLUG, str(YEAR), "--sheet", "审签单.pdf")
    assert again.returncode == 2 and "审签单.pdf" in again.stderr
    bare = govreport(project.root, "sign", SLUG, str(YEAR))
    assert bare.returncode == 2 and "--by" in bare.stderr


def test_a_filing_that_nobody_signed_has_no_sign_off(project: Project):
    assert signoff_of(project) is None


@pytest.mark.parametrize("name", ["applications.csv", "disputes.csv", "proactive.csv", "narrative.md"])
def test_a_sign_off_is_void_when_the_filing_changes(project: Project, name: str):
    sign(project, SLUG, YEAR, "李审核", DAY)
    append_to(folder_of(project) / name, "\n改动\n")
    assert str(signoff_of(project)) == f"{VOID}（李审核，2024-01-25）" and not signoff_of(project).holds


def test_a_sign_off_is_void_when_a_waiver_is_added(project: Project):
    sign(project, SLUG, YEAR, "李审核", DAY)
    (folder_of(project) / "waivers.toml").write_text("", encoding="utf-8")
    assert not signoff_of(project).holds


def correct_last_year(project: Project) -> None:
    path = folder_of(project, YEAR - 1) / "applications.csv"
    header, first, *rest = path.read_text(encoding="utf-8-sig").splitlines()
    figures = first.split(",")
    figures[-1] = str(int(figures[-1]) + 1)
    path.write_text("\n".join([header, ",".join(figures), *rest]), encoding="utf-8")


def rename_the_agency(project: Project) -> None:
    replace_in(project.data / "agencies.csv", "示例市档案局", "示例市档案馆")


def exchange_the_picture(project: Project) -> None:
    (folder_of(project) / "图 1.png").write_bytes(b"another")


def put_a_picture_before_it(project: Project) -> None:
    (project.notebooks / "图 1.png").write_bytes(b"another")


PRINTED = (correct_last_year, rename_the_agency, exchange_the_picture, put_a_picture_before_it)


@pytest.fixture
def illustrated(project: Project) -> Project:
    """A project whose report prints a figure of last year and a picture."""
    text = "上年新收{{ last.applications.new.total }}件。\n\n![流程][p]\n\n[p]: 图%201.png\n\n# 六、"
    replace_in(folder_of(project) / "narrative.md", "# 六、", text)
    (folder_of(project) / "图 1.png").write_bytes(b"picture")
    return project


@pytest.mark.parametrize("change", PRINTED)
def test_a_sign_off_is_void_when_anything_else_changes_that_the_text_prints(
    change: Callable[[Project], None], illustrated: Project
):
    sign(illustrated, SLUG, YEAR, "李审核", DAY)
    assert signoff_of(illustrated).holds
    change(illustrated)
    assert str(signoff_of(Project(illustrated.root))) == f"{VOID}（李审核，2024-01-25）"


def test_a_sign_off_stays_when_something_changes_that_the_report_does_not_print(project: Project):
    sign(project, SLUG, YEAR, "李审核", DAY)
    for change in (correct_last_year, exchange_the_picture):
        change(project)
    assert signoff_of(project).holds


def test_a_sign_off_of_an_earlier_version_does_not_say_of_which_report_it_is_and_asks_to_be_renewed(project: Project):
    sign(project, SLUG, YEAR, "李审核", DAY)
    replace_in(folder_of(project) / "review.toml", f'"{SLUG}/{YEAR} ', '"')
    assert "请核对后重新签审" in str(signoff_of(project)) and not signoff_of(project).holds


@pytest.mark.parametrize("copied", [(SLUG, YEAR + 1), ("shili-archive-2", YEAR)])
def test_a_sign_off_does_not_go_along_with_a_folder_copied_to_another_year_or_agency_of_the_same_name(
    project: Project, copied: tuple[str, int]
):
    agency, year = copied
    register = project.data / "agencies.csv"
    line = next(line for line in register.read_text(encoding="utf-8-sig").splitlines() if line.startswith(SLUG))
    append_to(register, f"\n{line.replace(SLUG, 'shili-archive-2')}\n")
    sign(project, SLUG, YEAR, "李审核", DAY)
    shutil.copytree(folder_of(project), project.data / agency / str(year))
    told = read_signoff(Project(project.root), agency, year)
    assert told and str(told) == f"签审的是 {SLUG}/{YEAR}，不是这份报告（李审核，2024-01-25）" and not told.holds


def test_a_filing_that_is_changed_back_is_signed_again(project: Project):
    sign(project, SLUG, YEAR, "李审核", DAY)
    file = folder_of(project) / "narrative.md"
    before = file.read_bytes()
    append_to(file, "\n改动\n")
    file.write_bytes(before)
    assert signoff_of(project).holds


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_saving_a_filing_as_it_is_in_another_program_leaves_it_signed(project: Project, encoding: str):
    sign(project, SLUG, YEAR, "李审核", DAY)
    for file in folder_of(project).glob("*.*"):
        if file.name != "review.toml":
            text = file.read_text(encoding="utf-8-sig")
            file.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    (folder_of(project) / ".~lock.applications.csv#").write_text("别人的文件", encoding="utf-8")
    assert signoff_of(project).holds


@given(by=st.text(st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_any_name_is_kept_as_it_is_or_refused(by: str, tmp_path_factory: pytest.TempPathFactory):
    project = Project(_small_project(tmp_path_factory))
    (project.data / GOOD / str(YEAR) / "review.toml").unlink(missing_ok=True)
    try:
        signed = sign(project, GOOD, YEAR, by, DAY)
    except ProjectError as error:
        assert str(error) == f"--by 的值不对，应是签审人姓名，不超过{LONGEST_NAME}字。"
        assert not by.strip() or len(by.strip()) > LONGEST_NAME or not by.strip().isprintable()
        return
    assert signed.by == by.strip()
    assert read_signoff(project, GOOD, YEAR) == signed


def _small_project(factory: pytest.TempPathFactory) -> Path:
    root = factory.getbasetemp() / "签审"
    return root if root.exists() else make_project(root, GOOD)


def test_a_filing_with_errors_is_not_signed_until_they_are_waived(tmp_path: Path):
    project = Project(make_project(tmp_path / "项目", FAULTY))
    folder = project.data / FAULTY / str(YEAR)
    with pytest.raises(
        FilingError, match=rf"data/{FAULTY}/{YEAR} 有2项错误未处理，不能签审；.*waivers\.toml（govreport check"
    ) as told:
        sign(project, FAULTY, YEAR, "李审核", DAY)
    assert len(str(told.value).splitlines()) == 1 and not (folder / "review.toml").exists()
    text = Report.open(FAULTY, YEAR, project.root).waivers_toml()
    for key, value in (("reason", '"已核实"'), ("by", '"李审核"'), ("date", "2024-01-20")):
        text = text.replace(f'{key} = ""', f"{key} = {value}")
    (folder / "waivers.toml").write_text(text, encoding="utf-8")
    assert sign(project, FAULTY, YEAR, "李审核", DAY).holds


def test_a_filing_that_cannot_be_read_is_not_signed(project: Project):
    (folder_of(project) / "disputes.csv").unlink()
    with pytest.raises(FilingError, match=r"缺少 data/shili-archive/2023/disputes\.csv"):
        sign(project, SLUG, YEAR, "李审核", DAY)


GOOD_DIGEST = "sha256:" + "0" * 64
BROKEN = {
    "not TOML": ("by = 李审核", "不是可读的 TOML"),
    "an impossible date": (f'by = "李审核"\ndate = 2024-02-30\ndigest = "{GOOD_DIGEST}"', "不是可读的 TOML"),
    "nested without end": ("by = " + "[" * 5000, "不是可读的 TOML"),
    "too large": ("#" * 20_000, "超过 10,000 字节的上限"),
    "empty": ("", "是空文件"),
    "an unknown key": (f'by = "李审核"\ndate = 2024-01-25\ndigest = "{GOOD_DIGEST}"\nrole = "x"', "不认识的键 role"),
    "no name": (f'by = ""\ndate = 2024-01-25\ndigest = "{GOOD_DIGEST}"', "by 应是签审人姓名"),
    "a number for a name": (f'by = 7\ndate = 2024-01-25\ndigest = "{GOOD_DIGEST}"', "by 应是签审人姓名"),
    "text for a date": (f'by = "李审核"\ndate = "今天"\ndigest = "{GOOD_DIGEST}"', "date 应是日期"),
    "no digest": ('by = "李审核"\ndate = 2024-01-25', "digest 应由 govreport sign 写入"),
    "a digest of another kind": (
        'by = "李审核"\ndate = 2024-01-25\ndigest = "md5:0"',
        "digest 应由 govreport sign 写入",
    ),
}


@pytest.mark.parametrize(("text", "problem"), BROKEN.values(), ids=BROKEN)
def test_a_sign_off_that_cannot_be_read_says_why_and_does_not_hold(project: Project, text: str, problem: str):
    (folder_of(project) / "review.toml").write_text(text, encoding="utf-8")
    signoff = signoff_of(project)
    assert not signoff.holds and problem in str(signoff) and "data/shili-archive/2023/review.toml" in str(signoff)
    assert "\n" not in str(signoff) and not str(signoff).endswith("。")


@pytest.mark.parametrize(
    ("state", "with_it"),
    [
        (CONSISTENT, SIGNED),
        (DOUBTFUL, SIGNED),
        (INCONSISTENT, INCONSISTENT),
        (FAILED, FAILED),
        (PENDING, PENDING),
    ],
)
def test_a_sign_off_never_hides_that_a_report_is_wrong_or_missing(state: str, with_it: str):
    assert signed_state(state, SIGNED_OFF) == with_it
    assert signed_state(state, SignOff("李审核", "2024-01-25", problem=VOID)) == signed_state(state, None) == state


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = make_project(tmp_path_factory.mktemp("signed") / "年报", GOOD)
    return Run(root, govreport(root, "run", GOOD, "--year", str(YEAR)))


@pytest.fixture
def made(ran: Run, tmp_path: Path) -> Run:
    """A project whose report is made and not yet signed."""
    shutil.copytree(ran.root, tmp_path / "年报")
    return Run(tmp_path / "年报", ran.result)


def line_of(run: Run) -> str:
    (line,) = (line for line in govreport(run.root, "list", "--year", str(YEAR)).stdout.splitlines() if GOOD in line)
    return line


def index_of(run: Run) -> str:
    (line,) = (
        line
        for line in (run.root / "output/index.html").read_text(encoding="utf-8").splitlines()
        if line.startswith("<tr data-a") and f"<td>{YEAR}</td>" in line
    )
    return line


def test_signing_shows_at_once_everywhere_and_changes_no_published_page(made: Run):
    pages = [made.folder(GOOD) / name for name in ("report.html", "report.pdf", "report.ipynb")]
    before = [page.read_bytes() for page in pages]
    result = govreport(made.root, "sign", GOOD, str(YEAR), "--by", "李审核")
    assert (result.returncode, result.stderr) == (0, "") and SIGNED in result.stdout
    today = datetime.date.today().isoformat()
    record = made.record(GOOD)
    assert record["state"] == SIGNED and record["signoff"] == {"by": "李审核", "date": today, "problem": ""}
    assert SIGNED in line_of(made) and f"李审核，{today}" in line_of(made)
    assert f">{SIGNED}</b>" in index_of(made) and f"李审核，{today}" in index_of(made)
    review = (made.folder(GOOD) / "review.html").read_text(encoding="utf-8")
    assert f"<strong>{SIGNED}</strong>" in review and f"签审：李审核，{today}。" in review
    assert [page.read_bytes() for page in pages] == before


def test_signing_a_report_without_signature_and_date_says_so(made: Run):
    narrative = made.root / "data" / GOOD / str(YEAR) / "narrative.md"
    text = narrative.read_text(encoding="utf-8")
    shutil.rmtree(made.root / "output")
    narrative.write_text(re.sub(r"(?m)^(?:published|signature):.*\n", "", text), encoding="utf-8")
    for added, is_told in (("", True), ("\n\n示例市民政局\n2024年1月9日\n", False)):
        append_to(narrative, added)
        result = govreport(made.root, "sign", GOOD, str(YEAR), "--by", "李审核")
        assert result.returncode == 0 and ("没有署名和公布日期" in result.stdout) == is_told


def test_a_sign_off_by_hand_or_its_removal_is_seen_without_a_run(made: Run):
    folder = made.root / f"data/{GOOD}/{YEAR}"
    sign(Project(made.root), GOOD, YEAR, "李审核", DAY)
    assert SIGNED in line_of(made)
    (folder / "review.toml").unlink()
    assert CONSISTENT in line_of(made) and SIGNED not in line_of(made)


def test_a_run_shows_a_sign_off_that_came_from_elsewhere_and_makes_nothing_anew(made: Run):
    sign(Project(made.root), GOOD, YEAR, "李审核", DAY)
    before = (made.folder(GOOD) / "report.pdf").stat().st_mtime_ns
    assert govreport(made.root, "run", GOOD, "--year", str(YEAR)).returncode == 0
    assert made.record(GOOD)["state"] == SIGNED and f">{SIGNED}</b>" in index_of(made)
    assert f"<strong>{SIGNED}</strong>" in (made.folder(GOOD) / "review.html").read_text(encoding="utf-8")
    assert (made.folder(GOOD) / "report.pdf").stat().st_mtime_ns == before


def test_a_changed_filing_is_pending_and_its_sign_off_void_before_and_after_the_next_run(made: Run):
    govreport(made.root, "sign", GOOD, str(YEAR), "--by", "李审核")
    replace_in(made.root / f"data/{GOOD}/{YEAR}/narrative.md", "# 五、", "补充一句。\n\n# 五、")
    assert OUTDATED in line_of(made) and VOID in line_of(made)
    result = govreport(made.root, "run", GOOD, "--year", str(YEAR))
    assert result.returncode == 0 and CONSISTENT in result.stdout and SIGNED not in result.stdout
    assert made.record(GOOD)["state"] == CONSISTENT and made.record(GOOD)["signoff"]["problem"] == VOID
    assert CONSISTENT in line_of(made) and VOID in line_of(made) and VOID in index_of(made)
    assert f"签审：{VOID}（李审核，" in (made.folder(GOOD) / "review.html").read_text(encoding="utf-8")


def test_a_run_after_the_sign_off_gives_a_signed_report(made: Run):
    sign(Project(made.root), GOOD, YEAR, "李审核", DAY)
    shutil.rmtree(made.root / "output")
    result = govreport(made.root, "run", GOOD, "--year", str(YEAR))
    assert result.returncode == 0 and f"{GOOD} {YEAR}  {SIGNED}" in result.stdout
    assert made.record(GOOD)["state"] == SIGNED


def test_a_filing_can_be_signed_before_its_report_is_made(project: Project):
    result = govreport(project.root, "sign", SLUG, str(YEAR), "--by", "李审核")
    assert result.returncode == 0 and "报告尚未生成" in result.stdout
    assert PENDING in govreport(project.root, "list").stdout


def test_a_report_whose_last_run_failed_or_that_has_changed_since_is_not_signed(made: Run):
    def refused() -> str:
        result = govreport(made.root, "sign", GOOD, str(YEAR), "--by", "李审核")
        assert result.returncode == 2 and not (made.root / f"data/{GOOD}/{YEAR}/review.toml").exists()
        return result.stderr.replace("\n", "")

    write_notebook(made.root, "1 / 0", forked=True)
    assert f"{GOOD} {YEAR} 的报告在生成后有改动，不能签审；请先运行 govreport run {GOOD} {YEAR}" in refused()
    assert govreport(made.root, "run", GOOD, str(YEAR)).returncode == 1
    assert f"{GOOD} {YEAR} 的报告上次未能完整生成，不能签审（" in refused()


def test_a_broken_sign_off_stops_nothing(made: Run):
    (made.root / f"data/{GOOD}/{YEAR}/review.toml").write_text("by = ", encoding="utf-8")
    assert CONSISTENT in line_of(made) and "review.toml 不是可读的 TOML" in line_of(made)
    result = govreport(made.root, "run", GOOD, "--year", str(YEAR))
    assert result.returncode == 0 and "不是可读的 TOML" in index_of(made)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ((GOOD, "2023"), 2, r"请写明 --by .*--sheet .*。"),
        ((GOOD, "2023", "--by", "\u202e审"), 2, r"--by 的值不对，.*姓名.*。"),
        (("shili-nobody", "2023", "--by", "李审核"), 2, r"data/agencies\.csv 中没有机构“shili-nobody”；.*。"),
        ((GOOD, "1999", "--by", "李审核"), 2, r"没有.*1999 年的资料；.*。"),
    ],
)
def test_a_wrong_call_is_one_sentence(made: Run, arguments: tuple[str, ...], code: int, told: str):
    result = govreport(made.root, "sign", *arguments)
    assert result.returncode == code and result.stdout == ""
    assert re.fullmatch(f"错误：{told}\n", result.stderr)


def test_a_record_is_still_json_that_says_what_it_is_of(made: Run):
    govreport(made.root, "sign", GOOD, str(YEAR), "--by", '引"号\\')
    record = json.loads((made.folder(GOOD) / "report.json").read_text(encoding="utf-8"))
    assert record["signoff"]["by"] == '引"号\\' and record["agency"] == GOOD and record["findings"] == []
