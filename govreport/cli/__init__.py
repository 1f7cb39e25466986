"""The commands."""

from __future__ import annotations

import io
import os
import sys
import traceback

from govreport.cli import doctor, filings, reports
from govreport.cli.app import app, extract_value, join_parameters, usage_sentence
from govreport.cli.terminal import details, notes, print_error
from govreport.core import DEBUG_VARIABLE, FilingError, GovReportError

__all__ = ["app", "doctor", "filings", "main", "reports"]

INTERRUPTED = 130
QUIET, VERBOSE = {"--quiet", "-q"}, {"--verbose", "-v"}
STOPPED = "已中止；已生成的报告保持完整，可重新运行。"


def main() -> None:
    """Run the command line. Errors are one sentence, usage errors exit with 2, ``--debug`` shows tracebacks."""
    try:
        code = _main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write(f"{STOPPED}\n")
        code = INTERRUPTED
    sys.exit(code)


def _main(arguments: list[str]) -> int:
    end = arguments.index("--") if "--" in arguments else len(arguments)
    given, rest = arguments[:end], arguments[end:]
    debug, notes.quiet = "--debug" in given, not QUIET.isdisjoint(given)
    details.quiet = VERBOSE.isdisjoint(given)
    if debug:
        os.environ[DEBUG_VARIABLE] = "1"
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        given = [argument for argument in given if argument not in {"--debug", *QUIET, *VERBOSE}]
        given, project = extract_value(given, "--project")
        if project:
            os.environ["GOVREPORT_PROJECT"] = project
        result = app([*join_parameters(given), *rest], standalone_mode=False, prog_name="govreport")
        if result == INTERRUPTED:  # typer's code for an interrupted command
            raise KeyboardInterrupt
        return result if isinstance(result, int) else 0
    except BrokenPipeError:
        sys.stderr.close()
        return 141
    except Exception as error:
        if debug:
            traceback.print_exc()
        if type(error).__name__ == "Abort":
            raise KeyboardInterrupt from None
        if isinstance(error, GovReportError):
            for line in str(error).splitlines():
                print_error(line)
            return 1 if isinstance(error, FilingError) else 2
        if hasattr(error, "format_message"):
            if type(error).__name__ != "NoArgsIsHelpError":
                print_error(usage_sentence(error))
            return int(getattr(error, "exit_code", 2))
        if isinstance(error, ModuleNotFoundError):
            print_error(f"缺少组件 {error.name}；请重新安装 govreport，再用 govreport doctor 检查。")
        else:
            print_error(f"程序内部出错（{type(error).__name__}：{error}）；加 --debug 可看细节，请报告给维护者。")
        return 1
