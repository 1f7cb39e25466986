"""The package that goes out: what is in it under which names, and what is not let out."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from govreport.checks.account import Account
from govreport.publish.package import official_name, safe_name
from tests.support.projects import (
    FAULTY,
    GOOD,
    HOSTILE,
    YEAR,
    Run,
    add_agency,
    append_to,
    govreport,
    make_project,
    replace_in,
)

NAME = "示例市民政局2023年政府信息公开工作年度报告"
UTF8 = 0x800
"""The flag of an entry whose name is UTF-8 (APPNOTE 4.4.4)."""


@pytest.fixture
def project(sample: Run, tmp_path: Path) -> Path:
    """A project whose three reports were made: a good one, a draft, and one of hostile names."""
    return sample.copy(tmp_path / "项目").root


def entries(package: Path) -> dict[str, bytes]:
    with ZipFile(package) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def told(project: Path, *arguments: str) -> list[str]:
    """What a package is refused with; nothing is written then, and nothing half-written is left."""
    before = sorted(path.name for path in project.rglob("*"))
    answer = govreport(project, "package", *arguments)
    assert answer.returncode in (1, 2) and answer.stdout == "", answer
    assert sorted(path.name for path in project.rglob("*")) == before
    return answer.stderr.splitlines()


def test_a_report_goes_out_with_its_pages_and_data_under_its_official_name(project: Path) -> None:
    answer = govreport(project, "package", GOOD, str(YEAR), "-o", "公布.zip")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout == "已写入 公布.zip：1份报告，共8个文件。\n"
    found, folder = entries(project / "公布.zip"), project / f"output/{YEAR}/{GOOD}"
    assert list(found) == [
        f"{NAME}/{NAME}.html",
        f"{NAME}/{NAME}.pdf",
        f"{NAME}/{NAME}（全部数据）.json",
        f"{NAME}/{NAME}（主动公开表）.csv",
        f"{NAME}/{NAME}（申请表）.csv",
        f"{NAME}/{NAME}（复议诉讼表）.csv",
        "说明.txt",
        "SHA256SUMS.txt",
    ]
    for form in ("html", "pdf"):
        assert found[f"{NAME}/{NAME}.{form}"] == (folder / f"report.{form}").read_bytes()
    filing = json.loads(govreport(project, "show", GOOD, str(YEAR), "--json").stdout)
    assert json.loads(found[f"{NAME}/{NAME}（全部数据）.json"]) == filing
    written = (project / f"data/{GOOD}/{YEAR}/applications.csv").read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    assert found[f"{NAME}/{NAME}（申请表）.csv"].decode("utf-8-sig") == written


def test_a_report_with_open_comments_goes_out_and_that_is_told(project: Path) -> None:
    file = project / f"data/{GOOD}/{YEAR}/comments.toml"
    comment = '[[comment]]\ntext = "请修改（N1）：请核对"\nby = "李审核"\ndate = 2024-01-25\n'
    file.write_text(comment, encoding="utf-8")
    assert govreport(project, "sign", GOOD, str(YEAR), "--by", "王签审").returncode == 0
    answer = govreport(project, "package", GOOD, str(YEAR), "-o", "公布.zip")
    told = f"注意：data/{GOOD}/{YEAR}/comments.toml 没有处理完（批注1条），仍已打包；请核对。\n"
    assert (answer.returncode, answer.stderr) == (0, told)
    file.write_text(f'{comment}resolved = "已改"\n', encoding="utf-8")
    assert govreport(project, "package", GOOD, str(YEAR), "-o", "公布.zip", "--force").stderr == ""


def test_names_are_marked_as_utf8_and_no_day_or_system_is_in_the_file(project: Path) -> None:
    govreport(project, "package", GOOD, str(YEAR), "-o", "公布.zip")
    with ZipFile(project / "公布.zip") as archive:
        for entry in archive.infolist():
            assert entry.filename.isascii() or entry.flag_bits & UTF8
            assert (entry.date_time, entry.create_system) == ((1980, 1, 1, 0, 0, 0), 3)


def test_the_checksums_are_those_of_every_other_file_and_the_cover_lists_them_in_plain_text(project: Path) -> None:
    govreport(project, "package", GOOD, str(YEAR), "-o", "公布.zip")
    found = entries(project / "公布.zip")
    sums = dict(reversed(line.split("  ")) for line in found.pop("SHA256SUMS.txt").decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}
    assert found["说明.txt"].startswith(b"\xef\xbb\xbf") and b"\r\n" in found["说明.txt"]
    cover = found.pop("说明.txt").decode("utf-8-sig")
    assert cover.startswith("共1份政府信息公开工作年度报告，每份一个文件夹。")
    for name, data in found.items():
        assert f"   {Path(name).name}  {len(data):,}字节\r\n" in cover


def test_the_same_reports_give_the_same_bytes(project: Path) -> None:
    made = []
    for words in ((GOOD, str(YEAR)), (str(YEAR), "示例市民政局", GOOD)):
        assert govreport(project, "package", *words, "-o", "公布.zip", "--force").returncode == 0
        made.append((project / "公布.zip").read_bytes())
    assert made[0] == made[1]


def test_without_a_name_the_package_is_named_by_agency_and_year_in_the_output(project: Path) -> None:
    for words, name in (((GOOD,), NAME), (("--ready",), f"{YEAR}年政府信息公开工作年度报告")):
        assert govreport(project, "package", str(YEAR), *words).returncode == 0
        assert (project / f"output/{name}.zip").is_file()


def test_agencies_without_a_filing_are_spoken_of_only_where_there_are_some(project: Path) -> None:
    packed = govreport(project, "package", str(YEAR), "--ready", "-o", "全.zip")
    assert packed.returncode == 0 and "没有资料的机构" not in packed.stdout + packed.stderr
    add_agency(project, "shili-archives")
    shutil.rmtree(project / "data/shili-archives" / str(YEAR))
    packed = govreport(project, "package", str(YEAR), "--ready", "-o", "缺.zip")
    assert packed.returncode == 0 and "没有资料的机构" in packed.stdout + packed.stderr


def test_a_draft_keeps_the_package_from_being_written_unless_asked_for_and_says_in_its_name_what_it_is(
    project: Path,
) -> None:
    draft = f"错误：示例市气象局{YEAR}年：是草稿，有2项错误未处理；处理后再打包，仍要打包请加 --drafts。"
    assert told(project, FAULTY, str(YEAR)) == [draft, "错误：有1份不能公布，没有打包。"]
    assert told(project, FAULTY, GOOD, str(YEAR))[-1] == ("错误：有1份不能公布，没有打包；只打包其余1份请加 --ready。")
    answer = govreport(project, "package", FAULTY, GOOD, str(YEAR), "--ready", "-o", "可.zip")
    assert answer.returncode == 0 and answer.stderr == draft.replace("错误：", "未打包：") + "\n"
    assert {name.partition("/")[0] for name in entries(project / "可.zip")} == {NAME, "说明.txt", "SHA256SUMS.txt"}
    assert govreport(project, "package", FAULTY, str(YEAR), "--drafts", "-o", "草稿.zip").returncode == 0
    assert "示例市气象局2023年政府信息公开工作年度报告（草稿）/" in next(iter(entries(project / "草稿.zip")))


def test_no_agencys_name_leads_out_of_the_archive_or_is_refused_by_a_system(project: Path) -> None:
    replace_in(project / "data/agencies.csv", "示例市<script>", "../../示例市<script>")
    assert govreport(project, "run", HOSTILE, str(YEAR), "--formats", "html").returncode == 0
    assert govreport(project, "package", HOSTILE, str(YEAR), "--drafts", "-o", "名.zip").returncode == 0
    name = "／..／示例市＜script＞alert('名称')＜／script＞局2023年政府信息公开工作年度报告"
    first = next(iter(entries(project / "名.zip")))
    assert first.count("/") == 1 and first.startswith(name)


def test_a_page_that_is_no_longer_current_never_goes_out(project: Path) -> None:
    append_to(project / f"data/{GOOD}/{YEAR}/narrative.md", "\n另有一句。\n")
    for more in ([], ["--drafts"]):
        first, last = told(project, GOOD, str(YEAR), *more)
        assert first.startswith(f"错误：示例市民政局{YEAR}年：已经过时（data/{GOOD}/{YEAR}/narrative.md 有改动）；")
        assert first.endswith(f"请运行 govreport run {GOOD} {YEAR}。") and "--ready" not in last


@pytest.mark.parametrize("file", ["report.html", "report.pdf", "report.ipynb"])
def test_a_file_that_is_not_the_one_that_the_run_made_never_goes_out(file: str, project: Path) -> None:
    page = project / f"output/{YEAR}/{GOOD}/{file}"
    made = page.read_bytes()
    page.unlink()  # the sample's own file lies under another link
    page.write_bytes(made + b"\n")
    for _ in ("changed", "gone"):
        first, _ = told(project, GOOD, str(YEAR), "--drafts")
        assert first == f"错误：示例市民政局{YEAR}年：{file} 在生成后有改动或已移走；请加 --force 重新生成。"
        page.unlink(missing_ok=True)


def test_a_report_that_was_not_made_or_not_whole_never_goes_out(project: Path) -> None:
    assert told(project, GOOD, "2019", "--drafts")[0] == (
        f"错误：示例市民政局2019年：还没有生成；请运行 govreport run {GOOD} 2019。"
    )
    record = project / f"output/{YEAR}/{GOOD}/report.json"
    text = record.read_text(encoding="utf-8")
    record.unlink()
    record.write_text(text.replace('"errors": []', '"errors": ["未生成 PDF：磁盘已满。"]'), encoding="utf-8")
    assert "未能完整生成；请运行" in told(project, GOOD, str(YEAR), "--drafts")[0]


def test_where_a_signature_is_asked_for_only_signed_reports_go_out_and_a_void_one_never_by_itself(
    project: Path,
) -> None:
    asked = (GOOD, str(YEAR), "--signed")
    assert "还没有签审；处理后再打包" in told(project, *asked)[0]
    assert govreport(project, "sign", GOOD, str(YEAR), "--by", "李审核").returncode == 0
    assert govreport(project, "package", *asked, "-o", "签审.zip").returncode == 0
    signed = project / f"data/{GOOD}/{YEAR}/review.toml"
    text = signed.read_text(encoding="utf-8")
    signed.write_text(re.sub("[0-9a-f]{64}", "0" * 64, text), encoding="utf-8")
    assert "签审后资料有改动，签审已失效；处理后再打包" in told(project, GOOD, str(YEAR))[0]
    assert govreport(project, "package", GOOD, str(YEAR), "--drafts", "-o", "失效.zip").returncode == 0


def test_pages_of_another_report_never_go_out_under_its_name(project: Path) -> None:
    here, other = project / f"output/{YEAR}/{GOOD}", project / f"output/{YEAR}/{FAULTY}"
    own = json.loads((here / "report.json").read_bytes())
    taken = {path.name: path.read_bytes() for path in other.iterdir() if path.is_file()}
    for name, content in taken.items():
        (here / name).unlink()  # the sample's own file lies under another link
        (here / name).write_bytes(content)
    digests = json.loads(taken["report.json"])["sha256"]
    for record, sentence in (
        (json.loads(taken["report.json"]), "还没有生成"),
        (own | {"sha256": digests}, "report.ipynb 是另一份报告的；请加 --force 重新生成。"),
        (own | {"sha256": {}}, "report.ipynb 在生成后有改动或已移走"),
    ):
        (here / "report.json").write_text(json.dumps(record), encoding="utf-8")
        assert sentence in told(project, GOOD, str(YEAR), "--drafts")[0]


def test_a_report_that_was_returned_never_goes_out_by_itself(project: Path) -> None:
    comment = '[[comment]]\ntext = "退回修改。"\nverdict = "退回"\nby = "王签发"\ndate = 2024-01-25\n'
    (project / f"data/{GOOD}/{YEAR}/comments.toml").write_text(comment, encoding="utf-8")
    assert govreport(project, "run", GOOD, str(YEAR)).returncode == 0
    assert "已退回；处理后再打包" in told(project, GOOD, str(YEAR))[0]
    (project / f"data/{GOOD}/{YEAR}/comments.toml").write_text(f'{comment}resolved = "已改"\n', encoding="utf-8")
    assert govreport(project, "run", GOOD, str(YEAR)).returncode == 0
    assert govreport(project, "package", GOOD, str(YEAR), "-o", "公布.zip").returncode == 0


def test_two_agencies_of_one_name_are_told_apart_by_their_slugs(tmp_path: Path) -> None:
    root = make_project(tmp_path / "project", GOOD)
    add_agency(root, "shili-twin", "示例市民政局")
    assert govreport(root, "run", str(YEAR), "--formats", "html").returncode == 0
    for words in (("-o", "两.zip"), ("shili-twin", "-o", "一.zip")):
        assert govreport(root, "package", str(YEAR), *words).returncode == 0
    both = [name for name in entries(root / "两.zip") if name.endswith(".html")]
    assert both == [f"{NAME}（{slug}）/{NAME}（{slug}）.html" for slug in (GOOD, "shili-twin")]
    assert both[1] in entries(root / "一.zip")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["shili-nobody"], "没有机构“shili-nobody”"),
        (["2031"], "没有任何机构 2031 年的资料"),
        ([GOOD, "2031"], "没有“示例民政局”（shili-civil-affairs） 2031 年的资料"),
        ([GOOD, str(YEAR), "-o", "公布.7z"], "文件名应以 .zip 结尾，而不是“公布.7z”"),
        ([GOOD, str(YEAR), "-o", "旧.zip"], "旧.zip 已存在；确认覆盖请加 --force"),
        ([GOOD, str(YEAR), "-o", "夹.zip", "--force"], "无法读写 夹.zip（应是文件，却是文件夹）"),
        ([GOOD, str(YEAR), "-o", "旧.zip/公布.zip"], "无法读写 旧.zip（"),
    ],
)
def test_what_cannot_be_packed_is_told_in_one_sentence(words: list[str], sentence: str, project: Path) -> None:
    (project / "旧.zip").write_bytes(b"")
    (project / "夹.zip").mkdir()
    (line,) = told(project, *words)
    assert sentence in line


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('甲<乙>丙:丁"戊/己\\庚|辛?壬*', "甲＜乙＞丙：丁＂戊／己＼庚｜辛？壬＊"),
        ("示例局\n\x00二处. ", "示例局二处"),
        ("..\\..\\示例局", "..＼..＼示例局".strip(".")),
        ("e\u0301", "é"),
    ],
)
def test_no_name_has_what_windows_refuses(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_a_long_name_keeps_the_year_and_the_form_and_fits_a_file_system(project: Path) -> None:
    data = json.loads((project / f"output/{YEAR}/{GOOD}/report.ipynb").read_bytes())["metadata"]["govreport"]
    name = official_name(Account.from_json(data | {"name": "示例市" * 40}), "shili-civil-affairs")
    assert name.endswith("2023年政府信息公开工作年度报告（shili-civil-affairs）")
    assert len(f"{name}（主动公开表）.csv".encode()) <= 255
