"""The command line: ``python -m shared ask|quote|report``."""

import sys

from shared.cli.terminal import main

if __name__ == "__main__":
    sys.exit(main())
