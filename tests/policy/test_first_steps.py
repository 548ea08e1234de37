"""From a suggestion to a decision (policy C1, P1, P2)."""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership


def test_a_practitioner_suggests_and_their_lead_refers(partnership: Partnership) -> None:
    vesna, dale = partnership.vesna, partnership.dale
    begun = vesna.submit(vesna.open("/suggest").form("/suggest"), "/suggest")
    vesna.answers(begun.path, answers.suggestion())
    dale.does("suggestion_reply", answers.suggestion_reply())
    partnership.tick()
    print(dale.my_work())
