"""Commands about the installation: checks of installation and project, and shell completion."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from typer.completion import completion_init, get_completion_script, install  # type: ignore[attr-defined]

from govreport import __version__, batch, checks, publish
from govreport.cli import arguments
from govreport.cli.app import command
from govreport.cli.arguments import argument, flag
from govreport.cli.terminal import misspelt, notes, out, print_json
from govreport.core import UNFINISHED, FilingError, GovReportError, ProjectError, listed, os_reason
from govreport.filing import REGISTER, Project, shown_folder

GOOD, NOTE, BAD = "正常", "注意", "错误"
HEART = ("typst", "papermill", "nbclient", "nbconvert", "ipykernel", "pandas", "matplotlib")
"""Packages whose versions are always printed. Other packages are printed only if they have a problem."""
ROLES = {"title": "标题", "fang": "正文", "kai": "楷体", "hei": "黑体", "song": "宋体"}
SHIPPED = ("GovRpt", "AR PL KaitiM")
"""Prefixes of the family names of the bundled fonts."""
MOST_NAMED = 5
LITTLE_SPACE = 500 * 1024 * 1024


@dataclass(frozen=True)
class Probe:
    """The result of a check: name, state (GOOD, NOTE or BAD), and a Chinese clause or sentence."""

    name: str
    state: str
    told: str


def examine() -> Iterator[Probe]:
    """Check the installation, and the project of the working folder if there is one. Yield the results."""
    system = platform.platform(terse=True)
    yield Probe("程序", GOOD, f"govreport {__version__}，Python {platform.python_version()}，{system}")
    yield from _packages()
    yield from _engines()
    try:
        project = Project.find()
    except GovReportError as error:
        yield from _fonts(None)
        yield Probe("项目", BAD if "GOVREPORT_PROJECT" in os.environ else NOTE, str(error))
    else:
        yield from _fonts(project.fonts)
        yield from examine_project(project)


def examine_project(project: Project) -> Iterator[Probe]:
    """Check a project: register, filings, stray files, rules, notebook, output, disk space. Yield the results."""
    try:
        agencies, _ = project.agencies, checks.require_project_files(project)
        own, rules = project.catalogue.own, checks.project_rules(project.root, project.catalogue)
    except GovReportError as error:
        yield Probe("项目", BAD, str(error))
        return
    further = f"，另有格式{len(own)}个" if own else ""
    yield Probe("项目", GOOD, f"{project.root}，登记机构{len(agencies)}个，另有规则{len(rules)}条{further}")
    for name, slugs in project.namesakes.items():
        yield Probe("项目", NOTE, f"{REGISTER} 中{'、'.join(slugs)}的名称都是“{name}”；请核对是否重复登记")
    yield from _filings(project)
    yield _stray(project)
    yield from _notebooks(project)
    yield _output(project)


def _packages() -> Iterator[Probe]:
    from packaging.requirements import Requirement  # noqa: PLC0415, no other command needs it

    wanted = [Requirement(text) for text in metadata.requires("govreport") or ()]
    needed = [requirement for requirement in wanted if requirement.marker is None]
    found = {requirement.name: _version(requirement.name) for requirement in wanted}
    unfit = (r for r in needed if not found[r.name] or not r.specifier.contains(found[r.name], prereleases=True))
    wrong = [f"{r.name} {found[r.name] or '未安装'}（应为 {r.specifier}）" for r in unfit]
    told = "，".join(f"{name} {found.get(name) or '未安装'}" for name in HEART)
    yield Probe("组件", BAD if wrong else GOOD, f"{'，'.join(wrong)}；请重新安装 govreport" if wrong else told)
    for extra, name, use in (("lab", "jupyterlab", "在 JupyterLab 中编辑"), ("dask", "distributed", "由集群生成")):
        version = _version(name)
        hint = "" if version else f"（{use}时需要：pip install 'govreport[{extra}]'）"
        yield Probe("可选", GOOD, f"{name} {version or '未安装'}{hint}")


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _engines() -> Iterator[Probe]:
    engines = {entry.name for entry in metadata.entry_points(group="papermill.engine")}
    if "govreport" not in engines:
        yield Probe("引擎", BAD, "papermill 找不到 govreport 引擎；请重新安装 govreport")
    elif batch.AVAILABLE:
        misfit = batch.kernel_misfit()
        yield Probe("引擎", NOTE if misfit else GOOD, misfit or "笔记本在预热的进程中运行")
    else:
        why = f"设有 {batch.NO_FORK}" if os.environ.get(batch.NO_FORK) else "本系统不支持预热的进程"
        yield Probe("引擎", NOTE, f"{why}，笔记本由 papermill 逐份启动，结果相同，速度较慢")


def _fonts(own: Path | None) -> Iterator[Probe]:
    try:
        fonts = publish.font_set(own)
    except (OSError, RuntimeError) as error:
        yield Probe("字体", BAD, f"字体无法载入（{error}）；请重新安装 govreport")
        return
    faces = {role: fonts.faces[role] for role in ROLES if role in fonts.faces}
    ours = [ROLES[role] for role, family in faces.items() if family.startswith(SHIPPED)]
    told = "，".join(f"{ROLES[role]} {family}" for role, family in faces.items())
    more = f"；{'、'.join(ours)}用自带字体，公文字体放入项目的 fonts/ 即可使用" if ours else ""
    yield Probe("字体", GOOD, told + more)


def _filings(project: Project) -> Iterator[Probe]:
    read, problems = 0, []
    for slug in project.agencies:
        for year in project.years(slug):
            try:
                project.filing(slug, year)
                read += 1
                for read_beside in (checks.read_waivers, checks.open_comments):
                    read_beside(project.data / slug / str(year), shown_folder(slug, year))
            except FilingError as error:
                problems += str(error).splitlines()
    yield Probe("资料", GOOD if read else NOTE, f"{read}份可以读取")
    for problem in problems[:MOST_NAMED]:
        yield Probe("资料", BAD, problem)
    if len(problems) > MOST_NAMED:
        yield Probe("资料", BAD, f"另有{len(problems) - MOST_NAMED}处；govreport check 列出")


def _stray(project: Project) -> Probe:
    """Look for files that no command reads: unknown folders, unknown files in filings, unfinished files."""
    found = [f"{name}（未在 {REGISTER} 中登记）" for name in project.unregistered]
    found += [f"{name}（是否应为 {meant}）" for name, meant in misspelt(project)]
    found += [f"data/{name}（不是可以打开的文件夹）" for name in project.closed]
    for slug in project.agencies:
        years = {str(year) for year in project.years(slug)}
        for name in sorted(path.name for path in (project.data / slug).glob("[!.]*")):
            unread = [f"/{file}" for file in checks.unread_files(project, slug, int(name))] if name in years else [""]
            found += [f"data/{slug}/{name}{file}" for file in unread]
    found += [str(path.relative_to(project.root)) for path in sorted(project.output.glob(f"**/{UNFINISHED}*"))]
    found += [f"{folder}（已没有对应的机构或资料）" for folder in batch.leftover_folders(project)]
    if not found:
        return Probe("文件", GOOD, "没有多余的文件")
    return Probe("文件", NOTE, f"{listed(found, MOST_NAMED, '处')}不会被读取；如无用处，请移走")


def _notebooks(project: Project) -> Iterator[Probe]:
    """Look at all notebooks: whether each can be read and has its kernel, and whether the report's take parameters."""
    common, copying = project.notebooks / batch.NOTEBOOK, "从 govreport init 新建的文件夹中复制"
    books = sorted((*project.notebooks.glob("*.ipynb"), *project.notebooks.glob("[!.]*/*.ipynb")))
    probes = [] if common in books else [Probe("笔记本", BAD, f"缺少 notebooks/{common.name}；请{copying}")]
    for book in books:
        is_report = book.name == common.name
        try:
            if remark := batch.kernel_of(book)[1]:
                probes.append(Probe("笔记本", NOTE, remark.removesuffix("。")))
            if is_report and not batch.declared_parameters(book):
                where = book.relative_to(project.root).as_posix()
                told = f"{where} 没有标为 parameters 的单元格，机构和年度传不进去；请{copying}"
                probes.append(Probe("笔记本", BAD, told))
        except ProjectError as error:
            state, told = BAD if is_report else NOTE, f"{str(error).removesuffix('。')}，或{copying}"
            probes.append(Probe("笔记本", state, told))
    yield from probes or [Probe("笔记本", GOOD, f"notebooks/{common.name}，共{len(books)}个")]


