"""Draw forms as the pages do, and read the HTML back with a real parser."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from lxml import html
from werkzeug.datastructures import MultiDict

from app.form_answers import answer_sections
from app.form_view import FormView, view_form
from forms import Form, Page
from tests.forms.making import LISTS

TEMPLATES = Path(__file__).resolve().parents[2] / "app" / "templates"
JINJA = Environment(
    loader=ChoiceLoader(
        [
            FileSystemLoader(TEMPLATES),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    ),
    autoescape=True,
)
SCREEN = JINJA.from_string(
    '{% from "forms/questions.html" import form_heading, form_questions %}'
    '{% from "govuk_frontend_jinja/components/error-summary/macro.html" import govukErrorSummary %}'
    "<main>{% if view.errors %}"
    "{{ govukErrorSummary({'titleText': 'There is a problem', 'errorList': view.errors}) }}{% endif %}"
    "{{ form_heading(view) }}<form method='post' novalidate>{{ form_questions(view) }}</form></main>"
)
ANSWERS = JINJA.from_string(
    '{% from "forms/answers.html" import check_answers %}<main>{{ check_answers(sections) }}</main>'
)


def draw(view: FormView) -> html.HtmlElement:
    """The screen as a parsed document."""
    return html.document_fromstring(SCREEN.render(view=view))


def screen(
    asked: Form, raw: Mapping[str, Any] | None = None, *, page: Page | None = None, **more: Any
) -> html.HtmlElement:
    """One screen of a form with the host's lists."""
    return draw(view_form(asked, raw or {}, options=LISTS, page=page, **more))


def answers_page(asked: Form, raw: Mapping[str, Any], **more: Any) -> html.HtmlElement:
    """Check answers."""
    return html.document_fromstring(
        ANSWERS.render(sections=answer_sections(asked, raw, options=LISTS, **more))
    )


def sent_by(drawn: html.HtmlElement, button: str = "") -> MultiDict[str, str]:
    """What a browser without JavaScript sends when this page is submitted, with that button."""
    form = drawn.find(".//form")
    sent: MultiDict[str, str] = MultiDict(form.form_values())
    if button:
        assert drawn.xpath("//button[@name=$name]", name=button), f"no button {button}"
        sent.add(button, "1")
    return sent


def words(element: Any) -> str:
    """The visible words of an element."""
    return " ".join(element.text_content().split())
