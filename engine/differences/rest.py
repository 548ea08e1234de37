"""What no other comparison has put into words, so that nothing changes unsaid; and the layout of a
drawing."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.diagram import Diagram, local, tag
from engine.differences.difference import Difference, quoted, upper_first
from engine.differences.naming import called
from engine.differences.ways import previous_of

DRAWING = ("http://www.omg.org/spec/BPMN/20100524/DI", "DMNDI")
# Said or left out, these mean the same (BPMN 2.0.2, 15): an editor leaves them out.
DEFAULTS = {
    ("isInterrupting", "true"),
    ("cancelActivity", "true"),
    ("triggeredByEvent", "false"),
    ("isSequential", "false"),
    ("isClosed", "false"),
}
LEFT_OUT = {"incoming", "outgoing", "flowNodeRef"}  # said by the flows and by the lanes


def layout_of(root: etree._Element) -> list[str]:
    """The drawing's own part of a file: where everything stands."""
    return [
        " ".join([local(each), *(f"{key}={value}" for key, value in _attributes(each))])
        for top in root
        if _is_drawing(top)
        for each in top.iter(etree.Element)
    ]


def unexplained(file: str, old: Diagram, new: Diagram, told: set[str]) -> list[Difference]:
    """Elements and flows that differ, of which nothing was said."""
    before, after = _facts(old.root), _facts(new.root)
    moved = {each for each in new.elements if _lane(old.root, each) != _lane(new.root, each)}
    found = []
    for identifier in [*after, *(each for each in before if each not in after)]:
        if before.get(identifier) == after.get(identifier) and identifier not in moved:
            continue
        told_of = _about(old, new, identifier)
        if not told_of & told:
            told |= told_of
            found.append(Difference(file, identifier, "other", _sentence(old, new, identifier)))
    return found


def unexplained_decisions(
    file: str, old: etree._Element, new: etree._Element, told: set[str]
) -> list[Difference]:
    """Decisions and other parts of a decision file that differ, of which nothing was said."""
    before, after = _parts(old), _parts(new)
    found = []
    for identifier in [*after, *(each for each in before if each not in after)]:
        was, now = before.get(identifier), after.get(identifier)
        if identifier in told or (was is not None and now is not None and was[1] == now[1]):
            continue
        verb = "added" if was is None else "removed" if now is None else "changed"
        kind, name = (now or was or ("", "", ""))[0], (now or was or ("", "", ""))[2]
        what = f"{_words(kind)} {quoted(name)}"
        sentence = f"The {what} was {verb}."
        if verb == "changed" and kind == "decision":
            sentence = f"Words that explain the decision {quoted(name)}, or details of it, have changed."
        found.append(Difference(file, identifier, "other", sentence))
    return found


def _attributes(element: etree._Element) -> list[tuple[str, str]]:
    return sorted((str(key), str(value)) for key, value in element.attrib.items())


def _is_drawing(element: etree._Element) -> bool:
    return any(each in str(element.tag) for each in DRAWING)


def _facts(root: etree._Element) -> dict[str, str]:
    """Everything with an id that is no drawing: the element without the elements inside it that have one."""
    return {
        each.get("id") or "": _canonical(each)
        for top in root
        if not _is_drawing(top)
        for each in top.iter(etree.Element)
        if each.get("id")
    }


def _canonical(element: etree._Element, *, top: bool = True) -> str:
    inner = [
        _canonical(child, top=False)
        for child in element.iterchildren(etree.Element)
        if local(child) not in LEFT_OUT and (child.get("id") is None or not top or _is_detail(child))
    ]
    stated = [each for each in _attributes(element) if each not in DEFAULTS]
    attributes = [f"{key}={value}" for key, value in stated if key != "id" or top]
    text = " ".join((element.text or "").split())
    return f"<{local(element)} {' '.join(attributes)}>{text}{''.join(inner)}"


def _is_detail(child: etree._Element) -> bool:
    """Whether a part with an id says something of the element it stands in: a condition, a timer."""
    kind = local(child)
    return kind.endswith(("EventDefinition", "Expression", "Characteristics", "Elements"))


def _lane(root: etree._Element, element: str) -> str:
    for lane in root.iter(tag("lane")):
        if any((each.text or "").strip() == element for each in lane.findall(tag("flowNodeRef"))):
            return lane.get("id") or ""
    return ""


def _about(old: Diagram, new: Diagram, identifier: str) -> set[str]:
    """The elements of which a sentence may have said already what has changed here."""
    drawn = [(each, each.flows[identifier]) for each in (old, new) if identifier in each.flows]
    ends = {end for _, flow in drawn for end in (flow.source, flow.target)}
    ends |= {start for each, flow in drawn for start in previous_of(each, flow.target)}
    holders = {
        parent.get("id") or ""
        for root in (old.root, new.root)
        for each in root.iter(etree.Element)
        if each.get("id") == identifier
        for parent in each.iterancestors()
        if parent.get("id") in {*old.elements, *new.elements}
    }
    return {identifier} | ends | holders


def _sentence(old: Diagram, new: Diagram, identifier: str) -> str:
    for diagram in (new, old):
        if identifier in diagram.elements:
            return f"Something else about {called(diagram, identifier)} has changed."
        if identifier in diagram.flows:
            flow = diagram.flows[identifier]
            way = f"the way from {called(diagram, flow.source)} to {called(diagram, flow.target)}"
            verb = "added" if identifier not in old.flows else "removed" if diagram is old else "changed"
            return f"{upper_first(way)} was {verb}."
    for root in (new.root, old.root):
        for each in root.iter(etree.Element):
            if each.get("id") == identifier:
                verb = (
                    "was added" if root is new.root and identifier not in _facts(old.root) else "has changed"
                )
                verb = "was removed" if root is old.root else verb
                return f"The {_words(local(each)).strip()} {quoted(_name(each))} {verb}."
    return f"{quoted(identifier)} has changed."


def _name(element: etree._Element) -> str:
    text = element.find(tag("text"))
    words = (text.text or "") if text is not None else element.get("name") or element.get("id") or ""
    return " ".join(words.split())


def _words(kind: str) -> str:
    """A kind of element of the standards in words: "textAnnotation" is a note on the drawing."""
    known = {"textAnnotation": "note", "inputData": "input", "businessKnowledgeModel": "function"}
    return known.get(kind, "".join(f" {c.lower()}" if c.isupper() else c for c in kind))


def _parts(root: etree._Element) -> dict[str, tuple[str, str, str]]:
    """The parts of a decision file by id: kind, content, name."""
    return {identifier: (kind, content, name) for identifier, kind, content, name in _each_part(root)}


def _each_part(root: etree._Element) -> Iterator[tuple[str, str, str, str]]:
    for part in root.iterchildren(etree.Element):
        if not _is_drawing(part) and part.get("id"):
            content = "".join(_canonical(each, top=False) for each in part.iter(etree.Element))
            name = part.get("name") or part.get("id") or ""
            yield part.get("id") or "", local(part), content, name
