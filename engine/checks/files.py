"""Rules for the files themselves, before anything in them is read: their names, sizes and characters."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.checks.rule import Faults, Rule, rule

Files = Mapping[str, str]
MOST_FILES = 300
MOST_BYTES = 1_048_576
MOST_IN_ALL = 8 * MOST_BYTES
SCENARIOS = "scenarios/"
MOST_SCENARIOS = MOST_BYTES // 8
_NAME = re.compile(
    r"[a-z0-9][a-z0-9_]{0,79}\.(bpmn|dmn|form|notice)|scenarios/[a-z0-9][a-z0-9_-]{0,79}\.yaml"
)
NAMES = "Use small letters, digits and underscores, and the ending bpmn, dmn, form or notice."
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@rule("file_name", "profile", NAMES)
def names_are_plain(files: Files) -> Faults:
    """A file's name is a plain word with an ending that says what it is; no paths."""
    for name in files:
        if not _NAME.fullmatch(name):
            yield _shown(name), f"The file name {_shown(name)} cannot be used."


@rule("file_size", "limits", "Split the process, or take out what it does not need.")
def bundles_have_a_sensible_size(files: Files) -> Faults:
    """A file has at most 1 MB, a bundle at most 300 files and 8 MB."""
    sizes = {name: len(text) for name, text in files.items()}
    for name, size in sizes.items():
        if size > MOST_BYTES:
            yield _shown(name), f"The file {_shown(name)} is larger than 1 MB."
    if len(files) > MOST_FILES or sum(sizes.values()) > MOST_IN_ALL:
        yield None, f"The bundle has more than {MOST_FILES} files, or is larger than 8 MB."


@rule("scenario_size", "limits", "Take out what other scenarios show already.")
def scenarios_have_a_sensible_size(files: Files) -> Faults:
    """The scenarios of a bundle have at most 128 KB together."""
    total = sum(len(text) for name, text in files.items() if name.startswith(SCENARIOS))
    if total > MOST_SCENARIOS:
        yield None, "The scenarios together are larger than 128 KB."


@rule("file_text", "limits", "Save the file again as UTF-8 text.")
def files_are_text(files: Files) -> Faults:
    """A file holds no characters that are not text, such as NUL or half of a character."""
    for name, text in files.items():
        found = _UNREADABLE.search(text[: MOST_BYTES + 1])
        if found:
            line = text.count("\n", 0, found.start()) + 1
            yield _shown(name), f"The file {_shown(name)} holds a character that is not text, in line {line}."


def decoded(files: Mapping[str, bytes]) -> dict[str, str]:
    """Files as text. What is not UTF-8 comes with marks that `files_are_text` refuses, and never raises."""
    return {name: content.decode("utf-8-sig", "surrogateescape") for name, content in files.items()}


def _shown(name: str) -> str:
    """A name that can be printed anywhere."""
    return ascii(name[:80])[1:-1] or "without a name"


FILE_RULES: tuple[Rule[Files], ...] = (
    names_are_plain,
    bundles_have_a_sensible_size,
    scenarios_have_a_sensible_size,
    files_are_text,
)
