"""Reading YAML that people write by hand: bounded, safe, and every mistake with its line.

Only plain values: no tags, no anchors, no aliases (which could grow without end), no name twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import yaml

from engine.errors import Finding

MOST_CHARACTERS = 65_536
MOST_PARTS = 8_000
DEEPEST = 12
LONGEST_VALUE = 4_000
LARGEST_NUMBER = 10**15
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same YAML, read ten times as fast
LONGEST_QUOTED = 80
LONGEST_SENTENCE = 400
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Wrong(Exception):
    """Something is wrong with a text: at which line, what, and what to do."""

    def __init__(self, line: int, sentence: str, what_to_do: str) -> None:
        sentence = sentence if len(sentence) <= LONGEST_SENTENCE else f"{sentence[:LONGEST_SENTENCE]}…."
        super().__init__(sentence)
        self.line, self.sentence, self.what_to_do = line, sentence, what_to_do

    def finding(self, file: str) -> Finding:
        """The same as a finding of a file."""
        return Finding(file, "", self.line, "scenario", self.sentence, self.what_to_do)


@dataclass(frozen=True)
class Tree:
    """A value with the line it stands on. Mappings are {name: Tree}, sequences lists of Tree."""

    line: int
    value: Any

    def plain(self) -> Any:
        """The value without its lines."""
        if isinstance(self.value, dict):
            return {name: inner.plain() for name, inner in self.value.items()}
        if isinstance(self.value, list):
            return [inner.plain() for inner in self.value]
        return self.value


def read_tree(text: str) -> Tree:
    """The one document of a text. Raises Wrong."""
    if len(text) > MOST_CHARACTERS:
        raise Wrong(0, f"The file is longer than {MOST_CHARACTERS:,} characters.", "Split it in two.")
    if _NOT_TEXT.search(text):
        raise Wrong(0, "The file holds characters that are not text.", "Save it again as UTF-8 text.")
    _refuse_what_grows(text)
    loader = _LOADER(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise Wrong(1, "The file is empty.", "Begin with a title.")
        return _tree(loader, node)
    except yaml.YAMLError as fault:
        raise _of_yaml(fault) from fault
    finally:
        loader.dispose()


def quoted(words: object) -> str:
    """What stands in a file, short enough for a sentence."""
    said = " ".join(str(words).split())
    return f'"{said if len(said) <= LONGEST_QUOTED else said[:LONGEST_QUOTED] + "…"}"'


def hint(word: str, known: Collection[str]) -> str:
    """What to write instead of an unknown word, as a sentence."""
    near = get_close_matches(word[:LONGEST_QUOTED], list(known), n=1, cutoff=0.6)
    if near:
        return f'Did you mean "{near[0]}"?'
    told = sorted(known)
    return f"Write one of: {', '.join(told[:30])}." if told else "Nothing can be written here."


def _refuse_what_grows(text: str) -> None:
    """Look at the parts one by one before anything is built of them. Raises Wrong."""
    depth = parts = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            parts += 1
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise Wrong(line, "Anchors (&) and aliases (*) are not read.", "Write it out again.")
            if getattr(event, "tag", None):
                raise Wrong(line, "Tags (!) are not read.", "Leave the tag out.")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST or parts > MOST_PARTS:
                raise Wrong(line, "The file is too deep or has too many parts.", "Make it simpler.")
    except yaml.YAMLError as fault:
        raise _of_yaml(fault) from fault


def _of_yaml(fault: yaml.YAMLError) -> Wrong:
    mark = getattr(fault, "problem_mark", None)
    said = getattr(fault, "problem", None) or "not readable"
    line = mark.line + 1 if mark is not None else 0
    return Wrong(line, f"This is not YAML: {said}.", "Check the indents, colons and quotation marks here.")


def _tree(loader: yaml.SafeLoader, node: yaml.Node) -> Tree:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return Tree(line, _mapping(loader, node))
    if isinstance(node, yaml.SequenceNode):
        return Tree(line, [_tree(loader, inner) for inner in node.value])
    try:
        value = loader.construct_object(node)
    except ValueError as fault:  # a date that no calendar has
        raise Wrong(line, f"A value cannot be read: {fault}.", "Write dates as 2026-04-13.") from fault
    if isinstance(value, int | float) and not abs(value) <= LARGEST_NUMBER:
        raise Wrong(line, "A number is too large.", "Write a smaller one.")
    if isinstance(value, str) and len(value) > LONGEST_VALUE:
        raise Wrong(line, f"A text is longer than {LONGEST_VALUE:,} characters.", "Shorten it.")
    return Tree(line, value)


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[str, Tree]:
    found: dict[str, Tree] = {}
    for name_node, inner in node.value:
        line = name_node.start_mark.line + 1
        if not isinstance(name_node, yaml.ScalarNode):
            raise Wrong(line, "A name here is not a word.", "Write a word, a colon and a value.")
        name = str(name_node.value)
        if name in found:
            raise Wrong(line, f'"{name}" stands here twice.', "Keep one of them.")
        found[name] = _tree(loader, inner)
    return found
