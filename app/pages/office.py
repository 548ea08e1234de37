"""The office's page: one line for each thing that the Board's office looks after beside its work."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from app.requests import Visit
from reviews.permissions import may

office = Blueprint("office", __name__, url_prefix="/office")

# Each line: its title, its words, its route, and the verb of reviews.permissions it takes.
LINES: tuple[tuple[str, str, str, str], ...] = (
    (
        "Calendars",
        "Working days, school terms, and when the Board and its sub-groups meet.",
        "calendars.index",
        "change_calendars",
    ),
    (
        "Notices",
        "What was sent to whom and when, and what did not arrive.",
        "notices.index",
        "see_undelivered",
    ),
    (
        "Partnership",
        "Agencies, the Board and its sub-groups, settings, and the lists that forms offer.",
        "partnership.index",
        "change_settings",
    ),
    ("People", "Who holds which role, who is away, and who leaves.", "people.index", "change_people"),
    (
        "Cover",
        "Absences that would show somebody more wait here for approval.",
        "absence.covers",
        "approve_cover",
    ),
    (
        "Records",
        "What is due to be looked at or destroyed, legal holds, and how long records are kept.",
        "records.index",
        "see_records",
    ),
    (
        "Certificates",
        "What was destroyed, by which rule, and who decided.",
        "retention.certified",
        "see_certificates",
    ),
    (
        "Documents",
        "The Word templates from which letters, summaries and reports are made.",
        "document_templates.index",
        "change_settings",
    ),
    (
        "Find a child",
        "Whether a child has been referred before. Asks for a reason, and is logged.",
        "children.ask",
        "find_child",
    ),
    ("Audit log", "Who did or read what and when, and whether the log is whole.", "audit.index", "see_audit"),
    (
        "Subject access",
        "All that is held about one child or one member of staff, for an answer to a request.",
        "subject_access.index",
        "subject_access_staff",
    ),
    (
        "Permissions",
        "Who may do what, and for which reviews.",
        "permissions.index",
        "see_permissions",
    ),
    ("Stuck cases", "Cases that cannot go on, and why.", "stuck.index", "see_stuck"),
)
OFFICE_PLACES = frozenset(endpoint.split(".")[0] for *_, endpoint, _ in LINES) - {"absence"}  # one's own
OFFICE_VERBS = tuple(dict.fromkeys(verb for *_, verb in LINES))


@office.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """What this person looks after."""
    lines = [
        {"title": title, "words": words, "href": url_for(endpoint)}
        for title, words, endpoint, verb in LINES
        if endpoint in current_app.view_functions and may(at.session, at.viewer, verb)
    ]
    return render_template("pages/office.html", at=at, lines=lines)
