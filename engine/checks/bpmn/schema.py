"""The standard's schema as a rule: what may stand where, in which order, with which attributes (BPMN 2.0.2,
15)."""

from __future__ import annotations

import re

from engine.checks.bpmn.drawing import Drawing, Node, kind_words
from engine.checks.rule import Faults, Rule, rule
from engine.workflow.schema import schema_faults
from engine.xml import line_of

_MOST = 10
_SPACE = re.compile(r"\{[^}]*\}")
_ATTRIBUTE = re.compile(r"attribute '([^']*)'")
_SAID_ELSEWHERE = re.compile(r"xs:ID\b|xs:IDREF|xs:QName|NCName|NMTOKEN")
_KINDS = (
    (re.compile(r"This element is not expected"), "does not belong here, or stands in the wrong order"),
    (re.compile(r"Missing child element"), "lacks a part that it must have"),
    (re.compile(r"The attribute '.*' is required"), "lacks the attribute “{}”"),
    (re.compile(r"The attribute '.*' is not allowed"), "has the attribute “{}”, which does not belong there"),
    (re.compile(r"not a valid value|not an element of the set"), "holds a value that is not allowed"),
    (re.compile(r"[Cc]haracter content"), "holds text where only elements belong"),
    (re.compile(r"No matching global"), "is no element of BPMN"),
)


@rule("schema", "15.2", "Open the file in the editor and save it again.")
def files_are_written_as_the_standard_says(drawing: Drawing) -> Faults:
    """Elements and attributes stand where the standard's schema has them."""
    said = 0
    for line, message in schema_faults(drawing.root):
        tidy = _SPACE.sub("", message)
        if _SAID_ELSEWHERE.search(message) and "Element" in message and "ID" in message:
            continue  # ids and references have rules of their own, with better sentences
        said += 1
        if said > _MOST:
            return
        node = _at(drawing, line)
        attribute = _ATTRIBUTE.search(tidy)
        what = next((words for pattern, words in _KINDS if pattern.search(tidy)), "is not as it should be")
        named = attribute.group(1)[:60] if attribute else ""
        yield node, f"In line {line}, {_said(node)} {what.format(named)}."


def _at(drawing: Drawing, line: int) -> Node:
    """The element that begins in a line, or the last one before it."""
    found = drawing.root
    for node in drawing.nodes:
        if line_of(node) > line:
            break
        found = node
    return found


def _said(node: Node) -> str:
    named = node.get("name") or node.get("id")
    return f"the {kind_words(node)}" + (f' "{named[:60]}"' if named else "")


SCHEMA_RULES: tuple[Rule[Drawing], ...] = (files_are_written_as_the_standard_says,)
