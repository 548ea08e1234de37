"""A decision table as a plain table: its rules changed cell by cell, added, moved and taken out."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.pages.studio.drafts import opened
from app.requests import REFUSED, Visit
from engine import NotFound, Refused, StaleFile
from reviews.studio import changes as verbs
from reviews.studio import tables as making
from reviews.studio.drafting import Draft

studio_tables = Blueprint("studio_tables", __name__, url_prefix="/studio/changes/<uuid:change_id>/tables")

POLICIES = {
    "UNIQUE": "Only one rule may fit.",
    "FIRST": "The first rule that fits counts.",
    "ANY": "Rules that fit must give the same answer.",
    "RULE ORDER": "Every rule that fits counts, in this order.",
    "COLLECT": "Every rule that fits counts.",
    "PRIORITY": "Of the rules that fit, the answer that ranks first counts.",
    "OUTPUT ORDER": "Every rule that fits counts, ranked by its answer.",
}


@studio_tables.get("/<name>")
def show(at: Visit, change_id: UUID, name: str) -> ResponseReturnValue:
    """The tables of a file, with what the checks find."""
    draft = _draft(at, change_id, name)
    found = [each for each in verbs.findings_now(at.session, change_id) if each.file == name]
    back = {"href": url_for("studio_changes.show", change_id=change_id), "text": "The change"}
    return render_template(
        "studio/tables.html", at=at, change=draft.row, name=name, tables=making.tables(draft, name),
        findings=found, edits=draft.editable, revision=draft.revision(name), policies=POLICIES, back=back,
    )  # fmt: skip


@studio_tables.get("/<name>/rules/<element>")
def ask_rule(at: Visit, change_id: UUID, name: str, element: str) -> ResponseReturnValue:
    """One rule, to change it."""
    draft = _draft(at, change_id, name)
    table, rule = making.with_rule(draft, name, element)
    return _page(at, draft, name, table, list(rule.cells), rule.words, heading="Change a rule")


@studio_tables.post("/<name>/rules/<element>")
def save_rule(at: Visit, change_id: UUID, name: str, element: str) -> ResponseReturnValue:
    """Keep it."""
    draft = _draft(at, change_id, name)
    table, rule = making.with_rule(draft, name, element)
    cells, words = _typed(table), request.form.get("words", "")
    try:
        draft.agreed(name, request.form.get("revision", -1, type=int))
        making.change(at.session, at.viewer, draft, name, element, cells, words)
    except StaleFile as other:
        said = "Change a rule"
        return _page(at, draft, name, table, cells, words, heading=said, other=other, now=rule), 409
    except Refused as no:
        return _page(at, draft, name, table, cells, words, heading="Change a rule", refused=no), 422
    flash("The rule is saved.")
    return redirect(f"{url_for('.show', change_id=change_id, name=name)}#{element}", 303)


@studio_tables.get("/<name>/new/<element>")
def ask_new(at: Visit, change_id: UUID, name: str, element: str) -> ResponseReturnValue:
    """A rule more."""
    draft = _draft(at, change_id, name)
    table = making.table_named(draft, name, element)
    return _page(at, draft, name, table, [""] * len(table.columns), "", heading="Add a rule")


@studio_tables.post("/<name>/new/<element>")
def add_rule(at: Visit, change_id: UUID, name: str, element: str) -> ResponseReturnValue:
    """Add it at the foot of the table."""
    draft = _draft(at, change_id, name)
    table = making.table_named(draft, name, element)
    cells, words = _typed(table), request.form.get("words", "")
    try:
        draft.agreed(name, request.form.get("revision", -1, type=int))
        rule = making.add(at.session, at.viewer, draft, name, element, cells, words)
    except StaleFile as other:
        return _page(at, draft, name, table, cells, words, heading="Add a rule", other=other), 409
    except Refused as no:
        return _page(at, draft, name, table, cells, words, heading="Add a rule", refused=no), 422
    flash("The rule is added at the foot of the table.")
    return redirect(f"{url_for('.show', change_id=change_id, name=name)}#{rule}", 303)


@studio_tables.post("/<name>/rules/<element>/<move>")
def move_rule(at: Visit, change_id: UUID, name: str, element: str, move: str) -> ResponseReturnValue:
    """Move a rule up or down, or take it out."""
    draft = _draft(at, change_id, name)
    making.with_rule(draft, name, element)
    try:
        draft.agreed(name, request.form.get("revision", -1, type=int))
        if move == "remove":
            making.remove(at.session, at.viewer, draft, name, element)
            flash("The rule is taken out. The earlier text of the file is kept.")
        elif move in ("up", "down"):
            making.move(at.session, at.viewer, draft, name, element, up=move == "up")
            flash("The rule is moved.")
        else:
            raise NotFound
    except StaleFile as other:
        at.names.need([other.saved_by])
        flash(f"{at.names.person(other.saved_by)} saved this table meanwhile. Look at it again.", REFUSED)
    except Refused as no:
        flash(str(no), REFUSED)
    return redirect(f"{url_for('.show', change_id=change_id, name=name)}#{element}", 303)


def _draft(at: Visit, change_id: UUID, name: str) -> Draft:
    draft = opened(at, change_id)
    if not name.endswith(".dmn") or name not in draft.files:
        raise NotFound
    return draft


def _typed(table: making.Table) -> list[str]:
    return [request.form.get(f"cell-{index + 1}", "") for index in range(len(table.columns))]


def _page(
    at: Visit,
    draft: Draft,
    name: str,
    table: making.Table,
    cells: list[str],
    words: str,
    *,
    heading: str,
    other: StaleFile | None = None,
    now: making.Rule | None = None,
    refused: Refused | None = None,
) -> str:
    if other is not None:
        at.names.need([other.saved_by])
    errors = [{"text": str(refused), "href": f"#{refused.about or 'words'}"}] if refused else []
    back = {"href": url_for(".show", change_id=draft.row.id, name=name), "text": "The table"}
    return render_template(
        "studio/rule.html", at=at, change=draft.row, name=name, table=table, cells=cells, words=words,
        heading=heading, other=other, now=now, errors=errors, back=back, edits=draft.editable,
        revision=draft.revision(name),
    )  # fmt: skip
