"""`python -m bot`: the same as the `kommunsvar` command."""

from __future__ import annotations

import sys

from bot.cli.main import run


def main() -> int:
    """Run the command line on the arguments of the process; return its exit code."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
