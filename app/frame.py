"""What layout.html draws around every page: where one can go, who one is, whom to ask."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, current_app, g, get_flashed_messages, request

from app.addresses import address
from app.pages.office import OFFICE_PLACES, OFFICE_VERBS
from app.requests import READS, REFUSED, Visit, house
from reviews.permissions import has_verb, may
from reviews.roles import AGENCY_ROLES, ROLES
from reviews.settings import settings

# Where one can go: the route, its name, and the verbs of reviews.permissions any of which opens it (none:
# everybody who is signed in).
NAVIGATION: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("work.inbox", "My work", ()),
    ("reviews.index", "Reviews", ()),
    ("starts.refer", "Refer a case", ("start_referral",)),
    ("starts.suggest", "Suggest a case", ("suggest_case",)),
    ("actions.board", "Actions", ("see_action_board",)),
    ("learning.index", "Learning", ("see_learning",)),
    ("agendas.index", "Meetings", ("see_qa_agenda", "see_board_agenda", "see_monitoring_agenda")),
    ("measures.index", "Measures", ("see_measures",)),
    ("own_measures.index", "Your agency", ("see_own_measures",)),
    ("studio.index", "Processes", ("see_processes",)),
    ("office.index", "Office", OFFICE_VERBS),
    ("search.results", "Search", ()),
)
FOOTER = (
    ("pages.accessibility", "Accessibility statement"),
    ("pages.privacy", "Privacy"),
    ("pages.contact", "Contact and support"),
)


def add_frame(app: Flask) -> None:
    """Give every template the frame's variables."""

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {**_same_for_all(), **read_frame()}


def read_frame() -> dict[str, Any]:
    """What the frame says about the person who visits, read once, and only where a page is drawn: most posts
    answer with another address. Without a visit it says nothing of anybody."""
    if "frame" not in g:
        if "visit" not in g:
            return {}
        with g.visit.session.no_autoflush:  # drawing a page writes nothing
            g.frame = _frame_of(g.visit)
    return cast("dict[str, Any]", g.frame)


def _frame_of(visit: Visit) -> dict[str, Any]:
    known = settings(visit.session, "board_name", "contact_phone")
    frame = {
        "partnership": known["board_name"],
        "contact": {"name": "The Board’s business team", "phone": known["contact_phone"]},
    }
    if not visit.viewer.person:
        return frame
    return frame | {
        "navigation": _navigation(visit),
        "account": {
            "name": visit.names.person(visit.viewer.person),
            "href": address("account.index"),
            "role": _roles(visit),
            "change": {"text": "Change person", "href": address("auth.sign_in")}
            if house().config.demonstration
            else {},
            "sign_out_url": address("auth.sign_out"),
        },
        "emergency_url": address("emergency.ask") if has_verb(visit.viewer, "open_in_emergency") else "",
    }


def _same_for_all() -> dict[str, Any]:
    signed_in = g.get("signed_in")
    return {
        "demonstration": _demonstration(),
        "organisation_sign_in": provider.name if (provider := house().provider) else "",
        "notice": _notice() if request.method in READS else {},
        "footer_links": [{"text": text, "href": address(endpoint)} for endpoint, text in FOOTER],
        "session_end": {"ends_in": int(signed_in.left.total_seconds()), "url": address("auth.stay")}
        if signed_in
        else {},
    }


def _demonstration() -> dict[str, str]:
    if not house().config.demonstration:
        return {}
    text = "Everything here is invented. You can be anybody, and nothing is sent to anybody."
    return {"text": text, "href": address("mail.index"), "link": "See the emails it would send"}


def _notice() -> dict[str, str]:
    said = cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True))
    if not said:
        return {}
    refused = any(kind == REFUSED for kind, _ in said)
    facts = {"kind": "information", "title": "Not done", "role": "alert"} if refused else {"kind": "success"}
    return {**facts, "text": " ".join(words for _, words in said)}


def _navigation(visit: Visit) -> list[dict[str, Any]]:
    here = (request.endpoint or "").split(".")[0]
    here = "studio" if here.startswith("studio_") or here in ("insight", "replays") else here
    beside = {
        "themes": "learning",
        "events": "learning",
        "event_people": "learning",
        "board_reports": "agendas",
        "publishing": "measures",
    }
    here = beside.get(here, here)
    return [
        {
            "text": text,
            "href": address(endpoint),
            "current": (endpoint.split(".")[0] == here and _is_current(endpoint))
            or (endpoint == "office.index" and here in OFFICE_PLACES),
        }
        for endpoint, text, verbs in NAVIGATION
        if endpoint in current_app.view_functions
        and (not verbs or any(may(visit.session, visit.viewer, verb) for verb in verbs))
    ]


def _is_current(endpoint: str) -> bool:
    return endpoint == request.endpoint or not endpoint.startswith("starts.")


def _roles(visit: Visit) -> str:
    """The first of somebody's roles, in the order in which roles are listed, with their agency."""
    order = ("hosl", "business_manager", "business_support", "chair", "safeguarding_lead", *ROLES)
    first = next((role for role in order if role in visit.viewer.mine.roles), "")
    agencies = [visit.names.agency(agency) for agency in sorted(visit.viewer.mine.agencies)]
    return ", ".join(
        part for part in (visit.names.role(first), *(agencies[:1] if first in AGENCY_ROLES else ())) if part
    )
