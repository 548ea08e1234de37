"""Published learning, and the search."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.requests import Visit
from engine import NotFound
from reviews import library as reading

learning = Blueprint("learning", __name__, url_prefix="/learning")
search = Blueprint("search", __name__)


@learning.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """Published briefings."""
    words, theme = request.args.get("q", "").strip()[:100], request.args.get("theme", "")[:60]
    found = reading.published(at.session, at.viewer, words=words, theme=theme)
    themes = reading.theme_names(at.session)
    return render_template("pages/learning.html", at=at, found=found, words=words, theme=theme, themes=themes)


@learning.get("/<ref>")
def briefing(at: Visit, ref: str) -> ResponseReturnValue:
    """One seven-minute briefing, to read and to print."""
    found = reading.briefing_of(at.session, at.viewer, ref)
    if found is None:
        raise NotFound
    themes = reading.theme_names(at.session)
    return render_template("pages/briefing.html", at=at, ref=ref, briefing=found.briefing, themes=themes)


@search.get("/search")
def results(at: Visit) -> ResponseReturnValue:
    """What a search finds among what this person may see."""
    words = request.args.get("q", "").strip()[:100]
    found = reading.search(at.session, at.viewer, words) if len(words) > 1 else None
    return render_template("pages/search.html", at=at, words=words, found=found)
