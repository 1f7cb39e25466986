#!/usr/bin/env bash
# Seen with: pandas 3.1.1, pyarrow 26.0.1, NumPy 2.4.6, Python 3.11, Linux.
# Guess:     `import pandas` starts no thread; a tool that imports it once and forks a process for each notebook stays single-threaded, and
#            whether pyarrow is installed, for some Parquet file elsewhere, makes no difference to it.
# Instead:   pandas imports pyarrow wherever it is installed, and loading Arrow starts a thread of its allocator, jemalloc. A process that only
#            imported pandas has two threads from then on, which Python 3.12 and later warn of at every fork. Arrow's documented choice of a memory
#            pool, ARROW_DEFAULT_MEMORY_POOL=system, changes nothing; only jemalloc's own setting for Arrow's copy of it does.
# Output:
#   pandas alone: python
#   pandas beside pyarrow: jemalloc_bg_thd python
#   with ARROW_DEFAULT_MEMORY_POOL=system: jemalloc_bg_thd python
#   with JE_ARROW_MALLOC_CONF=background_thread:false: python
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
pip=("$work/venv/bin/python" -m pip install -q --disable-pip-version-check)
"${pip[@]}" pandas==3.1.1 numpy==2.4.6

threads() {
  local title=$1
  shift
  env OPENBLAS_NUM_THREADS=1 "$@" "$work/venv/bin/python" - "$title" <<'PY'
import os
import sys

import pandas  # noqa: F401

tasks = os.listdir("/proc/self/task")
names = sorted("python" if task == str(os.getpid()) else open(f"/proc/self/task/{task}/comm").read().strip() for task in tasks)
print(f"{sys.argv[1]}: {' '.join(names)}")
PY
}

{
  threads "pandas alone"
  "${pip[@]}" pyarrow==26.0.1
  threads "pandas beside pyarrow"
  threads "with ARROW_DEFAULT_MEMORY_POOL=system" ARROW_DEFAULT_MEMORY_POOL=system
  threads "with JE_ARROW_MALLOC_CONF=background_thread:false" JE_ARROW_MALLOC_CONF=background_thread:false
} | tee "$work/seen"
sed -n '/^# Output:/,/^set/s/^#   //p' "$0" | diff - "$work/seen"
