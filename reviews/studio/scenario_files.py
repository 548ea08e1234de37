"""A new scenario of a change: a pattern that says how one is written, or a rehearsal as it was played.

A rehearsal has no real case in it, so a process owner may record it. A real case is recorded by whoever runs
the service (`roundtable processes record`): no role sees cases and changes processes, and the choices made in
a case are part of it.
"""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy.orm import Session

from engine import BundleRefused, Refused, changes, read_bundle
from engine.rehearsal import TooMuchHappens, live
from engine.scenarios import FOLDER
from reviews.permissions import Viewer
from reviews.studio.beginning import begin_case
from reviews.studio.changes import save
from reviews.studio.furnishing import Files, invented_partnership, put_draft
from reviews.studio.playing import CannotBeDone, Letters
from reviews.studio.recording import record_case
from reviews.studio.rehearsing import MOST_DAYS, PeopleWithPlans, in_days
from reviews.studio.sides import Side
from reviews.studio.trying import Trial, plans_of

LONGEST_NAME = 60
PATTERN = """\
# A scenario says what should happen in one case. Lines that begin with # are for whoever reads it.
# Play it on the page of the scenarios; a slip is named with its line and what was probably meant.

title: Say in a sentence what happens

# How things stand at the beginning. Everybody does what is to be done, with the usual answers, until this
# step opens. Leave given out to begin where the process begins.
given:
  reached: {step}

# What people do then, and how time passes, in this order. Name only the answers that matter.
when:
  - does: {step}
#   answers: {{outcome: accept}}
# - pass: 5 working days

# What is to be seen in the end. For example:
# - open: another_step            (and beside it: role, due)
# - notice to: the chair          (and beside it: says)
# - ended: How the process ends
then:
  - not open: {step}
"""


def pattern_for(process: str, files: Files) -> str:
    """The pattern, with the first step of the process in it."""
    try:
        drawn = read_bundle(process, files).drawn
        steps = [task.id for task in drawn.user_tasks()] if drawn is not None else []
    except BundleRefused:
        steps = []
    return PATTERN.format(step=steps[0] if steps else "the_first_step")


def from_rehearsal(session: Session, trial: Trial, side: Side) -> str:
    """A rehearsal of a new case as a scenario, with people who do what was chosen. It is played with the
    invented people of scenarios, so that it plays again.

    Raises BundleRefused, Refused with what stands in the way.
    """
    process, days, plans = trial.process, trial.days, plans_of(session, trial, side)
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"Choose from 1 to {MOST_DAYS} days.", about="days")
    made = invented_partnership(session)
    try:
        put_draft(made, process, side.files)
        with made.write() as inside:
            key = begin_case(inside, process, {})
        people = PeopleWithPlans(plans)
        live(made, Letters(), in_days(made.virtual.now(), days), people)
        if people.faults:
            raise Refused(f"What was chosen does not lead on: {people.faults[0]}")
        with made.read() as inside:
            return record_case(inside, key)
    except (CannotBeDone, TooMuchHappens) as fault:
        raise Refused(str(fault)) from fault
    finally:
        made.dispose()


def add_scenario(session: Session, viewer: Viewer, change_id: UUID, name: str, text: str) -> str:
    """Add a scenario to a change under a name in words; the name of its file. One of that name that was taken
    out comes back with the new text. Raises NotFound, Refused, StaleFile."""
    words = re.sub(r"[^a-z0-9]+", "_", name.lower().removeprefix(FOLDER).removesuffix(".yaml")).strip("_")
    if not words:
        raise Refused("Say in a few words what happens: it becomes the name of the file.", about="name")
    file = f"{FOLDER}{words[:LONGEST_NAME]}.yaml"
    known = {row.name: row for row in changes.change_files(session, change_id)}
    if file in known and known[file].text is not None:
        raise Refused("The change holds a scenario of this name.", about="name")
    revision = known[file].revision if file in known else 0
    save(session, viewer, change_id, file, text, revision=revision)
    return file
