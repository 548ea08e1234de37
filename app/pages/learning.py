"""Published learning, and the search."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.pages.documents import lines_for
from app.requests import Visit, note_reading
from engine import NotFound
from reviews import library as reading
from reviews.impact.following import CHANNELS, RATINGS, STATES, followed
from reviews.searching.reading import Hit
from reviews.searching.reading import search as search_all
from reviews.themes.alerts import open_alerts

learning = Blueprint("learning", __name__, url_prefix="/learning")
search = Blueprint("search", __name__)
HEADINGS = {
    "review": "Reviews",
    "learning": "Learning of reviews",
    "briefing": "Briefings",
    "action": "Actions",
    "event": "Learning events",
    "other_learning": "Learning from elsewhere",
}


@learning.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """Published briefings."""
    words, theme = request.args.get("q", "").strip()[:100], request.args.get("theme", "")[:60]
    found = reading.published(at.session, at.viewer, words=words, theme=theme)
    return render_template(
        "pages/learning.html",
        at=at,
        found=found,
        words=words,
        theme=theme,
        themes=reading.theme_names(at.session),
        alerts=open_alerts(at.session),
    )


@learning.get("/<ref>")
def briefing(at: Visit, ref: str) -> ResponseReturnValue:
    """One seven-minute briefing, to read and to print."""
    found = reading.briefing_of(at.session, at.viewer, ref)
    if found is None:
        raise NotFound
    themes = reading.theme_names(at.session)
    made = lines_for(at, "briefing", piece=ref)
    return render_template(
        "pages/briefing.html",
        at=at,
        ref=ref,
        briefing=found.briefing,
        themes=themes,
        made=made,
        related=reading.related(at.session, at.viewer, found),
    )


@learning.get("/<ref>/what-became-of-it")
def became(at: Visit, ref: str) -> ResponseReturnValue:
    """What became of the learning of one review: as far as it is published, the rest by permission."""
    found = followed(at.session, at.viewer, ref, today=at.today)
    if found.opened:
        note_reading(at, ref, part="what_became_of_it")
    at.names.need(row.confirmed_by for row in found.cascades)
    return render_template(
        "pages/became.html",
        at=at,
        found=found,
        themes=reading.theme_names(at.session),
        channels=CHANNELS,
        ratings=RATINGS,
        states=STATES,
    )


@search.get("/search")
def results(at: Visit) -> ResponseReturnValue:
    """What a search finds among what this person may see."""
    words = request.args.get("q", "").strip()[:100]
    found = search_all(at.session, at.viewer, words) if len(words) > 1 else None
    refs = {hit.ref for hits in found.hits.values() for hit in hits} if found else set()
    return render_template(
        "pages/search.html",
        at=at,
        words=words,
        found=found,
        headings=HEADINGS,
        where=partial(_where, opened=at.open_to_them(refs)),
    )


def _where(hit: Hit, *, opened: set[str]) -> str:
    """The page of what was found, or nothing where it has none that this person may open."""
    if hit.kind == "briefing":
        return url_for("learning.briefing", ref=hit.ref)
    if hit.kind == "event":
        return url_for("events.show", event_id=hit.ref)
    if hit.kind == "other_learning":
        return url_for("themes.other", learning_id=hit.ref)
    if hit.kind == "review":
        return url_for("reviews.show", ref=hit.ref)
    if hit.kind in ("learning", "action") and hit.ref in opened:
        section = "learning" if hit.kind == "learning" else "actions"
        return url_for("reviews.part", ref=hit.ref, section=section)
    return ""
