"""The command line: ``govreport`` and ``python -m govreport``."""

import gc
import sys


def main() -> None:
    """Run the command line; interrupted while modules load, it ends in one line, as it does later."""
    gc.set_threshold(50_000)  # modules that load leave objects by the ten thousand, and no garbage
    try:
        from govreport.cli import main as run  # noqa: PLC0415, here it can be interrupted
    except KeyboardInterrupt:
        sys.stderr.write("已中止。\n")
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
