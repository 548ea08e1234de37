"""Renaming a step in all files of its bundle, and saying where a step's answers are named."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.diagram import local, own, tag
from engine.drawing.sheet import DI, LONGEST_ID, Edit, Sheet
from engine.errors import Refused

NAME = re.compile(r"[a-z][a-z0-9_]*")
_REFERENCES = ("id", "sourceRef", "targetRef", "attachedToRef", "default", "bpmnElement")
_CELL = re.compile(r"(<(?:\w+:)?text>)(.*?)(</(?:\w+:)?text>)", re.DOTALL)
_STRING = re.compile(r'("(?:[^"\\]|\\.)*")')


@dataclass(frozen=True)
class Use:
    """Where the answers of a step are named: the file, the element, and the text that names them."""

    file: str
    element: str
    text: str


def uses_of(files: Mapping[str, str], step: str) -> list[Use]:
    """Where a bundle names what a step found out: conditions, deadlines, lists, inputs, tables, forms."""
    found: list[Use] = []
    for name, text in sorted(files.items()):
        if name.endswith(".bpmn"):
            sheet = Sheet(text, name)
            found += [Use(name, element, words) for element, words in _texts(sheet) if _names(words, step)]
        elif name.endswith((".dmn", ".form")):
            quoted = name.endswith(".form")
            if re.search(rf"(?<![\w.]){re.escape(step)}\.\w", text if quoted else _bare(text)):
                found.append(Use(name, "", ""))
    return [use for use in found if use.element != step and use.file != f"{step}.form"]


def rename_step(files: Mapping[str, str], diagram: str, old: str, new: str) -> tuple[dict[str, str], Edit]:
    """The files of a bundle after a step has got another name: its form, and every expression that names what
    it found out. Scenarios follow, too. Raises Refused for a name that is taken or cannot be one."""
    if not NAME.fullmatch(new) or len(new) > LONGEST_ID or new in ("start", "end", "root", "none"):
        raise Refused(
            f"A short name has small letters, digits and _, at most {LONGEST_ID}, such as “check_figures”.",
            about="id",
        )
    sheet = Sheet(files[diagram], diagram)
    if sheet.has(new) or f"{new}.form" in files:
        raise Refused(f"The name “{new}” is taken.", about="id")
    sheet.node(old)
    _rename_in_diagram(sheet, old, new)
    after = {name: text for name, text in files.items() if name != f"{old}.form"}
    after[diagram] = sheet.text()
    if f"{old}.form" in files:
        after[f"{new}.form"] = _renamed_form(files[f"{old}.form"], old, new)
    for name, text in list(after.items()):
        if name.endswith(".dmn"):
            after[name] = _renamed_table(text, old, new)
        elif name.endswith(".form"):
            after[name] = re.sub(rf'"{re.escape(old)}\.(\w)', rf'"{new}.\1', after[name])
        elif name.endswith((".yaml", ".yml")):
            after[name] = re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", new, text)
    return after, Edit(after[diagram], new)


def names_in_table(text: str, step: str) -> bool:
    """Whether a cell of a decision table holds the short name of a step, as a text of its own."""
    return any(_said(step).search(cell[2]) for cell in _CELL.finditer(text))


def rename_in_table(text: str, old: str, new: str) -> str:
    """A decision table whose cells hold the new short name of a step where they held the old one."""
    return _CELL.sub(lambda cell: cell[1] + _said(old).sub(rf"\g<1>{new}\g<2>", cell[2]) + cell[3], text)


def _said(step: str) -> re.Pattern[str]:
    return re.compile(rf'("|&quot;){re.escape(step)}("|&quot;)')


def _rename_in_diagram(sheet: Sheet, old: str, new: str) -> None:
    for node in sheet.root.iter(etree.Element):
        for name in _REFERENCES:
            if node.get(name) == old:
                node.set(name, new)
        if node.tag == f"{{{DI}}}BPMNShape" and node.get("id") == f"{old}_di":
            node.set("id", f"{new}_di")
        if local(node) == "flowNodeRef" and (node.text or "").strip() == old:
            node.text = new
    for node, key, words in _places(sheet):
        renamed = _renamed(words, old, new)
        if renamed == words:
            continue
        if key:
            node.set(key, renamed)
        else:
            node.text = renamed


def _texts(sheet: Sheet) -> Iterator[tuple[str, str]]:
    for node, _, words in _places(sheet):
        element: etree._Element | None = node
        while element is not None and not (element.get("id") and element.getparent() is not None):
            element = element.getparent()
        yield (str(element.get("id")) if element is not None else ""), words


def _places(sheet: Sheet) -> Iterator[tuple[etree._Element, str, str]]:
    """Every expression and deadline of a diagram: the node, the attribute ("" for its text), the words."""
    expressions = ("due", "statutoryLimit", "agency", "assignee", "collection")
    for node in sheet.process.iter(etree.Element):
        for name in expressions:
            words = node.get(own(name))
            if words:
                yield node, own(name), str(words)
        if node.tag == own("input") and node.get("value"):
            yield node, "value", str(node.get("value"))
        if node.tag in {
            tag(each) for each in ("conditionExpression", "timeDuration", "timeDate", "timeCycle")
        }:
            yield node, "", node.text or ""


def _names(words: str, step: str) -> bool:
    return _renamed(words, step, f"{step}_") != words


def _renamed(words: str, old: str, new: str) -> str:
    """An expression with a step's name changed where it begins a path; not inside strings."""
    pieces = _STRING.split(words)
    pattern = re.compile(rf"(?<![\w.]){re.escape(old)}(?=\s*\.)")
    return "".join(piece if index % 2 else pattern.sub(new, piece) for index, piece in enumerate(pieces))


def _renamed_form(text: str, old: str, new: str) -> str:
    try:
        document = json.loads(text)
    except ValueError:
        return text
    if isinstance(document, dict) and document.get("id") == old:
        return re.sub(rf'("id"\s*:\s*)"{re.escape(old)}"', rf'\1"{new}"', text, count=1)
    return text


def _bare(text: str) -> str:
    return re.sub(r'"[^"<>]*"', '""', text)


def _renamed_table(text: str, old: str, new: str) -> str:
    """A decision table with the name of its input changed in texts; the file's own ids stay."""
    found = _CELL.sub(lambda match: match[1] + _renamed(match[2], old, new) + match[3], text)
    return re.sub(
        rf'(<(?:\w+:)?(?:inputData|variable)\b[^>]*\bname=")({re.escape(old)})(")', rf"\g<1>{new}\g<3>", found
    )
