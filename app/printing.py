"""Whether pages offer a document as PDF."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

from reviews.documents.printed import look_for_libraries


@cache
def pdf_is_offered() -> bool:
    """Whether this machine has what PDF needs: the same look as `pdf_can_be_made`, in a process of its own.
    A web process that shows pages would keep the libraries it found (5 MB); the worker prints."""
    look = look_for_libraries()
    if look is None:
        return False
    # This interpreter runs a file of WeasyPrint's: nothing that anybody sends.
    asked = subprocess.run([sys.executable, "-I", str(look)], capture_output=True, check=False)  # noqa: S603
    return asked.returncode == 0
