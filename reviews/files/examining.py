"""What a file is, by its content and its name together; or why it is not taken (OWASP ASVS 5.0, 5.2)."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from hashlib import sha256

from engine import Refused
from reviews.files.kinds import (
    ENDINGS,
    LARGEST_FILE,
    MAY_BE_ADDED,
    OPEN_DOCUMENT,
    OPEN_XML,
    PICTURES,
    TEXTS,
    TYPES,
)
from reviews.files.names import clean_name, ending_of
from reviews.files.office import look_into_office_file

MOST_PIXELS = 80_000_000
LONGEST_SIDE = 20_000
MACRO_ENDINGS = frozenset({"docm", "dotm", "xlsm", "xltm", "xlsb", "pptm", "ppsm", "potm"})
OLD_ENDINGS = frozenset({"doc", "xls", "ppt", "rtf", "wps"})
MAIL_ENDINGS = frozenset({"eml", "msg"})
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<?php", b"#!", b"{\\rtf", b"%pdf")
_CONTAINERS = {"docx": "zip", "xlsx": "zip", "pptx": "zip", "odt": "zip", "ods": "zip", "odp": "zip"}


@dataclass(frozen=True)
class Examined:
    """A file that may be kept: its clean name, its type, its bytes and their digest."""

    name: str
    type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The digest of its bytes."""
        return sha256(self.content).hexdigest()


def examine(given_name: str, content: bytes) -> Examined:
    """Look at a file before anything of it is kept. Raises Refused with what to do, about "file"."""
    name = clean_name(given_name)
    if len(content) > LARGEST_FILE:
        raise Refused("The file is larger than 25 MB. Make it smaller, or add it in parts", about="file")
    if not content:
        raise Refused("The file is empty", about="file")
    kind = _by_ending(ending_of(name))
    if kind in TEXTS:
        _look_into_text(content)
    else:
        _first_bytes_agree(kind, content)
    if kind in OPEN_XML or kind in OPEN_DOCUMENT:
        look_into_office_file(kind, content)
    elif zipfile.is_zipfile(io.BytesIO(content)):
        raise Refused("The file holds a second, hidden file. Save it again and add that", about="file")
    if kind == "pdf":
        from reviews.files.pdf import look_into_pdf  # brings pypdf, 11 MB

        look_into_pdf(content)
    if kind in PICTURES:
        look_at_size(kind, content)
    return Examined(name, kind, content)


def _by_ending(ending: str) -> str:
    if ending in ENDINGS:
        return ENDINGS[ending]
    if ending in MACRO_ENDINGS:
        raise Refused("Files with macros are not taken. Save it without macros, or as a PDF", about="file")
    if ending in OLD_ENDINGS:
        raise Refused("This is an old kind of file. Save it as .docx, .xlsx, .pptx or PDF", about="file")
    if ending in MAIL_ENDINGS:
        raise Refused("E-mails are not taken as they are. Save the e-mail as a PDF", about="file")
    raise Refused(f"The file must be a {MAY_BE_ADDED} file", about="file")


def _first_bytes_agree(kind: str, content: bytes) -> None:
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        words = "The file has a password or is of an old kind. Save a copy without the password"
        raise Refused(words, about="file")
    import filetype  # when a file comes

    found = filetype.guess(content)
    wanted = {kind, _CONTAINERS.get(kind, kind)}
    # An office file is a ZIP archive; which one it is, its own look says.
    if found is None or (found.extension not in wanted and not (kind in _CONTAINERS and _is_zip(content))):
        words = f"The name says {TYPES[kind].words}, the content is something else. Open it and save it again"
        raise Refused(words, about="file")


def _is_zip(content: bytes) -> bool:
    return content.startswith(b"PK\x03\x04")


def _look_into_text(content: bytes) -> None:
    """Text is read as UTF-8, else as Windows writes it; markup and programs are not text here."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n\x00").lower()
    marked = start.startswith(_MARKUP) or b"<script" in start or b"<html" in start or b"<svg" in start
    controls = any(byte < 32 and byte not in b"\t\r\n\f" for byte in set(content))
    if marked or controls:
        raise Refused(
            "The name says text, the content is something else. Open it and save it again", about="file"
        )


def look_at_size(kind: str, content: bytes) -> None:
    """Read a picture's sizes and nothing else of it: unpacking could fill the memory."""
    from PIL import Image, UnidentifiedImageError  # 8 MB that few processes ever need

    try:
        with Image.open(io.BytesIO(content), formats=("PNG",) if kind == "png" else ("JPEG",)) as image:
            width, height = image.size
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as fault:
        large = isinstance(fault, Image.DecompressionBombError)
        words = "The picture is too large" if large else "The picture cannot be read. Save it again"
        raise Refused(words, about="file") from fault
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise Refused(f"The picture is too large: {width} × {height} dots. Make it smaller", about="file")
