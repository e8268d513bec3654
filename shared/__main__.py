"""The command line: ``python -m shared ask|quote|report``."""

import os
import sys


def run() -> int:
    """Runs a command; returns the exit code."""
    _open_closed_streams()
    try:
        # Imported here: Ctrl-C during the imports is no traceback either.
        from shared.cli.terminal import main

        return main()
    except KeyboardInterrupt:
        return 130
    except SystemExit:
        # After the help, whose reader may have left, too.
        from shared.cli.terminal import end_output

        end_output()
        raise


def _open_closed_streams() -> None:
    """Replaces streams that the shell closed (``>&-``); a file opened later would get the number of one."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


if __name__ == "__main__":
    sys.exit(run())