def _output(project: Project) -> Probe:
    try:
        project.output.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=project.output):
            free = shutil.disk_usage(project.output).free
    except OSError as error:
        return Probe("输出", BAD, f"output/ 无法写入（{os_reason(error)}）；请检查权限和磁盘空间")
    told = f"output/ 可以写入，磁盘剩余 {free / 1024**3:.1f} GB"
    return Probe("输出", GOOD if free > LITTLE_SPACE else NOTE, told)


SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")
completion_init()


@command("doctor")
def doctor(as_json: arguments.Json = False) -> int:
    """Look over the installation and the project."""
    style, probes = {GOOD: "green", NOTE: "yellow", BAD: "red"}, []
    for probe in examine():
        probes.append(probe)
        if not as_json:
            console = notes if probe.state == GOOD else out
            console.print(f"[{style[probe.state]}]{probe.state}[/]  {probe.name}  {escape(probe.told)}")
    bad, noted = (sum(probe.state == state for probe in probes) for state in (BAD, NOTE))
    if as_json:
        print_json([asdict(probe) for probe in probes])
    else:
        notes.print(f"检查{len(probes)}项：" + (f"错误{bad}项，注意{noted}项。" if bad or noted else "一切正常。"))
    return int(bad > 0)


@command("completion")
def completion(
    shell: Annotated[str, argument("终端", "、".join(SHELLS), lambda: SHELLS)],
    install_it: Annotated[bool, flag("装入终端的配置；不写则只输出脚本", "--install")] = False,
) -> None:
    """Print or install the shell's completion."""
    if shell not in SHELLS:
        raise ProjectError(f"不能为“{shell}”补全；可用的有 {'、'.join(SHELLS)}。")
    if not install_it:
        typer.echo(get_completion_script(prog_name="govreport", complete_var="_GOVREPORT_COMPLETE", shell=shell))
        return
    _, path = install(shell=shell, prog_name="govreport", complete_var="_GOVREPORT_COMPLETE")
    notes.print(f"已写入 {path}；重新打开终端后生效。")
