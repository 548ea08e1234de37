"""Reading XML that people upload: no DTD, no entities, no network, bounded size, depth and number of
elements."""

from __future__ import annotations

from typing import Any

from lxml import etree

MAX_BYTES = 1_048_576
MAX_ELEMENTS = 20_000
MAX_DEPTH = 64
MAX_ATTRIBUTES = 64


class UnsafeXml(ValueError):
    """The text is not XML we read. `line` is where, when it is known."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        super().__init__(sentence)
        self.line = line


def read_xml(text: bytes) -> etree._Element:
    """The root element of `text`, comments and processing instructions left out.

    Raises UnsafeXml with a sentence for people: too large, too deep, a document type, or not well formed.
    """
    if len(text) > MAX_BYTES:
        raise UnsafeXml("The file is larger than 1 MB.")
    if b"<!DOCTYPE" in text[:4096].upper().replace(b"\x00", b"") or b"<!ENTITY" in text.upper().replace(
        b"\x00", b""
    ):
        raise UnsafeXml("The file declares a document type or entities, which are not read here.")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        line = getattr(fault, "lineno", 0) or 0
        raise UnsafeXml("The file is not well-formed XML.", line) from fault
    document: Any = root.getroottree().docinfo
    if document.doctype:
        raise UnsafeXml("The file declares a document type or entities, which are not read here.")
    _bound(root)
    return root


def line_of(element: etree._Element) -> int:
    """The line of its file that an element begins on, 0 when it is not known."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 0


def _bound(root: etree._Element) -> None:
    count = 0
    level = [(root, 1)]
    while level:
        element, depth = level.pop()
        count += 1
        if depth > MAX_DEPTH:
            raise UnsafeXml(f"Elements are nested more than {MAX_DEPTH} deep.", line_of(element))
        if len(element.attrib) > MAX_ATTRIBUTES:
            raise UnsafeXml(f"An element has more than {MAX_ATTRIBUTES} attributes.", line_of(element))
        if count > MAX_ELEMENTS:
            raise UnsafeXml(f"The file has more than {MAX_ELEMENTS} elements.")
        level.extend((child, depth + 1) for child in element)
