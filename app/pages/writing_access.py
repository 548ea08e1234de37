"""The access rules of the routes of writing together, for the table of `app.pages.routes`."""

from __future__ import annotations

from app.pages.rules import OWN_TASK, WRITES, on_review
from app.requests import Rule

WRITING_ACCESS: dict[str, Rule] = {
    "writing.read": WRITES,
    "writing.earlier": WRITES,
    "writing.bring_back": WRITES,
    "writing.both": WRITES,
    "writing.join": WRITES,
    "writing.recorded": WRITES,
    "writing.take_over": WRITES,
    "writers.index": OWN_TASK,
    "writers.invite": OWN_TASK,
    "writers.end": OWN_TASK,
    "agency_views.index": on_review("write_agency_view"),
    "agency_views.write": on_review("write_agency_view"),
}
