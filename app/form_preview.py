"""A form that is being written, drawn as people will see it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.form_view import FormView, view_form
from app.requests import Visit
from forms import Form, FormRefused, load_form
from reviews.options import options_for

LONGEST = 200_000  # characters: far above any form, far below what keeps a server busy


class NoPreview(Exception):
    """The text cannot be drawn. `sentences` say what to put right first."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


def preview_of(at: Visit, text: str, place: str, screen: str) -> tuple[Form, FormView, str]:
    """The form in `text` (its place is "process/step.form"), a screen of it, and that screen's slug.

    Raises NoPreview with what is wrong.
    """
    if len(text) > LONGEST:
        raise NoPreview([f"A form has at most {LONGEST:,} characters."])
    try:
        form = load_form(text, place)
    except FormRefused as refused:
        raise NoPreview([f"{each.sentence} {each.remedy}" for each in refused.findings]) from refused
    except RecursionError:
        raise NoPreview(["The form has too many parts inside one another."]) from None
    page = next((each for each in form.pages if screen in (each.slug, each.name)), form.pages[0])
    known = {name: f"(filled in: {name})" for name in form.prefill_names}
    options = {name: _choices(at.session, name, at) for name in form.option_names}
    return form, view_form(form, {}, options=options, prefill=known, page=page), page.slug


def _choices(session: Session, name: str, at: Visit) -> list[tuple[str, str]]:
    try:
        return options_for(session, [name], on=at.today)[name]
    except KeyError:
        raise NoPreview([f'There is no list "{name}" to choose from.']) from None
