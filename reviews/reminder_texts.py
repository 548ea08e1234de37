"""The words of reminders, which rows of the chasing table ask for: purpose, subject, body."""

from __future__ import annotations

REMINDER_TEXTS: dict[str, tuple[str, str, str]] = {
    "due_in_10_days": ("Friendly reminder", "Coming up in your work", "These steps are coming up:\n{list}"),
    "due_in_2_days": ("Friendly reminder", "Due in two working days", "These steps are due soon:\n{list}"),
    "late_1_day": (
        "Firm reminder",
        "Now late",
        "These steps are late. Please finish them, or say when:\n{list}",
    ),
    "late_1_day_manager": (
        "Note to a manager",
        "Late in your team",
        "These steps of your colleague are late:\n{list}",
    ),
    "late_5_days": ("Note to those above", "Five working days late", "These steps are late:\n{list}"),
    "late_10_days": ("Note to those above", "Ten working days late", "These steps are late:\n{list}"),
    "late_20_days_board": (
        "Note to the Board",
        "Twenty working days late",
        "These steps are four weeks late:\n{list}",
    ),
    "action_late_10_days": (
        "An action is late",
        "An action ten working days late",
        "These actions wait for a decision:\n{list}",
    ),
    "action_late_20_days": (
        "An action is late",
        "An action twenty working days late",
        "These actions wait for assurance:\n{list}",
    ),
    "draft_ends_soon": (
        "A draft ends",
        "Your draft is kept ten more days",
        "These drafts were begun and not sent:\n{list}",
    ),
    "policy_review_in_a_month": (
        "A policy to look at",
        "A policy is due for review",
        "These policies are due for review:\n{list}",
    ),
    "statutory_limit_tomorrow": (
        "The statutory limit is near",
        "Statutory screen: the limit is tomorrow",
        "These referrals reach the limit of five working days tomorrow:\n{list}",
    ),
}
