"""Differences of whole bundles: diagrams, tables and forms together, in the words people use."""

from __future__ import annotations

from reviews.shipped import bundle_files
from reviews.studio.differing import bundle_differences

OLD = bundle_files("learning_review")


def test_a_form_is_named_by_its_step() -> None:
    text = OLD["triage_decision.form"].replace('"label": "', '"label": "Now: ', 1)
    (found,) = bundle_differences(OLD, {**OLD, "triage_decision.form": text})
    assert found.element == "triage_decision"
    assert found.sentence.startswith("In the form of “Decide on the referral”: the ")


def test_roles_are_called_as_people_know_them() -> None:
    task = '<bpmn:userTask id="triage_decision"'
    text = OLD["learning_review.bpmn"].replace(task, f'{task} roundtable:role="qa_chair"')
    (found,) = bundle_differences(OLD, {**OLD, "learning_review.bpmn": text})
    assert found.sentence == (
        "The step “Decide on the referral” is now for the QA sub-group chair; before, it was for the Head of "
        "Safeguarding and Learning."
    )


def test_nothing_has_changed_in_equal_bundles() -> None:
    assert bundle_differences(OLD, dict(OLD)) == []
