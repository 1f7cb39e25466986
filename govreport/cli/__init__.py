"""The commands."""

from __future__ import annotations

import gc
import io
import os
import re
import sys
import traceback

from govreport import checks
from govreport.cli import doctor, filings, publishing, reports, reviewing
from govreport.cli.app import app, extract_value, join_parameters, usage_sentence
from govreport.cli.terminal import details, notes, print_error, print_json
from govreport.core import DEBUG_VARIABLE, FilingError, GovReportError, os_sentence

__all__ = ["app", "doctor", "filings", "main", "publishing", "reports", "reviewing"]

INTERRUPTED = 130
JSON_ASKED = re.compile(r"(?:^| )(?:--json|--format[ =]json|-f ?json) ")
QUIET, VERBOSE = {"--quiet", "-q"}, {"--verbose", "-v"}
STOPPED = "已中止；已生成的报告保持完整，可重新运行。"


def main() -> None:
    """Run the command line. Errors are one sentence, usage errors exit with 2, ``--debug`` shows tracebacks."""
    gc.freeze()  # what was imported stays: looking for garbage in it takes a tenth of a run that makes nothing
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
        sentences, code = _told(error, given)
        for sentence in sentences:
            print_error(sentence)
        if JSON_ASKED.search(f"{' '.join(given)} "):
            print_json(_failure(given, sentences))
        return code


def _told(error: Exception, given: list[str]) -> tuple[list[str], int]:
    """Return an error as sentences, and the exit status. given: the arguments."""
    if isinstance(error, GovReportError):
        return str(error).splitlines(), 1 if isinstance(error, FilingError) else 2
    if hasattr(error, "format_message"):
        told = [] if type(error).__name__ == "NoArgsIsHelpError" else [usage_sentence(error, given)]
        return told, int(getattr(error, "exit_code", 2))
    if isinstance(error, ModuleNotFoundError):
        return [f"缺少组件 {error.name}；请重新安装 govreport，再用 govreport doctor 检查。"], 1
    if isinstance(error, OSError):
        return [os_sentence(error)], 1
    return [f"程序内部出错（{type(error).__name__}：{error}）；加 --debug 可看细节，请报告给维护者。"], 1


def _failure(given: list[str], sentences: list[str]) -> object:
    """Return the JSON document of a command that failed: a finding, or an object without cells, which tells why."""
    if "check" in given:
        return checks.Findings.of(checks.unreadable_filing(None, None, FilingError(sentences))).to_json()
    return filings.NOT_READ | {"notes": sentences}
