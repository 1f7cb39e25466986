"""The fork server (Linux): a preloaded process that forks a child for each task, and its client.

The server has one thread and compiles no document, so that forking is safe. Python's own fork server does not
fit: it runs the caller's main module in every child, and it refuses daemonic callers such as Dask workers.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any

from govreport.batch.engine.kernel_requirements import kernel_misfit
from govreport.core import DEBUG_VARIABLE, GovReportError, os_reason

NO_FORK = "GOVREPORT_NO_FORK"
"""Environment variable that turns forking off, as on systems without it. Runs are slower; pages are the same."""

AVAILABLE = sys.platform == "linux" and hasattr(os, "pidfd_open") and not os.environ.get(NO_FORK)
"""Whether this system can fork safely; macOS and Windows cannot."""

_START = (
    "import gc, linecache, sys; gc.disable(); linecache.clearcache(); sys.path[:] = sys.argv[3].split('\\n'); "
    "from govreport.batch.engine.forkserver import serve; serve()"
)
"""The command of the server; it does not look for garbage while it loads. Python 3.13 would take it for the source of a
text that a notebook runs by exec."""
_ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # pandas imports pyarrow where it is there
}
"""Variables that NumPy and Arrow read on import. A process with more than one thread cannot be forked safely."""
PID_WIDTH = 12
"""Bytes of the first answer to a request: the child's process id. The exit code follows later."""

_PR_SET_PDEATHSIG = 1
_IRI_SYNTAX = "rfc3987_syntax"
"""A module that comes with JupyterLab and takes a second to import. jsonschema imports it for a check of addresses (RFC
3987) that no notebook's schema asks for."""

_lock = threading.Lock()
_server: Forkserver | None = None


class ForkError(GovReportError):
    """Raised if no child can be forked."""


class Child:
    """A forked child process, the leader of its own session.

    connection: connection to the child; pid: its process id.
    """

    def __init__(self, connection: Connection, status: int, pid: int) -> None:
        self.connection, self.pid, self._status = connection, pid, status
        self._code: int | None = None

    def wait(self, seconds: float) -> int | None:
        """Wait up to this many seconds and return the exit code, or None if the child still runs.

        A code of 0 or more is the child's own; a code below 0 is the negative number of the signal that killed it.
        """
        if self._code is None and select.select([self._status], [], [], seconds)[0]:
            self._code = int(os.read(self._status, 16) or -signal.SIGKILL)
        return self._code

    def end(self) -> None:
        """Kill the child and the processes that it started, and close the connection."""
        if not self.connection.closed:
            if self.wait(0) is None:
                _kill(self.pid)
            self._code = -int(signal.SIGKILL) if self._code is None else self._code
            self.connection.close()
            os.close(self._status)


class Forkserver:
    """A client of a fork server, for the process that started the server or any of its children."""

    def __init__(self, control: socket.socket, process: subprocess.Popen[bytes] | None = None) -> None:
        self._control, self._process = control, process

    @classmethod
    def start(cls) -> Forkserver:
        """Start a server. The server and its children end with this process."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        path = "\n".join(entry for entry in sys.path if entry)
        process = subprocess.Popen(
            [sys.executable, "-c", _START, str(theirs.fileno()), str(ours.fileno()), path],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=None if os.environ.get(DEBUG_VARIABLE) else subprocess.DEVNULL,
            pass_fds=[theirs.fileno(), ours.fileno()],
            env={**os.environ, **_ONE_THREAD},
            start_new_session=True,
        )
        theirs.close()
        return cls(ours, process)

    def fork(self, work: Callable[..., object], *arguments: object, modules: Sequence[str] = ()) -> Child:
        """Fork a child that calls `work` with a connection and the arguments.

        The child has this process's working folder and environment. modules: that the server imports before, once.
        Raises ForkError if the server cannot fork or did not start.
        """
        near, far = socket.socketpair()
        told, telling = os.pipe()
        request, failure = json.dumps({"parent": os.getpid(), "modules": modules}).encode(), ""
        try:
            socket.send_fds(self._control, [request], [far.fileno(), telling])
        except OSError as error:
            failure = f"生成进程已不在运行（{os_reason(error)}）；请重新运行。"
        far.close()
        os.close(telling)
        answer = os.read(told, PID_WIDTH).decode(errors="replace")
        if not answer.strip().isdigit():
            reason = answer + os.read(told, 4096).decode(errors="replace") if answer else "服务进程已终止"
            os.close(told)
            near.close()
            raise ForkError(failure or f"无法启动生成进程（{reason}）；请检查内存和安装。")
        connection = Connection(near.detach())
        with contextlib.suppress(BrokenPipeError):  # if the child has died already, `wait` reports it later
            connection.send_bytes(pickle.dumps((work, arguments, _folder(), dict(os.environ))))
        return Child(connection, told, int(answer))


def forkserver() -> Forkserver:
    """Return this process's fork server. Start one if none runs."""
    global _server  # noqa: PLW0603
    with _lock:
        if _server is None or (_server._process and _server._process.poll() is not None):
            _server = Forkserver.start()
        return _server


