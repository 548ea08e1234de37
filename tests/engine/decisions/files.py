"""Small DMN files for the tests, written as a modeller would save them."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

NAMESPACES = {
    "1.1": "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "1.2": "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "1.3": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "1.4": "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "1.5": "https://www.omg.org/spec/DMN/20230324/MODEL/",
}


def definitions(body: str, version: str = "1.3") -> bytes:
    """A DMN file around some elements."""
    start = f'<definitions xmlns="{NAMESPACES[version]}" name="test" namespace="urn:test">'
    return f"{start}{body}</definitions>".encode()


def cell(tag: str, text: str) -> str:
    """An element that holds a FEEL text."""
    return f"<{tag}><text>{escape(text)}</text></{tag}>"


def column(expression: str, kind: str = "", allowed: str = "") -> str:
    """An input column."""
    type_ref = f" typeRef={quoteattr(kind)}" if kind else ""
    values = cell("inputValues", allowed) if allowed else ""
    text = f"<text>{escape(expression)}</text>"
    return f"<input><inputExpression{type_ref}>{text}</inputExpression>{values}</input>"


def output(name: str = "", kind: str = "", values: str = "", default: str = "") -> str:
    """An output column."""
    attributes = (f" name={quoteattr(name)}" if name else "") + (
        f" typeRef={quoteattr(kind)}" if kind else ""
    )
    inner = (cell("outputValues", values) if values else "") + (
        cell("defaultOutputEntry", default) if default else ""
    )
    return f"<output{attributes}>{inner}</output>"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    policy: str = "UNIQUE",
    collect: str = "",
) -> str:
    """A decision table; each rule lists its conditions, then its results."""
    rows = ""
    for rule in rules:
        tests, results = rule[: len(inputs)], rule[len(inputs) :]
        rows += "<rule>" + "".join(cell("inputEntry", t) for t in tests)
        rows += "".join(cell("outputEntry", r) for r in results) + "</rule>"
    aggregation = f' aggregation="{collect}"' if collect else ""
    columns = "".join(inputs) + "".join(outputs)
    return f'<decisionTable hitPolicy="{policy}"{aggregation}>{columns}{rows}</decisionTable>'


def decision(name: str, logic: str, kind: str = "") -> str:
    """A decision around its logic, with an id made of its name."""
    identifier = name.replace(" ", "_")
    type_ref = f" typeRef={quoteattr(kind)}" if kind else ""
    return f'<decision id="{identifier}" name="{name}"><variable name="{name}"{type_ref}/>{logic}</decision>'
