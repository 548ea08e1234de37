"""The roles people hold. A lane of a diagram names one of these ids; people see the name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """A role: its id in diagrams and tables, its name for people, and what it is for."""

    id: str
    name: str
    purpose: str
    for_agency: bool = False  # held for one agency: says nothing about the cases of another
    body: str | None = None  # held as a member or chair of this body


_ALL = (
    Role(
        "practitioner", "Practitioner", "Suggests cases, comes to meetings, reads briefings.", for_agency=True
    ),
    Role("agency_manager", "Agency manager", "Prepares for reviews and owns actions.", for_agency=True),
    Role(
        "safeguarding_lead", "Agency safeguarding lead", "Refers and answers for one agency.", for_agency=True
    ),
    Role(
        "hosl", "Head of Safeguarding and Learning", "Decides on referrals, nominates chairs, checks impact."
    ),
    Role("chair", "Review chair", "Leads one review: meeting, family's view, summary, action plan."),
    Role("business_manager", "Board business manager", "Tells agencies, sends papers, publishes, reports."),
    Role("business_support", "Board business support", "Arranges meetings and keeps the office side going."),
    Role(
        "qa_member",
        "QA sub-group member",
        "Reads the papers of reviews presented to the sub-group.",
        body="qapm",
    ),
    Role(
        "qa_chair",
        "QA sub-group chair",
        "Records what the sub-group decided; reports to the Board.",
        body="qapm",
    ),
    Role(
        "monitoring_member", "Monitoring sub-group member", "Follows the actions of all.", body="monitoring"
    ),
    Role(
        "monitoring_chair", "Monitoring sub-group chair", "Verifies actions, agrees time.", body="monitoring"
    ),
    Role(
        "training_member",
        "Training sub-group member",
        "Turns learning into training and events.",
        body="training",
    ),
    Role("scr_chair", "Serious Case Review sub-group chair", "Replies to what is handed over.", body="scr"),
    Role(
        "board_member",
        "Board member",
        "Reads reports; assures for one agency.",
        for_agency=True,
        body="board",
    ),
    Role("board_chair", "Board independent chair", "Notes reports and exceptions.", body="board"),
    Role("process_owner", "Process owner", "Draws and keeps the processes."),
    Role(
        "policy_approver", "Policy sub-group chair", "Approves policies and changed processes.", body="policy"
    ),
    Role("auditor", "Read-only auditor", "Reads the audit log and checks that it is whole."),
    Role("system_admin", "System administrator", "Looks after people and settings; sees no case content."),
)
ROLES: dict[str, Role] = {role.id: role for role in _ALL}
AGENCY_ROLES = frozenset(role.id for role in _ALL if role.for_agency)


def role_name(role: str) -> str:
    """What people call a role; the id itself for one we do not know."""
    known = ROLES.get(role)
    return known.name if known else role
