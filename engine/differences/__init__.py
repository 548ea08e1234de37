"""Differences in words: what has changed from one bundle to another, for people who approve it.

Diagrams element by element, ways between steps, and decision tables rule by rule; also what a picture cannot
show; and the marks of all that on two pictures (`pictured`). Forms and the words of notices are compared by
those who know them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.decisions import DecisionError, DecisionModel
from engine.decisions import load as load_decisions
from engine.decisions.xml import read as read_xml
from engine.diagram import Diagram, read_diagram
from engine.differences.difference import Difference, quoted
from engine.differences.elements import changed_elements
from engine.differences.marks import Mark, Pictures, pictured
from engine.differences.naming import Roles
from engine.differences.rest import layout_of, unexplained, unexplained_decisions
from engine.differences.tables import changed_decisions
from engine.differences.ways import changed_ways
from engine.errors import BundleRefused

__all__ = ["Difference", "Mark", "Pictures", "differences", "pictured"]

Files = Mapping[str, str]
REARRANGED = "The drawing was rearranged; nothing else changed."


def differences(
    old: Files, new: Files, *, role_name: Callable[[str], str] = lambda role: role
) -> list[Difference]:
    """What has changed from one bundle's files to another's, in the order of the files.

    `role_name` says what people call a role. Forms and the words of notices are left out. A file
    that cannot be read is said to be so: nothing is raised.
    """
    found: list[Difference] = []
    for name in sorted({*old, *new}, key=_order):
        before, after = old.get(name), new.get(name)
        if before == after or name.endswith((".form", ".notice")):
            continue
        if before is None or after is None:
            found.append(_came_or_went(name, before, after))
        elif name.endswith(".bpmn"):
            found.extend(_diagrams(name, before, after, Roles(role_name)))
        elif name.endswith(".dmn"):
            found.extend(_tables(name, before, after))
        else:
            sentence = f"The {_what(name)} was changed."
            found.append(Difference(name, "", "file", sentence, before, after))
    return found


def _order(name: str) -> tuple[int, str]:
    return (0 if name.endswith(".bpmn") else 1 if name.endswith(".dmn") else 2, name)


def _what(name: str) -> str:
    """What people call a file of a bundle."""
    title = quoted(name.rsplit("/", 1)[-1].rsplit(".", 1)[0].replace("-", " ").replace("_", " "))
    if name.endswith(".bpmn"):
        return f"diagram {title}"
    return f"decision table {title}" if name.endswith(".dmn") else f"scenario {title}"


def _came_or_went(name: str, before: str | None, after: str | None) -> Difference:
    verb = "added" if before is None else "removed"
    return Difference(name, "", f"file_{verb}", f"The {_what(name)} was {verb}.", before or "", after or "")


def _diagrams(name: str, before: str, after: str, roles: Roles) -> list[Difference]:
    drawn = [_drawn(text, name) for text in (before, after)]
    old, new = drawn
    if old is None or new is None:
        which = "new" if new is None else "earlier"
        sentence = f"The {which} diagram cannot be read, so what has changed in it cannot be said."
        return [Difference(name, "", "unreadable", sentence, before, after)]
    found = [*changed_elements(name, old, new, roles), *changed_ways(name, old, new)]
    found += unexplained(name, old, new, {difference.element for difference in found})
    if not found and layout_of(old.root) != layout_of(new.root):
        found.append(Difference(name, "", "layout", REARRANGED))
    return found


def _drawn(text: str, name: str) -> Diagram | None:
    try:
        return read_diagram(text.encode(), name)
    except BundleRefused:
        return None


def _tables(name: str, before: str, after: str) -> list[Difference]:
    old, new = _model(before, name), _model(after, name)
    if old is None or new is None:
        which = "new" if new is None else "earlier"
        sentence = (
            f"The {which} file {quoted(name)} cannot be read, so what has changed in it cannot be said."
        )
        return [Difference(name, "", "unreadable", sentence, before, after)]
    found = changed_decisions(name, old.definitions, new.definitions)
    trees = read_xml(before.encode(), name), read_xml(after.encode(), name)
    found += unexplained_decisions(name, *trees, {difference.element for difference in found})
    if not found and layout_of(trees[0]) != layout_of(trees[1]):
        found.append(Difference(name, "", "layout", REARRANGED))
    return found


def _model(text: str, name: str) -> DecisionModel | None:
    try:
        return load_decisions(text.encode(), name)
    except DecisionError:
        return None
