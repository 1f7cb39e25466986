"""Notebooks that exercise what a kernel can put out; each is run by papermill's stock engine and by ours."""

from __future__ import annotations

from typing import NamedTuple


class Tagged(NamedTuple):
    """A code cell with tags."""

    source: str
    tags: tuple[str, ...]


def may_fail(source: str) -> Tagged:
    """A cell whose exception does not stop the notebook."""
    return Tagged(source, ("raises-exception",))


NOTEBOOKS: dict[str, list[str | Tagged]] = {
    "streams": [
        "print('甲')\nprint('乙', end='')\nprint()",
        "import sys\nprint('out')\nprint('err', file=sys.stderr)",
        "sys.stdout.write('without line end'); sys.stdout.flush()",
        "for n in range(2000):\n    print(n, '数' * 20)",
        "print('10%\\r20%\\r100%')\nprint('ab\\bc')",
        "import warnings\nwarnings.warn('注意')",
        "import logging\nlogging.warning('日志')\nlogging.getLogger('x').error('错')",
        "import threading\nt = threading.Thread(target=lambda: print('线程')); t.start(); t.join()",
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as held:\n    print('里')\nheld.getvalue()",
        "import time\nprint('先'); time.sleep(0.5); print('后')",
        "print('\\x1b[31m红\\x1b[0m')",
        "sys.stdout.encoding, sys.stdout.isatty(), sys.stderr.isatty(), sys.stdout.writable()",
        "print('一', flush=True); 1",
    ],
    "results": [
        "1 + 1", "None", "'字'", "1; 2", "3;", "x = 4", "_", "__", "Out[1]", "In[1]", "_i1", "[list(range(40))] * 30",
        "{'键': {'乙': [1, 2, {'丙': 3}]}}", "b'bytes'", "1.0 / 3", "float('nan')", "2 ** 200",
        "import numpy as np\nnp.arange(12).reshape(3, 4)", "np.float64(0.1)",
        "lambda: None", "class A:\n    pass\nA", "A.__module__", "__name__",
        "_oh is Out, len(_ih)", "%precision 2\n3.14159", "print(1)\n5",
        "def f():\n    return 6\nf()", "globals()['x']", "7",
    ],
    "displays": [
        "from IPython.display import *\ndisplay('甲', '乙')",
        "display(HTML('<b>粗</b>'), Markdown('# 题'), Latex('$x$'), JSON({'a': [1]}), SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>'))",
        "handle = display('旧', display_id='one')",
        "handle.update('新')",
        "display('另一', display_id='two'); update_display('改', display_id='two')",
        "display('同号', display_id='one')",
        "update_display('都改', display_id='one')",
        "display({'text/plain': '纯', 'text/html': '<i>斜</i>', 'application/x.own+json': {'a': 1}}, raw=True)",
        "display({'text/plain': '带元数据'}, raw=True, metadata={'text/plain': {'k': 1}})",
        "from IPython.display import clear_output\nprint('去'); clear_output(); print('留')",
        "print('去'); clear_output(wait=True); print('留')",
        "print('在'); clear_output(wait=True)",
        "display('去', display_id='three'); clear_output(); display('留')",
        "update_display('无处', display_id='three')",
        "class B:\n    def _repr_html_(self): return '<u>线</u>'\n    def __repr__(self): return '线'\nB()",
        "class C:\n    def _repr_mimebundle_(self, include=None, exclude=None): return {'text/plain': 'c', 'image/svg+xml': '<svg/>'}, {'k': 'v'}\nC()",
        "class D:\n    def _ipython_display_(self): display('自己', display_id='d'); print('和字')\nD()",
        "class E:\n    def __repr__(self):\n        raise ValueError('坏')\n",
        may_fail("E()"),
        "class F:\n    def _repr_html_(self):\n        raise ValueError('坏')\n    def __repr__(self): return 'F'\nF()",
        "import base64\nImage(base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), alt='点')",
        "import decimal, datetime, fractions\ndecimal.Decimal('1.10'), datetime.date(2023, 1, 2), fractions.Fraction(1, 3)",
        "from IPython.display import publish_display_data\npublish_display_data({'text/plain': '直接'})",
        "display()",
        "ProgressBar(3)",
        "Pretty('x'), display(Pretty('y'))",
    ],
    "pandas": [
        "import pandas as pd\nframe = pd.DataFrame({'部门': ['甲', '乙'], '件': [1, 2]}, index=pd.Index([1, 2], name='号'))\nframe",
        "frame['件']", "frame.describe()", "pd.DataFrame({'a': range(200)})",
        "frame.style.format({'件': '{:d}件'}).set_uuid('u')",
        "pd.DataFrame()", "frame.T", "frame.groupby('部门').sum()",
        "pd.set_option('display.max_rows', 4)\npd.DataFrame({'a': range(9)})",
    ],
    "figures": [
        "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])",
        "fig, axes = plt.subplots(); axes.bar(['a', 'b'], [1, 2]); print('先字')",
        "fig",
        "plt.figure(); plt.plot([1]); plt.show(); print('后字')",
        "for n in range(2):\n    plt.figure(); plt.plot([n, 1])",
        "fig, axes = plt.subplots(); plt.close(fig); 1",
        "%config InlineBackend.figure_formats = ['svg', 'png']\nplt.rcParams['svg.hashsalt'] = 'x'\nplt.rcParams['svg.fonttype']",
        "import matplotlib\nmatplotlib.get_backend()",
        "%matplotlib inline\nplt.plot([3, 1]);",
        "plt.plot([3, 1])\n1 / 1",
        may_fail("plt.plot([3, 1])\n1 / 0"),
        "plt.get_fignums()",
    ],
    "errors that go on, refused input, skipped and empty cells": [
        may_fail("1 / 0"), "print('还在')", may_fail("def f(:"), may_fail("没有这个名字"),
        may_fail("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('外') from e"),
        may_fail("class Own(Exception):\n    def __str__(self): return '自己的'\nraise Own"),
        may_fail("raise KeyboardInterrupt"), may_fail("import sys\nsys.exit(3)"),
        may_fail("print('前'); raise SystemExit"), may_fail("%没有的魔术"), may_fail("%%没有的格魔术\nx"),
        may_fail("assert False, '断言'"), may_fail("raise ExceptionGroup('组', [ValueError(1), TypeError(2)])"),
        may_fail("import json\njson.loads('{')"),
        may_fail("exec('1 +')"), may_fail("raise UnicodeDecodeError('utf-8', b'x', 0, 1, '坏')"),
        may_fail("get_ipython().run_line_magic('run', 'missing.py')"),
        "_exit_code if '_exit_code' in globals() else None",
        may_fail("input('名字？')"), may_fail("import getpass\ngetpass.getpass()"), "1",
        "", "   \n", Tagged("print('跳过')", ("skip-execution",)), "# 只有注释", "print(1)", Tagged("2", ("remove-cell", "自己的标签")),
    ],
    "a syntax error that ends it": ["print('甲')", "for", "print('到不了')"],
    "an interrupt that ends it": ["print('甲')", "raise KeyboardInterrupt", "print('到不了')"],
    "logs of its own, then an error that ends it": [
        "import logging\nlogging.basicConfig(level=logging.DEBUG)\nlogging.info('自己的')", may_fail("1 / 0"), "print(1)",
        "logging.getLogger().setLevel(logging.INFO)\nprint('乙')\nraise RuntimeError('到此为止')", "print('到不了')",
    ],
    "history": [
        "history = get_ipython().history_manager\nhistory.hist_file, history.enabled, history.session_number",
        "list(history.get_tail(2))", "%history -g", "type(history.db).__name__", "%rerun 1",
    ],
    "names that are there from the start": [
        "_", "__, ___, __doc__, __spec__, __loader__, __package__", "sorted(get_ipython().user_ns)",
        "import sys\nsys.stdout.name, sys.stderr.name", "import logging\nlogging.lastResort",
        "import pdb\npdb.set_trace.__module__, pdb.Pdb.__module__",
    ],
    "awaits": [
        "import asyncio\nawait asyncio.sleep(0.01)\n1",
        "async def f():\n    await asyncio.sleep(0)\n    return '异步'\nawait f()",
        "async def g():\n    for n in range(3):\n        yield n\nasync for n in g():\n    print(n)",
        "results = []\nasync def late():\n    await asyncio.sleep(0.05)\n    results.append('迟')\ntask = asyncio.create_task(late())",
        "await task\nresults",
        may_fail("asyncio.run(f())"),
        may_fail("await asyncio.wait_for(asyncio.sleep(5), 0.05)"),
        "type(asyncio.get_event_loop()).__name__",
        "async with asyncio.timeout(1):\n    await asyncio.sleep(0)\nprint('好')",
        "print(await asyncio.gather(f(), f()))",
        may_fail("async def bad():\n    raise ValueError('异步坏')\nawait bad()"),
    ],
    "magics": [
        "%%capture held\nprint('藏')\n2", "held.stdout, held.outputs", "%env HOME_OF_TEST=家", "import os\nos.environ['HOME_OF_TEST']",
        "%%writefile 附.txt\n写入", "open('附.txt', encoding='utf-8').read()", "!echo 外壳", "lines = !printf 'a\\nb\\n'\nlines",
        "%%bash\necho 甲\necho 乙 >&2", "!exit 3", "_exit_code", "%%python\nprint('别的')", "%alias hi echo 你好 %s", "hi 张三",
        "x1 = 1; y1 = 'a'\n%who int", "%xmode Plain", may_fail("1 / 0"), "%xmode Context", "%automagic off",
        "len?", "%pinfo len", "%pprint", "[1, 2]", "%pprint",
        "%%html\n<p>格</p>", "%%markdown\n# 格", "%%javascript\n1", "%%svg\n<svg/>", "%%latex\n$x$", "%load_ext autoreload", "%autoreload 2",
        may_fail("%%bash\nexit 4"), "%history -n 1-2", "%macro m 1", "%set_env A_B=1", "%cd -q .\nprint(1)", "1",
        "get_ipython().ex('z = 3')\nz", "get_ipython().run_cell('print(9)').success", "%unload_ext autoreload",
    ],
    "processes": [
        "import os, subprocess, sys\nprint('前'); os.system('echo 中'); print('后')",
        "subprocess.run(['echo', '子进程'])", "subprocess.run('echo 错 >&2', shell=True).returncode",
        "subprocess.run(['cat'], input='管道', text=True, capture_output=True).stdout",
        "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.puts(b'from C'); libc.fflush(None)",
        "os.write(1, '直写\\n'.encode())", "os.write(2, '直写错\\n'.encode())",
        "import multiprocessing\ncontext = multiprocessing.get_context('fork')\np = context.Process(target=lambda: print('分叉', flush=True)); p.start(); p.join(); p.exitcode",
        "with context.Pool(2) as pool:\n    made = pool.map(abs, [-1, 2])\nmade",
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n    print(list(pool.map(str, range(3))))",
        "sys.stdin.read()",
    ],
    "state": [
        "import sys, os\n'ipykernel' in sys.modules, __name__, '__file__' in globals()",
        "type(get_ipython()).__name__, hasattr(get_ipython(), 'kernel')",
        "sys.path.index('') == min(n for n, p in enumerate(sys.path) if p.endswith('site-packages')) - 1", "get_ipython().execution_count", "import pickle\nclass P:\n    def __init__(self): self.v = 1\npickle.loads(pickle.dumps(P())).v",
        "import pandas, matplotlib\npandas.options.display.max_rows, matplotlib.rcParams['figure.dpi']",
        "import random, numpy\nrandom.seed(1); numpy.random.seed(1)\nrandom.random(), float(numpy.random.rand())",
        "os.environ.get('MPLBACKEND'), os.environ.get('PAGER'), os.environ.get('TERM'), os.environ.get('FORCE_COLOR')",
        "import signal\nsignal.getsignal(signal.SIGINT) is signal.default_int_handler, signal.getsignal(signal.SIGPIPE)",
        "import gc\ngc.isenabled(), sys.getrecursionlimit(), sys.flags.dev_mode", "import locale\nlocale.getpreferredencoding()",
        "sorted(name for name in globals() if not name.startswith('_'))", "import builtins\nbuiltins.display is not None",
        "from comm import create_comm\nc = create_comm(target_name='x', data={'state': {}}); c.close()",
        "get_ipython().set_next_input('下一格')", "del os\nimport os\nos.getcwd() == os.path.abspath('.')",
        "import typing, dataclasses\n@dataclasses.dataclass\nclass Q:\n    a: int = 1\nQ()",
    ],
    "report": [
        "from govreport import Report\nreport = Report.open('shili-civil-affairs', 2023)\nreport",
        "report.findings", "report.section(1)", "report.table('applications')", "report.table('proactive')", "report.chart('results')",
        "report.table(pandas.DataFrame({'a': [1]}), '表题') if 'pandas' in globals() else report.table('disputes')", "report.claims()",
        "report.filing", "report.checked.state",
    ],
}  # fmt: skip
