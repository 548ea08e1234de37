"""The partnership's own things, for the Board's office: agencies, bodies, settings, and lists that forms
offer. Each with its history.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, questions
from app.requests import Visit
from reviews import agencies, bodies, option_lists
from reviews.agencies import AgencyFacts
from reviews.bodies import BodyFacts
from reviews.changing_settings import all_settings, change_setting, known_setting
from reviews.partnership import history_of, times_changed
from reviews.settings import WORDS
from reviews.settings import setting as value_of

partnership = Blueprint("partnership", __name__, url_prefix="/partnership")


@partnership.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """Every agency."""
    rows = agencies.all_agencies(at.session)
    at.names.need(row.lead for row in rows)
    return render_template(
        "pages/partnership_agencies.html", at=at, rows=rows, sector_name=agencies.sector_name
    )


@partnership.get("/agencies/new")
def ask_agency(at: Visit) -> ResponseReturnValue:
    """Name, sector, statutory partner, lead."""
    return questions("agency", at).page("agency_new", at)


@partnership.post("/agencies/new")
def add_agency(at: Visit) -> ResponseReturnValue:
    """Add it."""
    asked = questions("agency", at)

    def act(told: dict[str, Any]) -> None:
        agencies.add_agency(at.session, at.viewer, _agency_facts(told), reason=told["reason"])

    if not asked.sent(at, act):
        return asked.page("agency_new", at), 422
    flash("The agency is added. Forms offer it from now on.")
    return redirect(url_for(".index"), 303)


@partnership.get("/agencies/<agency>")
def show_agency(at: Visit, agency: str) -> ResponseReturnValue:
    """One agency, to be changed, with its history."""
    return _agency_page(at, agency, _agency_questions(at, agency))


@partnership.post("/agencies/<agency>")
def change_agency(at: Visit, agency: str) -> ResponseReturnValue:
    """Change it."""
    asked = _agency_questions(at, agency)

    def act(told: dict[str, Any]) -> None:
        facts, reason = _agency_facts(told), told["reason"]
        agencies.change_agency(at.session, at.viewer, agency, facts, reason=reason, seen=_seen())

    if not asked.sent(at, act):
        return _agency_page(at, agency, asked), 422
    flash("The agency is changed.")
    return redirect(url_for(".index"), 303)


@partnership.get("/agencies/<agency>/use")
def ask_use(at: Visit, agency: str) -> ResponseReturnValue:
    """Whether it goes out of use, or back into use, and why; or what has to be handed over before."""
    row = agencies.agency_named(at.session, agency)
    if row.active and (held := agencies.what_holds(at.session, agency)):
        return render_template("pages/agency_held.html", at=at, row=row, held=held)
    return _use_page(at, agency, questions("reason", at))


@partnership.post("/agencies/<agency>/use")
def change_use(at: Visit, agency: str) -> ResponseReturnValue:
    """Take it out of use, or back."""
    row, asked = agencies.agency_named(at.session, agency), questions("reason", at)
    out = request.form.get("use") == "out"
    move = agencies.take_out_of_use if out else agencies.take_into_use
    if not asked.sent(at, lambda told: move(at.session, at.viewer, agency, reason=told["reason"])):
        return _use_page(at, agency, asked), 422
    flash(f"{row.name} is {'out of use' if out else 'in use again'}.")
    return redirect(url_for(".index"), 303)


@partnership.get("/bodies")
def list_bodies(at: Visit) -> ResponseReturnValue:
    """The Board and its sub-groups."""
    rows = bodies.all_bodies(at.session)
    at.names.need(person for _, facts in rows for person in (facts.chair, facts.deputy))
    return render_template("pages/partnership_bodies.html", at=at, rows=rows)


@partnership.get("/bodies/<body>")
def show_body(at: Visit, body: str) -> ResponseReturnValue:
    """One body, to be changed, with its history."""
    return _body_page(at, body, _body_questions(at, body))


@partnership.post("/bodies/<body>")
def change_body(at: Visit, body: str) -> ResponseReturnValue:
    """Change it."""
    asked = _body_questions(at, body)

    def act(told: dict[str, Any]) -> None:
        facts = BodyFacts(
            told["name"],
            told.get("policy_name") or "",
            told.get("chair") or None,
            told.get("deputy") or None,
            told.get("quorum") or "",
        )
        bodies.change_body(at.session, at.viewer, body, facts, reason=told["reason"], seen=_seen())

    if not asked.sent(at, act):
        return _body_page(at, body, asked), 422
    flash("The body is changed.")
    return redirect(url_for(".list_bodies"), 303)


@partnership.get("/settings")
def list_settings(at: Visit) -> ResponseReturnValue:
    """Every setting with its value, and who changed it last."""
    rows = all_settings(at.session)
    at.names.need(row.changed.changed_by for row in rows if row.changed)
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.known.group, []).append(row)
    return render_template("pages/partnership_settings.html", at=at, groups=groups)


@partnership.get("/settings/<setting>")
def show_setting(at: Visit, setting: str) -> ResponseReturnValue:
    """One setting, to be changed, with its history."""
    return _setting_page(at, setting, _setting_questions(at, setting))


@partnership.post("/settings/<setting>")
def keep_setting(at: Visit, setting: str) -> ResponseReturnValue:
    """Change it."""
    asked = _setting_questions(at, setting)

    def act(told: dict[str, Any]) -> None:
        value, reason = told.get("value") or "", told["reason"]
        change_setting(at.session, at.viewer, setting, value, reason=reason, seen=_seen())

    if not asked.sent(at, act):
        return _setting_page(at, setting, asked), 422
    flash("The setting is changed. It counts from now on.")
    return redirect(url_for(".list_settings"), 303)


@partnership.get("/lists")
def lists(at: Visit) -> ResponseReturnValue:
    """The lists that forms offer."""
    rows = [
        (name, known, sum(each.active for each in option_lists.entries_of(at.session, name)))
        for name, known in option_lists.LISTS.items()
    ]
    return render_template("pages/partnership_lists.html", at=at, rows=rows)


@partnership.get("/lists/<list_id>")
def show_list(at: Visit, list_id: str) -> ResponseReturnValue:
    """One list, with its history."""
    known, history = option_lists.list_named(list_id), _history(at, option_lists.key_of(list_id))
    rows = option_lists.entries_of(at.session, list_id)
    return render_template(
        "pages/partnership_list.html", at=at, list_id=list_id, known=known, rows=rows, history=history
    )


@partnership.get("/lists/<list_id>/new")
def ask_option(at: Visit, list_id: str) -> ResponseReturnValue:
    """The words of a new choice."""
    known = option_lists.list_named(list_id)
    return questions("option_new", at).page("option_new", at, list_id=list_id, known=known)


@partnership.post("/lists/<list_id>/new")
def add_option(at: Visit, list_id: str) -> ResponseReturnValue:
    """Add it."""
    known, asked = option_lists.list_named(list_id), questions("option_new", at)

    def act(told: dict[str, Any]) -> None:
        option_lists.add_entry(at.session, at.viewer, list_id, told["label"], reason=told["reason"])

    if not asked.sent(at, act):
        return asked.page("option_new", at, list_id=list_id, known=known), 422
    flash("It is added. Forms offer it from now on.")
    return redirect(url_for(".show_list", list_id=list_id), 303)


@partnership.get("/lists/<list_id>/<option>")
def show_option(at: Visit, list_id: str, option: str) -> ResponseReturnValue:
    """One choice, to be changed."""
    return _option_page(at, list_id, option, _option_questions(at, list_id, option))


@partnership.post("/lists/<list_id>/<option>")
def change_option(at: Visit, list_id: str, option: str) -> ResponseReturnValue:
    """Change it."""
    asked = _option_questions(at, list_id, option)

    def act(told: dict[str, Any]) -> None:
        option_lists.change_entry(
            at.session,
            at.viewer,
            list_id,
            option,
            label=told["label"],
            active=told.get("active", "yes") == "yes",
            reason=told["reason"],
            seen=_seen(),
        )

    if not asked.sent(at, act):
        return _option_page(at, list_id, option, asked), 422
    flash("The list is changed.")
    return redirect(url_for(".show_list", list_id=list_id), 303)


def _agency_facts(told: dict[str, Any]) -> AgencyFacts:
    return AgencyFacts(
        told["name"], told["sector"], told["statutory_partner"] == "yes", told.get("lead") or None
    )


def _agency_questions(at: Visit, agency: str) -> Questions:
    row = agencies.agency_named(at.session, agency)
    known = {
        "agency.name": row.name,
        "agency.sector": row.sector,
        "agency.statutory_partner": "yes" if row.statutory_partner else "no",
        "agency.lead": row.lead,
    }
    return questions("agency", at, known=known)


def _agency_page(at: Visit, agency: str, asked: Questions) -> str:
    row = agencies.agency_named(at.session, agency)
    key = agencies.key_of(agency)
    return asked.page(
        "agency_change",
        at,
        row=row,
        history=_history(at, key),
        seen=_times(at, key),
        sectors=agencies.SECTORS,
    )


def _use_page(at: Visit, agency: str, asked: Questions) -> str:
    row = agencies.agency_named(at.session, agency)
    return asked.page("agency_use", at, row=row)


def _body_questions(at: Visit, body: str) -> Questions:
    known = {
        f"body.{name}": value for name, value in bodies.said(bodies.body_facts(at.session, body)).items()
    }
    return questions("body", at, known=known)


def _body_page(at: Visit, body: str, asked: Questions) -> str:
    facts, key = bodies.body_facts(at.session, body), bodies.key_of(body)
    return asked.page("body_change", at, facts=facts, history=_history(at, key), seen=_times(at, key))


def _setting_questions(at: Visit, setting: str) -> Questions:
    known = known_setting(setting)
    form = "setting_words" if known.kind == WORDS else "setting_line"
    form = f"{form}_or_none" if known.may_be_empty else form
    return questions(form, at, known={"setting.value": str(value_of(at.session, setting))})


def _setting_page(at: Visit, setting: str, asked: Questions) -> str:
    facts = {"known": known_setting(setting), "value": value_of(at.session, setting)}
    history, seen = _history(at, setting), _times(at, setting)
    return asked.page("setting_change", at, history=history, seen=seen, **facts)


def _option_questions(at: Visit, list_id: str, option: str) -> Questions:
    entry = option_lists.entry_named(at.session, list_id, option)
    known = {"option.label": entry.label, "option.active": "yes" if entry.active else "no"}
    grows = option_lists.list_named(list_id).grows
    return questions("option_change" if grows else "option_words", at, known=known)


def _option_page(at: Visit, list_id: str, option: str, asked: Questions) -> str:
    facts = {
        "list_id": list_id,
        "known": option_lists.list_named(list_id),
        "entry": option_lists.entry_named(at.session, list_id, option),
        "seen": _times(at, option_lists.key_of(list_id)),
    }
    return asked.page("option_change", at, **facts)


def _seen() -> int | None:
    """How long the history was when the page was made that is sent now."""
    told = request.form.get("seen", "")
    return int(told) if told.isdecimal() and len(told) < 10 else None


def _times(at: Visit, key: str) -> int:
    return times_changed(at.session, key)


def _history(at: Visit, key: str) -> list[Any]:
    """The history of one thing, its people read at once."""
    rows = history_of(at.session, key)
    people = [row.changed_by for row in rows]
    for row in rows:
        for facts in (row.old, row.new):
            if isinstance(facts, dict):
                people += [str(facts[name]) for name in ("lead", "chair", "deputy") if facts.get(name)]
    at.names.need(people)
    return rows