def disinherit() -> None:
    """Forget the fork server that forked this process, so that the notebook's code cannot reach it."""
    global _server  # noqa: PLW0603
    if _server:
        _server._control.close()
    _server = None


def _folder() -> str:
    try:
        return os.getcwd()  # noqa: PTH109
    except FileNotFoundError:
        return os.sep


def serve() -> None:
    """Run the server: preload, then fork children on request until the process that started it ends."""
    control, client = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    failure = ""
    try:
        _load_without("ipykernel.debugger", "debugpy")  # for which only front ends ask
        load_jsonschema()
        if not kernel_misfit():  # otherwise no notebook is forked, and workers import modules on demand
            warm()
    except Exception as error:
        traceback.print_exc()
        failure = f"{type(error).__name__}: {error}"
    server = _Server(control, client, failure)
    gc.freeze()
    gc.enable()
    server.run()


class _Server:
    """The server itself. It keeps its children by process descriptor."""

    def __init__(self, control: socket.socket, client: socket.socket, failure: str) -> None:
        self._control, self._client, self._failure = control, client, failure
        self._libc = ctypes.CDLL(None)
        self._errors = os.dup(2)  # children may replace descriptor 2
        self._children: dict[int, tuple[int, int, int]] = {}
        self._poll = select.poll()
        self._poll.register(control.fileno(), select.POLLIN)
        self._poll.register(0, select.POLLIN)

    def run(self) -> None:
        """Answer requests and reap children until the process that started the server closes standard input."""
        while True:
            for place, _ in self._poll.poll():
                if place == 0:
                    for pid, _, _ in self._children.values():
                        _kill(pid)
                    os._exit(0)
                elif place == self._control.fileno():
                    self._answer()
                else:
                    self._bury(place)

    def _answer(self) -> None:
        request, rights, _, _ = socket.recv_fds(self._control, 4096, 2)
        if len(rights) != 2:
            return
        connection, status = rights
        told = json.loads(request)
        _load(told["modules"])
        if self._failure:
            os.write(status, self._failure[:2000].encode())
        else:
            try:
                pid = os.fork()
            except OSError as error:
                os.write(status, os_reason(error).encode())
            else:
                if pid == 0:
                    self._become_child(connection, status)
                os.write(status, f"{pid:<{PID_WIDTH}}".encode())
                place = os.pidfd_open(pid)
                self._children[place] = (pid, os.dup(status), int(told["parent"]))
                self._poll.register(place, select.POLLIN)
        os.close(connection)
        os.close(status)

    def _bury(self, place: int) -> None:
        """Report the exit code of a child. Kill its processes and the children that it requested."""
        pid, status, _ = self._children.pop(place)
        self._poll.unregister(place)
        os.close(place)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        _kill(pid)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        with contextlib.suppress(BrokenPipeError):
            os.write(status, str(code).encode())
        os.close(status)
        for other, _, parent in self._children.values():
            if parent == pid:
                _kill(other)

    def _become_child(self, connection: int, status: int) -> None:
        """Do the requested work in the new child, which uses this server itself, then exit. Never returns."""
        global _server  # noqa: PLW0603
        code = 1
        try:
            server = os.getppid()
            os.setsid()
            self._libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
            if os.getppid() != server:
                os._exit(1)
            for place, (_, told, _) in self._children.items():
                os.close(place)
                os.close(told)
            self._control.close()
            os.close(status)
            with open(os.devnull, "rb") as nothing:  # noqa: PTH123
                os.dup2(nothing.fileno(), 0)
            _server = Forkserver(self._client)
            _begin(Connection(connection))
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except BaseException:
            os.write(self._errors, traceback.format_exc().encode())
        finally:
            os._exit(code)


