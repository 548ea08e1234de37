"""DMN files as XML trees, read without trust: no document type, no entities, no network, bounded size and
depth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.decisions.errors import DecisionError

MAX_BYTES = 1_048_576
MAX_ELEMENTS = 20_000
MAX_DEPTH = 60
MAX_ATTRIBUTES = 64
NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}

Element = etree._Element


def read(xml: bytes, file: str) -> Element:
    """The `definitions` element of a DMN file of version 1.1 to 1.5; raises DecisionError for anything
    else."""
    if len(xml) > MAX_BYTES:
        raise DecisionError(
            "The file is larger than 1 MiB", file=file, what_to_do="Split it into several files."
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise DecisionError(
            "This is not well-formed XML", file=file, line=line, what_to_do="Save it again."
        ) from None
    document: Any = root.getroottree().docinfo
    if document.doctype:
        raise DecisionError(
            "A document type is not allowed", file=file, what_to_do="Remove the <!DOCTYPE> line."
        )
    _check_size(root, file)
    if local(root) != "definitions" or etree.QName(root).namespace not in NAMESPACES:
        raise DecisionError(
            "This is no DMN file of version 1.1 to 1.5", file=file, what_to_do="Save it as DMN 1.3."
        )
    return root


def _check_size(root: Element, file: str) -> None:
    depth = count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if len(element.attrib) > MAX_ATTRIBUTES:
            raise DecisionError("An element has too many attributes", file=file, line=line_of(element))
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise DecisionError("The file has too many elements or nests too deeply", file=file)


def local(element: Element) -> str:
    """An element's name without its namespace; empty for what is no DMN element."""
    name = etree.QName(element)
    return name.localname if name.namespace in NAMESPACES else ""


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """The DMN elements of these names directly below one (all, without names)."""
    for child in element if element is not None else ():
        if local(child) and (not names or local(child) in names):
            yield child


def child(element: Element | None, *names: str) -> Element | None:
    """The first DMN element of these names directly below one."""
    return next(children(element, *names), None)


def text_of(element: Element | None, name: str = "text") -> str:
    """The text of a child element, without white space around it; empty where there is none."""
    found = child(element, name)
    return "".join(str(part) for part in found.itertext()).strip() if found is not None else ""


def line_of(element: Element) -> int:
    """The element's line in its file."""
    line: Any = element.sourceline
    return int(line or 0)
