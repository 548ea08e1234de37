"""Editing an XML file so that what is not touched stays as it was, to the byte.

lxml writes an empty element without the space that bpmn-js and dmn-js leave, and quotes in one way; what the
file had is put back.
"""

from __future__ import annotations

import re

from lxml import etree

_EMPTY_TAG = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|(?<! )(/>)", re.DOTALL)


class KeptXml:
    """A file with its root element. The text must have been read by engine.xml.read_xml (or the like) before:
    that is what bounds it."""

    def __init__(self, text: str) -> None:
        start = _root_starts(text)
        self._head, body = text[:start], text[start:]
        self._tail = body[len(body.rstrip()) :]
        self._spaced = " />" in body
        self._quoted = "&#34;" in body and "&quot;" not in body
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False, huge_tree=False
        )
        self.root = etree.fromstring(body.encode(), parser)

    def text(self) -> str:
        """The file as it now is."""
        body = etree.tostring(self.root, encoding="unicode", with_tail=False)
        if self._spaced:
            body = _EMPTY_TAG.sub(lambda found: " />" if found[1] else found[0], body)
        if self._quoted:
            body = body.replace("&quot;", "&#34;")
        return f"{self._head}{body}{self._tail}"


def put_after(node: etree._Element, before: etree._Element) -> None:
    """Put a node behind a sibling-to-be, with the indentation of the file."""
    cut(node)
    parent = before.getparent()
    assert parent is not None
    node.tail = before.tail
    parent.insert(parent.index(before) + 1, node)
    if parent[-1] is node:
        before.tail = inside(parent)


def put_first(node: etree._Element) -> None:
    """Move a node before its siblings."""
    parent = node.getparent()
    assert parent is not None
    if parent[0] is node:
        return
    cut(node)
    node.tail = inside(parent)
    parent.insert(0, node)


def _root_starts(text: str) -> int:
    """Where the root element begins: behind the declaration and any comments."""
    at = 0
    while True:
        at = text.index("<", at)
        if text.startswith("<!--", at):
            at = text.index("-->", at) + 3
        elif text.startswith("<?", at):
            at = text.index("?>", at) + 2
        else:
            return at


def _depth(node: etree._Element) -> int:
    return sum(1 for _ in node.iterancestors())


def inside(parent: etree._Element) -> str:
    """The white space before a child of `parent`, as the file indents."""
    if parent.text is not None and not parent.text.strip() and "\n" in parent.text:
        return str(parent.text)
    return "\n" + "  " * (_depth(parent) + 1)


def indent_new(node: etree._Element) -> None:
    """Give a new last child the indentation of the file."""
    parent = node.getparent()
    assert parent is not None
    index = parent.index(node)
    if index == 0:
        if not (parent.text or "").strip():
            parent.text = "\n" + "  " * (_depth(parent) + 1)
        node.tail = "\n" + "  " * _depth(parent)
    else:
        before = parent[index - 1]
        node.tail = before.tail or "\n" + "  " * _depth(parent)
        before.tail = inside(parent)


def cut(node: etree._Element) -> None:
    """Take a node out of its parent and mend the white space around the gap."""
    parent = node.getparent()
    if parent is None:
        return
    before = node.getprevious()
    if node.getnext() is None:
        if before is not None:
            before.tail = node.tail
        else:
            parent.text = None
    node.tail = None
    parent.remove(node)
