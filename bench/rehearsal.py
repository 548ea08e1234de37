"""How long a rehearsal of 90 days takes for the heaviest case: 15 agencies, 20 actions, nobody does anything.

`python -m bench.rehearsal` prints processor seconds for three moments of such a case. The promise: 3 seconds.
"""

from __future__ import annotations

import time
from typing import Any

from engine.rehearsal import MemoryDatabase, bundles_of
from engine.scenarios import Given, Words
from reviews.models import Review
from reviews.studio import RunningCase, rehearse
from reviews.studio.furnishing import invented_partnership
from reviews.studio.scenes import usual_answers
from reviews.studio.walking import Roads

AGENCIES = "csc eh edu sch pol icb acute comm mh asc yjs prob hou da sub".split()
PROMISED = 3.0
STEPS = {
    "agency_preparation": "15 agencies prepare",
    "fact_check": "15 agencies check the facts",
    "action_evidence": "20 actions are at work, 15 agencies pass the learning on",
}


def heavy_answers() -> dict[str, dict[str, Any]]:
    """Answers that make a case as heavy as it gets."""
    actions = [
        {
            "text": f"Action {number}",
            "agency": "csc",
            "owner": "u_ashby",
            "due": f"in {20 + number} working days",
            "kind": "single_agency",
        }
        for number in range(20)
    ]
    return {
        "referral": {"agencies": [{"agency": agency} for agency in AGENCIES]},
        "triage_decision": {"agencies": AGENCIES},
        "agency_notice": {"agencies": AGENCIES},
        "meeting_record": {"attendance": [{"agency": each, "came": "attended"} for each in AGENCIES]},
        "summary": {"agencies": AGENCIES, "actions": actions},
    }


def measured(made: MemoryDatabase) -> tuple[float, int, int, int]:
    """Processor seconds, lines, open steps and moments of one rehearsal of the case in a database."""
    with made.read() as session:
        ref = session.query(Review.ref).scalar()
        begun = time.process_time()
        seen = rehearse(session, "learning_review", start=RunningCase(ref))
        return time.process_time() - begun, len(seen.entries), len(seen.still_open), seen.moments


def main() -> None:
    """Live to each moment, rehearse from there, and print."""
    made = invented_partnership()
    with made.read() as session:
        bundles = bundles_of(session)
        steps = {
            task.id for bundle in bundles.values() if bundle.drawn for task in bundle.diagram.user_tasks()
        }
        files = {name: bundle.files for name, bundle in bundles.items()}
        usual, _ = usual_answers(files, Words(frozenset(steps), frozenset()))
    roads = Roads(made, "learning_review", usual)
    for step, words in STEPS.items():
        there = roads.to(Given(reached=step, answers=heavy_answers()))
        seconds, lines, still, moments = measured(there)
        verdict = "kept" if seconds < PROMISED else "NOT KEPT"
        print(f"{seconds:5.2f} s  {lines:4} lines, {still:3} open, {moments:3} moments: {words} ({verdict})")


if __name__ == "__main__":
    main()
