"""Pictures inside other files: their notes (EXIF, place, author) left out, their dots untouched."""

from __future__ import annotations

_JPEG_NOTES = {*range(0xE1, 0xED), 0xEF, 0xFE}  # APP1 to APP12, APP15, comments; APP14 says how colours mix
_JPEG_NOTES.add(0xED)  # Photoshop's and the press agencies' notes
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs"})
_PNG_START = b"\x89PNG\r\n\x1a\n"


def without_notes(content: bytes) -> bytes:
    """A JPEG or PNG without its notes; anything else as it is. Raises ValueError for a damaged one."""
    if content.startswith(b"\xff\xd8"):
        return _jpeg(content)
    if content.startswith(_PNG_START):
        return _png(content)
    return content


def _jpeg(content: bytes) -> bytes:
    kept, at = bytearray(b"\xff\xd8"), 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise ValueError("a damaged JPEG")
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == 0xDA:  # the dots begin: they end with the last end mark, and what is behind it goes
            end = content.rfind(b"\xff\xd9")
            return bytes(kept) + content[at : end + 2 if end > at else len(content)]
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if length < 2:
            raise ValueError("a damaged JPEG")
        if marker not in _JPEG_NOTES:
            kept += content[at : at + 2 + length]
        at += 2 + length
    raise ValueError("a JPEG without a picture")


def _png(content: bytes) -> bytes:
    kept, at = bytearray(_PNG_START), len(_PNG_START)
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kind = content[at + 4 : at + 8]
        if kind in _PNG_KEPT:
            kept += content[at : at + 12 + length]
        at += 12 + length
        if kind == b"IEND":
            return bytes(kept)
    raise ValueError("a PNG without an end")
