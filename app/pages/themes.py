"""The register of themes, and learning from elsewhere: read, entered, corrected, withdrawn."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, questions
from app.requests import Visit
from engine import NotFound
from reviews import library
from reviews.models import OtherLearning
from reviews.permissions import may
from reviews.themes import elsewhere as kept
from reviews.themes import register as reading
from reviews.themes.alerts import open_alerts
from reviews.themes.elsewhere import Told
from reviews.themes.one_theme import one_theme
from reviews.themes.repeats import repeats

themes = Blueprint("themes", __name__, url_prefix="/learning")


@themes.get("/themes")
def index(at: Visit) -> ResponseReturnValue:
    """The register: how often each theme came up, and which keep coming back."""
    exact = reading.sees_counts(at.session, at.viewer)
    known = {each.id: each for each in reading.quarters(at.today)}
    quarter = known.get(request.args.get("quarter", "")) if exact else None
    kind = request.args.get("kind", "") if request.args.get("kind") in reading.KINDS else ""
    source = request.args.get("source", "") if request.args.get("source") in reading.SOURCES else ""
    return render_template(
        "pages/themes.html",
        at=at,
        lines=reading.register(
            at.session, at.viewer, today=at.today, quarter=quarter, kind=kind, source=source
        ),
        exact=exact,
        quarters=known,
        quarter=quarter.id if quarter else "",
        kind=kind,
        source=source,
        kinds=reading.KINDS,
        sources=reading.SOURCES,
        alerts=open_alerts(at.session),
        repeats=repeats(at.session, today=at.today) if exact else [],
        names=library.theme_names(at.session),
        may_enter=may(at.session, at.viewer, "record_other_learning"),
    )


@themes.get("/themes/<theme>")
def show(at: Visit, theme: str) -> ResponseReturnValue:
    """One theme: its quarters, and what there is to read on it."""
    names = library.theme_names(at.session)
    if theme not in names:
        raise NotFound
    found = one_theme(at.session, at.viewer, theme, today=at.today)
    return render_template(
        "pages/theme.html",
        at=at,
        theme=theme,
        name=names[theme],
        found=found,
        briefings=library.published(at.session, at.viewer, theme=theme),
        sources=reading.SOURCES,
        kinds=reading.KINDS,
    )


@themes.get("/elsewhere")
def list_elsewhere(at: Visit) -> ResponseReturnValue:
    """Learning from other sources than our reviews."""
    return render_template(
        "pages/elsewhere.html",
        at=at,
        rows=kept.from_elsewhere(at.session),
        withdrawn=kept.withdrawn(at.session, at.viewer),
        sources=reading.SOURCES,
        names=library.theme_names(at.session),
        may_enter=may(at.session, at.viewer, "record_other_learning"),
    )


@themes.get("/elsewhere/new")
def ask_enter(at: Visit) -> ResponseReturnValue:
    """Ask for learning from elsewhere."""
    return _asked(at, _form(at))


@themes.post("/elsewhere/new")
def enter(at: Visit) -> ResponseReturnValue:
    """Keep it."""
    made: list[OtherLearning] = []

    def act(told: dict[str, Any]) -> None:
        made.append(kept.enter(at.session, at.viewer, _told(told)))

    asked = _form(at)
    if not asked.sent(at, act):
        return _asked(at, asked), 422
    flash("It is in the register.")
    return redirect(url_for(".other", learning_id=made[0].id), 303)


@themes.get("/elsewhere/<learning_id>")
def other(at: Visit, learning_id: str) -> ResponseReturnValue:
    """One piece of learning from elsewhere."""
    row = kept.named(at.session, at.viewer, learning_id)
    return render_template(
        "pages/other_learning.html",
        at=at,
        row=row,
        sources=reading.SOURCES,
        kinds=reading.KINDS,
        names=library.theme_names(at.session),
        may_enter=may(at.session, at.viewer, "record_other_learning") and row.withdrawn_on is None,
    )


@themes.get("/elsewhere/<learning_id>/correct")
def ask_correct(at: Visit, learning_id: str) -> ResponseReturnValue:
    """Ask what is right."""
    row = kept.named(at.session, at.viewer, learning_id)
    return _asked(at, _form(at, row), row=row)


@themes.post("/elsewhere/<learning_id>/correct")
def correct(at: Visit, learning_id: str) -> ResponseReturnValue:
    """Put it right."""
    row = kept.named(at.session, at.viewer, learning_id)
    asked = _form(at, row)
    if not asked.sent(at, lambda told: _drop(kept.correct(at.session, at.viewer, row.id, _told(told)))):
        return _asked(at, asked, row=row), 422
    flash("It is put right.")
    return redirect(url_for(".other", learning_id=row.id), 303)


@themes.get("/elsewhere/<learning_id>/withdraw")
def ask_withdraw(at: Visit, learning_id: str) -> ResponseReturnValue:
    """Ask why it is withdrawn."""
    row = kept.named(at.session, at.viewer, learning_id)
    return questions("reason", at).page("other_learning_withdraw", at, row=row)


@themes.post("/elsewhere/<learning_id>/withdraw")
def withdraw(at: Visit, learning_id: str) -> ResponseReturnValue:
    """Withdraw it."""
    row, asked = kept.named(at.session, at.viewer, learning_id), questions("reason", at)
    if not asked.sent(at, lambda told: _drop(kept.withdraw(at.session, at.viewer, row.id, told["reason"]))):
        return asked.page("other_learning_withdraw", at, row=row), 422
    flash("It is withdrawn.")
    return redirect(url_for(".list_elsewhere"), 303)


def _form(at: Visit, row: OtherLearning | None = None) -> Questions:
    sources = [(id_, words) for id_, words in reading.SOURCES.items() if id_ != reading.REVIEW]
    known: dict[str, Any] = {}
    if row is not None:
        known = {
            "learning.title": row.title,
            "learning.source": row.source,
            "learning.kind": row.kind,
            "learning.summary": row.summary,
            "learning.themes": row.themes,
            "learning.received_on": row.received_on.isoformat(),
        }
    return questions("other_learning", at, known=known, lists={"learning_sources": sources})


def _asked(at: Visit, asked: Questions, *, row: OtherLearning | None = None) -> str:
    return asked.page("other_learning_form", at, row=row)


def _told(told: dict[str, Any]) -> Told:
    return Told(
        source=told["source"],
        kind=told["kind"],
        title=told["title"],
        summary=told["summary"],
        themes=list(told["themes"]),
        received_on=dt.date.fromisoformat(told["received_on"]),
        for_event=bool(told.get("for_event")),
    )


def _drop(_row: OtherLearning) -> None:
    """A command gives its row back; a form asks for nothing."""
