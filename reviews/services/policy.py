"""Services of the policy register: every policy looked at again in time, approved by another (H2, H3)."""

from __future__ import annotations

from engine import Refused, ServiceCall
from reviews.models import PolicyDocument
from reviews.posts import those_told
from reviews.services.answers import day, given, words
from reviews.services.registry import registry


@registry.service("record_policy_review")
def record_policy_review(call: ServiceCall) -> None:
    """Keep what the review of a policy proposes: keep it, change it, or withdraw it."""
    policy, answers = _policy(call), given(call)
    said = (words(answers, key) for key in ("outcome", "changes", "reason"))
    policy.proposed_change = "\n\n".join(filter(None, said))
    policy.reviewed_by, policy.reviewed_on = call.actor.id, call.today
    policy.next_review = day(answers, "next_review")
    for person in those_told(call.session, "policy_approver", None, call.today):
        call.mail(to=person, text="policy_to_approve", about=call.business_key)


@registry.service("record_policy_approval")
def record_policy_approval(call: ServiceCall) -> None:
    """Approve or return. Raises Refused when it is the one who proposed it who approves."""
    policy, answers = _policy(call), given(call)
    if call.actor.id == policy.reviewed_by:
        raise Refused("Somebody other than the one who proposed it approves a policy.")
    if words(answers, "outcome") == "approved":
        policy.approved_on = day(answers, "from_date") or call.today
        policy.review_due = policy.next_review or policy.review_due
        if policy.proposed_change.split("\n", 1)[0] == "withdraw":
            policy.withdrawn_on = call.today  # nobody is asked to look at it again
        policy.proposed_change = ""
    elif policy.reviewed_by:
        call.mail(to=policy.reviewed_by, text="policy_returned", about=call.business_key)


def _policy(call: ServiceCall) -> PolicyDocument:
    found = call.session.get(PolicyDocument, str((call.variables.get("policy") or {}).get("id", "")))
    if found is None:
        raise Refused("There is no such policy.")
    return found
