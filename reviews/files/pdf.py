"""A look into PDF files: no password, nothing that acts by itself, no file within the file.

Decided: active content is refused, not warned of. A paper of a review has no need of it, and whoever opens
the file next has no way to judge it.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject

from engine import Refused

MOST_OBJECTS = 200_000
LONGEST_LOOK = 20.0  # seconds
_ACTS = frozenset({"/JS", "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMedia", "/XFA"})
_HOLDS_FILES = frozenset({"/EmbeddedFile", "/EmbeddedFiles", "/Collection"})


def look_into_pdf(content: bytes) -> None:
    """Check a PDF. Raises Refused with what to do."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise Refused("The PDF has a password. Save a copy without the password", about="file")
        pages = len(reader.pages)
        names = {name for found in every_object(reader) for name in names_in(found)}
    except Refused:
        raise
    except Exception as fault:
        raise Refused("The PDF is damaged. Open it and save it again", about="file") from fault
    if not pages:
        raise Refused("The PDF has no page", about="file")
    if names & _ACTS:
        words = "The PDF holds a program or a form that sends itself. Print it as a PDF and add that"
        raise Refused(words, about="file")
    if names & _HOLDS_FILES:
        words = "The PDF holds another file inside. Take it out, and add it by itself"
        raise Refused(words, about="file")


def every_object(reader: PdfReader) -> Iterator[PdfObject]:
    """Every object of a PDF, those in compressed streams too, within a bound of number and time."""
    numbers = {(number, part) for part, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        raise Refused("The PDF is too complex to look through. Print it as a PDF and add that", about="file")
    end = time.monotonic() + LONGEST_LOOK
    yield reader.trailer
    for number, part in sorted(numbers):
        if time.monotonic() > end:
            words = "The PDF took too long to look through. Print it as a PDF and add that"
            raise Refused(words, about="file")
        found = reader.get_object(IndirectObject(number, part, reader))
        if found is not None:
            yield found


def names_in(found: PdfObject) -> Iterator[str]:
    """The names in an object and in those that stand in it; an object referred to is looked at by itself."""
    level: list[object] = [found]
    while level:
        each = level.pop()
        if isinstance(each, DictionaryObject):
            yield from (str(key) for key in each)
            level.extend(dict.__getitem__(each, key) for key in each)  # as it stands, not followed
        elif isinstance(each, ArrayObject):
            level.extend(list.__iter__(each))
        elif isinstance(each, NameObject):
            yield str(each)