def _begin(connection: Connection) -> None:
    """Receive the work from the connection and do it. Python has seeded its random numbers anew, NumPy has not."""
    work, arguments, folder, environment = pickle.loads(connection.recv_bytes())
    for name in os.environ.keys() - environment:
        del os.environ[name]
    os.environ.update({name: value for name, value in environment.items() if os.environ.get(name) != value})
    with contextlib.suppress(OSError):
        os.chdir(folder)
    random: Any = sys.modules.get("numpy.random")  # asking NumPy for it would import it, 10 ms a child
    if random:
        random.seed()
    work(connection, *arguments)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _load(modules: Sequence[str]) -> None:
    """Import modules that notebooks ask for, as in a notebook; what cannot be imported tells the notebook itself."""
    from govreport.batch.engine.kernel import prepare  # noqa: PLC0415

    for name in set(modules) - sys.modules.keys():
        with prepare().shell.builtin_trap, contextlib.suppress(Exception):  # type: ignore[union-attr]
            import_module(name)
        gc.freeze()


def _load_without(module: str, other: str, instead: Any = None) -> None:
    """Import a module without another that it would import; something else may still import that."""
    sys.modules[other] = instead
    import_module(module)
    del sys.modules[other]


def load_jsonschema() -> None:
    """Import jsonschema, and leave what it needs to check IRIs until it is asked to."""
    if find_spec(_IRI_SYNTAX):
        late = SimpleNamespace(is_valid_syntax=lambda *told: import_module(_IRI_SYNTAX).is_valid_syntax(*told))
        _load_without("jsonschema", _IRI_SYNTAX, late)


def warm() -> None:
    """Make the kernel and produce the example's reports once, without threads and without compiling a document.

    A process that is forked after a Typst compilation would hang. Raises RuntimeError if a module has started
    a thread.
    """
    from govreport.batch.engine.kernel import BACKEND, prepare  # noqa: PLC0415, this module must not load pandas

    os.environ["MPLBACKEND"] = BACKEND  # matplotlib reads it on import
    shell: Any = prepare().shell
    with shell.builtin_trap:  # on import, libraries check whether they run in a notebook
        import IPython.core.logger  # noqa: F401, PLC0415, a shell asks for it at its first cell
        import papermill  # noqa: F401, PLC0415
        import tornado.platform.asyncio  # noqa: F401, PLC0415, of the loop that a kernel runs in

        from govreport.batch import produce  # noqa: F401, PLC0415
        from govreport.batch.engine import papermill_engine  # noqa: F401, PLC0415
        from govreport.publish import font_set, pdf_bytes, prove  # noqa: F401, PLC0415

        font_set()
        _rehearse(shell)
    if threading.active_count() > 1:
        names = ", ".join(thread.name for thread in threading.enumerate())
        raise RuntimeError(f"{sys.executable} has threads after warming up: {names}")


def _rehearse(shell: Any) -> None:
    """Check, show and publish the example's last report of each edition as HTML, and check a copy with an error.

    Makes no PDF.
    """
    from govreport.charts import bar_chart, figures_bars  # noqa: PLC0415
    from govreport.checks import check_filings  # noqa: PLC0415
    from govreport.core import GovReportError  # noqa: PLC0415
    from govreport.filing import Filing  # noqa: PLC0415
    from govreport.notebook import EXAMPLE, Report, example_project  # noqa: PLC0415
    from govreport.publish import html_page, read_document, review_page  # noqa: PLC0415

    project = example_project()
    years = project.years(EXAMPLE)
    forms = project.catalogue.editions.values()
    filled = [Filing.from_cells(EXAMPLE, "", form.first_year, dict.fromkeys(form.cells, 1234567890)) for form in forms]
    bars = [figures_bars(spec, [filing]) for filing in filled for spec in filing.form.charts.values()]
    charts = [bar_chart(each) for each in bars]  # outlines every character of charts, which costs a notebook 12 ms
    for year in {form.edition: year for year in years if (form := project.catalogue.form_for(year))}.values():
        with contextlib.suppress(GovReportError):  # in a checkout, these filings are somebody's own
            report = Report.open(EXAMPLE, year, project.root)
            tables = [report.table(name) for name in report.filing.form.tables]
            shown = [report, report.findings, report.section(1), *tables, *charts]
            cells = [shell.display_formatter.format(thing) for thing in shown]
            outputs = [{"output_type": "display_data", "data": data, "metadata": told} for data, told in cells]
            cell = {"cell_type": "code", "metadata": {}, "source": "", "outputs": outputs}
            document = read_document({"cells": [cell], "metadata": {}})
            html_page(document)
            review_page(document)
    check_filings(
        [(replace(filing, cells={**filing.cells, next(iter(filing.cells)): None}), None) for filing in filled]
    )
    shell.run_cell("1 + 1\n", silent=True)
    shell.user_ns["_"] = ""
