"""The macros we draw pages with make the HTML of the govuk-frontend whose styles and scripts we serve."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader
from lxml import html

COMPONENTS = (
    Path(__file__).resolve().parents[2] / "app/frontend/node_modules/govuk-frontend/dist/govuk/components"
)
FIXTURES = sorted(COMPONENTS.glob("*/fixtures.json"))
MACROS = Environment(
    loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
    undefined=ChainableUndefined,
    autoescape=True,
)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _shape(node: html.HtmlElement | str) -> object:
    """What a browser sees: element, attributes in any order, text without the white space around it."""
    if isinstance(node, str):
        return _plain(node)
    if not isinstance(node.tag, str):
        return ""
    attributes = sorted((name, _plain(value)) for name, value in node.attrib.items())
    inside = [(_shape(child), _plain(child.tail or "")) for child in node]
    return node.tag, attributes, _plain(node.text or ""), inside


def _shapes(text: str) -> list[object]:
    return [_shape(node) for node in html.fragments_fromstring(text.strip())] if text.strip() else []


@pytest.mark.skipif(not FIXTURES, reason="the front end is not installed: make setup")
@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.parent.name)
def test_macro_and_component_are_the_same(path: Path) -> None:
    name = path.parent.name
    template = MACROS.get_template(f"govuk_frontend_jinja/components/{name}/macro.html")
    macro = getattr(template.module, "govuk" + "".join(word.capitalize() for word in name.split("-")))
    fixtures = json.loads(path.read_text(encoding="utf-8"))["fixtures"]
    different = [
        each["name"] for each in fixtures if _shapes(str(macro(each["options"]))) != _shapes(each["html"])
    ]
    assert not different
