"""The questions of pages that are no step, as forms beside this file (docs/form-profile.md): drawn, read and
checked like those of a step, so that errors, dates and conditions work in the same way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flask import render_template, request

from app.form_view import FormView, view_form
from app.requests import Visit
from engine import Refused
from forms import Form, load_form
from reviews.models import Review
from reviews.options import Pairs, options_for

FOLDER = Path(__file__).parent


@dataclass
class Questions:
    """One form on a page, with what was typed and what is wrong with it."""

    form: Form
    options: dict[str, Pairs] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    changed_rows: str = ""  # the list to which a button has just added a row, or from which it took one

    def sent(self, at: Visit, act: Callable[[dict[str, Any]], None]) -> bool:
        """Check what was posted and do it. False where something is to be put right, or where a button asked
        for another row: nothing has changed, and what was typed is kept. A rule that says no stands at the
        question it is about."""
        posted = self.form.read(request.form)
        self.raw, self.changed_rows = posted.answers, posted.changed_rows
        if self.changed_rows:
            return False
        checked = self.form.clean(self.raw, options=self.options, today=at.today)
        self.errors = dict(checked.errors)
        if not self.errors:
            try:
                with at.session.begin_nested():
                    act(dict(checked.values))
            except Refused as no:
                known = any(question.key == no.about for question in self.form.questions)
                self.errors = {no.about if known else "": str(no)}
        return not self.errors

    def page(self, template: str, at: Visit, **facts: Any) -> str:
        """The page, with its questions and the error summary. A template that is not one of `pages` is named
        with its folder."""
        view = view_form(self.form, self.raw, options=self.options, errors=self.errors)
        if self.changed_rows:
            _focus_last_row(view, self.changed_rows)
        path = template if "/" in template else f"pages/{template}"
        return render_template(f"{path}.html", at=at, view=view, errors=view.errors, **facts)


def questions(
    name: str,
    at: Visit,
    *,
    review: Review | None = None,
    known: Mapping[str, Any] | None = None,
    lists: Mapping[str, Pairs] | None = None,
) -> Questions:
    """The questions of a page, begun with what is known; `lists` are option lists of the page itself. Raises
    KeyError for an option list nobody has."""
    form, own = _form(name), dict(lists or {})
    named = [each for each in form.option_names if each not in own]
    options = {**own, **options_for(at.session, named, on=at.today, review=review)}
    return Questions(form, options, form.start(known))


def date_in(told: Mapping[str, Any], key: str) -> dt.date | None:
    """A date among clean answers, or None where it was not asked."""
    return dt.date.fromisoformat(told[key]) if told.get(key) else None


def _focus_last_row(view: FormView, name: str) -> None:
    """Let the page open at the list whose rows were just changed, not at its beginning."""
    for block in view.blocks:
        if block["kind"] == "rows" and block["name"] == name and block["rows"]:
            first = block["rows"][-1]["blocks"][0]["params"]
            first["attributes"] = {**first.get("attributes", {}), "autofocus": "autofocus"}


@cache
def _form(name: str) -> Form:
    return load_form((FOLDER / f"{name}.form").read_text(encoding="utf-8"), f"pages/{name}.form")
