"""Names of files: what somebody's computer called it, made safe to keep, to show and to send."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 120
_RESERVED = re.compile(r'[<>:"|?*;%]')


def clean_name(given: str) -> str:
    """A name without path, control or direction characters, at most 120 long; "document" where nothing is
    left. The ending stays (OWASP ASVS 5.0, 5.3.2)."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", given))[-1]
    plain = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in last)
    plain = " ".join(_RESERVED.sub("-", plain).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot or not stem:
        return plain[:LONGEST_NAME] or "document"
    return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip('. ')}.{ending[:20]}"


def ending_of(name: str) -> str:
    """The ending of a name in small letters, without the dot; "" for none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def renamed(name: str, words: str, ending: str) -> str:
    """A name for a copy: `words` behind the stem, with its own ending."""
    stem = name.rpartition(".")[0] or name
    return clean_name(f"{stem[: LONGEST_NAME - len(words) - 10]}{words}.{ending}")
