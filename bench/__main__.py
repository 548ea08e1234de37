"""`python -m bench`: prints what is measured beside what is promised; ends with 1 when a promise is broken.

Each module named in MEASURES has a function `measures()`: what, how much, and how much it may be.
"""

from __future__ import annotations

import os
import platform
import sys

from bench import checks

MEASURES = (checks,)


def main() -> int:
    """Print every measure; 0 when all are within what is promised."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    broken = 0
    for module in MEASURES:
        for what, figure, most in module.measures():
            broken += figure > most
            print(
                f"{what:70} {figure:8.3f}  at most {most:g}{'  BROKEN' if figure > most else ''}", flush=True
            )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
