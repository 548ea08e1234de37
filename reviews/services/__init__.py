"""Every service that a diagram of this product may name, in one registry."""

from reviews.services import (
    actions,
    board,
    events,
    handover,
    impact,
    ladder,
    late_steps,
    meeting,
    policy,
    qa,
    referral,
    setup,
    sharing,
    suggestions,
    summary,
    triage,
    undelivered,
)
from reviews.services.registry import registry

__all__ = [
    "actions",
    "board",
    "events",
    "handover",
    "impact",
    "ladder",
    "late_steps",
    "meeting",
    "policy",
    "qa",
    "referral",
    "registry",
    "setup",
    "sharing",
    "suggestions",
    "summary",
    "triage",
    "undelivered",
]
