"""Reviews: the list, and one review in parts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import case_parts as case
from app.here import diagram_state, step_list, you_are_here
from app.paging import PER_PAGE, Listing, csv_file, page_number
from app.requests import Visit
from app.states import GROUPS
from engine import NotFound, diagram_of, tasks
from reviews.holds import holds_on
from reviews.permissions import may, may_do, sections
from reviews.queries import ReviewRow, my_reviews, overview
from reviews.task_answers import notes_of
from reviews.writing.writers import asked_to_write

SORTS: dict[str, Callable[[ReviewRow], Any]] = {
    "newest": lambda row: 0,  # as they come
    "ref": lambda row: row.ref,
    "state": lambda row: row.standing_word,
    "due": lambda row: (row.next_due is None, row.next_due),
}


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to."""

    words: str = ""
    group: str = ""
    sort: str = "newest"

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Filters:
        """The filters of an address; what it does not know is left out."""
        group, sort = asked.get("group", ""), asked.get("sort", "newest")
        words = asked.get("q", "").strip()[:100]
        return cls(words, group if group in GROUPS else "", sort if sort in SORTS else "newest")

    def address(self) -> dict[str, str]:
        """The filters as an address says them."""
        return {"q": self.words, "group": self.group, "sort": self.sort if self.sort != "newest" else ""}


reviews = Blueprint("reviews", __name__, url_prefix="/reviews")
PARTS: dict[str, tuple[str, frozenset[str]]] = {  # the tab, and the sections any of which opens it
    "overview": ("Overview", frozenset({"overview"})),
    "referral": ("Referral", frozenset({"referral", "triage"})),
    "agencies": ("Agencies", frozenset({"agencies", "own_preparation", "preparations"})),
    "meetings": ("Meetings", frozenset({"meetings"})),
    "learning": ("Learning", frozenset({"learning"})),
    "actions": ("Actions", frozenset({"actions"})),
    "sharing": ("Sharing", frozenset({"sharing"})),
    "documents": ("Documents", frozenset({"documents"})),
    "timeline": ("Timeline", frozenset({"timeline"})),
    "diagram": ("Diagram", frozenset({"diagram"})),
}


@reviews.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """The reviews this person may see."""
    filters, page = Filters.read(request.args), page_number(request.args.get("page"))
    found = _found(at, filters)
    rows = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    at.names.need(row.chair for row in rows)
    listing = Listing(rows, len(found), page, url_for(".index"), filters.address())
    return render_template("pages/reviews.html", at=at, filters=filters, list=listing, groups=GROUPS)


@reviews.get("/reviews.csv")
def export(at: Visit) -> ResponseReturnValue:
    """The same list as a spreadsheet."""
    found = _found(at, Filters.read(request.args))
    at.names.need(row.chair for row in found)
    headings = ["Reference", "Child (pseudonym)", "Title", "Where it stands", "Referred", "Chair", "Next due"]
    cells = (
        [
            row.ref,
            row.pseudonym,
            row.title,
            row.standing_word,
            row.referred_on,
            at.names.person(row.chair),
            row.next_due,
        ]
        for row in found
    )
    return csv_file("reviews", headings, cells)


@reviews.get("/<ref>")
def show(at: Visit, ref: str) -> ResponseReturnValue:
    """Where a review stands."""
    return _part(at, "overview")


@reviews.get("/<ref>/<section>")
def part(at: Visit, ref: str, section: str) -> ResponseReturnValue:
    """One part of a review."""
    return _part(at, section)


@reviews.get("/<ref>/diagram.bpmn")
def diagram(at: Visit, ref: str) -> ResponseReturnValue:
    """The diagram that this review runs, as it was deployed."""
    if "diagram" not in sections(at.session, at.viewer, at.review) or at.review.process_instance is None:
        raise NotFound
    xml, _ = diagram_of(at.session, at.review.process_instance)
    return Response(xml, content_type="application/xml; charset=utf-8")


def _found(at: Visit, filters: Filters) -> list[ReviewRow]:
    standings = GROUPS[filters.group][1] if filters.group else ()
    found = my_reviews(at.session, at.viewer, text=filters.words, standings=standings)
    return sorted(found, key=SORTS[filters.sort])


def _part(at: Visit, name: str) -> str:
    opened = sections(at.session, at.viewer, at.review)
    if name not in PARTS or not PARTS[name][1] & opened:
        raise NotFound
    own = {"overview": _overview, "diagram": _diagram}.get(name)
    return render_template(
        f"pages/review_{name}.html",
        at=at,
        review=at.review,
        row=overview(at.session, at.viewer, at.review).row,
        opened=opened,
        part=name,
        parts=[(each, title) for each, (title, needs) in PARTS.items() if needs & opened],
        mine=_mine(at),
        holds=holds_on(at.session, [at.review.ref]) if "documents" in opened else [],
        **(own(at, opened) if own else case.read(at, name, opened)),
    )


def _mine(at: Visit) -> list[dict[str, str]]:
    """What this person can do next on this review: the page's one primary button is the first of it."""
    own = [
        (task.name, task.id, task.step)
        for task in tasks(at.session, business_keys=[at.review.ref])
        if task.step not in ("referral",) or task.assignee == at.viewer.person
        if may_do(at.session, at.viewer, task)
    ]
    asked = [
        (f"Write your parts: {each.task.name}", each.task.id, each.task.step)
        for each in asked_to_write(at.session, at.viewer, at.review.ref)
    ]
    return [
        {"name": name, "href": url_for("steps.show", task_id=task_id, step=step.replace("_", "-"))}
        for name, task_id, step in [*own, *asked]
    ]


def _overview(at: Visit, opened: set[str]) -> dict[str, object]:
    verbs = [verb for verb in ANY_TIME_VERBS if may(at.session, at.viewer, verb, at.review)]
    notes = notes_of(at.session, at.viewer, at.review, whole_team="timeline" in opened)
    facts = case.overview(at, at.review)
    facts["exports"] = may(at.session, at.viewer, "export", at.review)
    facts["hands_over"] = bool(notes) and may(at.session, at.viewer, "hand_over_task", at.review)
    return {"here": you_are_here(at, at.review, opened), "verbs": verbs, "notes": notes, **facts}


def _diagram(at: Visit, opened: set[str]) -> dict[str, object]:
    listed = step_list(at, at.review)
    return {"steps": listed, "marks": json.dumps(diagram_state(at, at.review, listed))}


ANY_TIME_VERBS = (
    "statutory_threshold",
    "pause",
    "resume",
    "withdraw",
    "reopen",
    "change_chair",
    "restrict_access",
    "name_access",
    "add_agency",
    "declare_conflict",
    "show_identity",
    "correct_identity",
    "see_readers",
    "subject_access",
)
