"""A calendar file in a letter, so that the reader's calendar offers to take it."""

from __future__ import annotations

import re
from email.message import EmailMessage

_METHOD = re.compile(rb"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


def add_calendar(letter: EmailMessage, part: bytes | None) -> None:
    """Put a calendar file beside the words of a letter; without one the letter stays as it is."""
    found = _METHOD.search(part) if part is not None else None
    if part is None or found is None:
        return
    method = found[1].decode()
    letter.add_alternative(part.decode(), subtype="calendar", params={"method": method})
