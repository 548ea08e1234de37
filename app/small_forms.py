"""Short forms of pages that are no step: read, checked and drawn like a step's, from `app/questions`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from flask import request

from app.form_view import FormView, view_form
from app.requests import Visit
from forms import Form, load_form


@dataclass
class SmallForm:
    """One form as somebody filled it in: raw answers, clean values, and errors by question."""

    form: Form
    raw: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def view(self) -> FormView:
        """The form to draw, with what was typed and what is wrong with it."""
        return view_form(self.form, self.raw, options={}, errors=self.errors)

    def refuse(self, sentence: str, about: str) -> None:
        """Say what a rule does not allow, at the question it is about where the form has it."""
        known = any(question.key == about for page in self.form.pages for question in page.questions)
        self.errors = {about if known else "": sentence}


def blank(group: str, name: str, begins: Mapping[str, Any] | None = None) -> SmallForm:
    """A form as it is asked, with what is known already."""
    form = _form(group, name)
    return SmallForm(form, {**form.start({}), **(begins or {})})


def sent(at: Visit, group: str, name: str) -> SmallForm:
    """A form as it was sent: clean values, or errors."""
    form = _form(group, name)
    raw = form.read(request.form).answers
    answers = form.clean(raw, options={}, today=at.today)
    return SmallForm(form, dict(raw), dict(answers.values), dict(answers.errors))


@cache
def _form(group: str, name: str) -> Form:
    place = f"{group}/{name}.form"
    return load_form(files("app").joinpath("questions", group, f"{name}.form").read_text("utf-8"), place)
