"""Typed text made fit to keep: one form of Unicode, no control characters, no stray space."""

from __future__ import annotations

import re
import unicodedata

# Refused rather than dropped: a NUL cuts text short in databases, half a surrogate pair has no UTF-8.
_REFUSED = re.compile("[\x00\ud800-\udfff]")
# Dropped: they come along with pasted text, show nothing, and break XML documents.
_DROPPED = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
# What str.strip knows as space, and what shows nothing though Python does not call it space.
_EDGES = "".join(chr(n) for n in range(0x3001) if chr(n).isspace()) + "\u200b\u2060\ufeff"
_EDGES += "".join(map(chr, (*range(0x01, 0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF)))
_LINE_BREAK = re.compile("\r\n|\r|\u2028|\u2029|\x85")


class UnkeepableText(ValueError):
    """The text holds a character that cannot be stored: a NUL or half of a surrogate pair."""


def is_blank(text: str) -> bool:
    """True when `text` shows nothing: empty, or spaces and invisible characters only."""
    return not text.strip(_EDGES)


def tidy_text(text: str, *, lines: bool) -> str:
    """`text` trimmed, in NFC, with plain line breaks; one line unless `lines`.

    Raises UnkeepableText for a NUL or a lone surrogate.
    """
    if _REFUSED.search(text):
        raise UnkeepableText
    text = _LINE_BREAK.sub("\n", text)
    if not lines:
        text = text.replace("\n", " ").replace("\t", " ")
    return unicodedata.normalize("NFC", _DROPPED.sub("", text)).strip(_EDGES)
