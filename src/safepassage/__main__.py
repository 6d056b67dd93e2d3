"""`python -m safepassage`: the command line."""

import sys

from safepassage.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
