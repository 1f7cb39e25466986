"""Commands about the installation: looking it over, completion in the shell."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from typer.completion import completion_init, get_completion_script, install  # type: ignore[attr-defined]

from govreport.cli.app import Json, argument, command, flag
from govreport.cli.terminal import notes, out, print_json
from govreport.core import ProjectError

SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")
completion_init()


@command("检查安装、字体、引擎和项目文件夹；有错误时退出码为 1。\n\n例：govreport doctor")
def doctor(as_json: Json = False) -> None:
    """Look over the installation and the project."""
    from govreport.cli.examination import BAD, GOOD, NOTE, examine  # noqa: PLC0415, half a second: every room

    style, probes = {GOOD: "green", NOTE: "yellow", BAD: "red"}, []
    for probe in examine():
        probes.append(probe)
        if not as_json:
            console = notes if probe.state == GOOD else out
            console.print(f"[{style[probe.state]}]{probe.state}[/]  {probe.name}  {escape(probe.told)}")
    bad, noted = (sum(probe.state == state for probe in probes) for state in (BAD, NOTE))
    if as_json:
        print_json([probe.to_json() for probe in probes])
    else:
        told = f"错误{bad}项，注意{noted}项。" if bad or noted else "一切正常。"
        notes.print(f"检查{len(probes)}项：{told}")
    if bad:
        raise typer.Exit(1)


@command("让终端用 Tab 键补全命令、机构和年度。\n\n例：govreport completion bash --install")
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
    try:
        _, path = install(shell=shell, prog_name="govreport", complete_var="_GOVREPORT_COMPLETE")
    except OSError as error:
        raise ProjectError(
            f"无法写入 {shell} 的配置（{error.strerror}）；可用 govreport completion {shell} 输出脚本后自行放置。"
        ) from None
    notes.print(f"已写入 {path}；重新打开终端后生效。")
