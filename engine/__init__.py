"""The engine: runs processes drawn in BPMN. Speaks BPMN and knows nothing of safeguarding.

This is its face; the app imports nothing deeper (tests/architecture keeps it so), except for what is pure
and small: the languages
`engine.feel`, `engine.decisions` and `engine.deadlines`, the days of `engine.calendars` and `engine.clock`,
and the tables' base class.
"""

from engine import changes
from engine.assignments import assign, claim, release
from engine.audit import KINDS, history, record
from engine.audit_chain import Anchor, newest_anchor, write_anchor
from engine.audit_check import LogFinding, LogVerdict, verify_log
from engine.audit_export_check import verify_export
from engine.audit_forgetting import forget_case_events
from engine.audit_resealing import seal_log_again
from engine.bundles import read_bundle
from engine.calendar_changes import Move, change_calendar, what_would_move
from engine.calendars import Calendar, england_and_wales
from engine.clock import Clock, SystemClock, VirtualClock, end_of_day, local_date, start_of_day
from engine.commands import (
    add_item,
    cancel,
    complete_task,
    extend,
    fire_timer,
    pause,
    resume,
    send_message,
    set_variables,
    start,
)
from engine.db import Database, create_schema, house
from engine.deadlines import due_words
from engine.deployment import deploy_first, newest_version, read_folder
from engine.differences import Difference, differences
from engine.domain import Domain
from engine.drafts import DraftRow, discard_draft, discard_drafts, draft, save_draft
from engine.errors import (
    BundleRefused,
    EngineError,
    Finding,
    ModelFault,
    NotFound,
    PostAway,
    Refused,
    StaleFile,
    StaleRevision,
    StateUnreadable,
    TaskNotOpen,
    Undeliverable,
)
from engine.event_log import write_event_log
from engine.giving_up import came_back
from engine.insight import Insight, RoleFigures, StepFigures, bundle_for, insight, versions_of
from engine.models import Outbox
from engine.queries import (
    InstanceRow,
    NextStep,
    Position,
    StepStatus,
    TaskRow,
    Wait,
    deployed,
    diagram_of,
    form_text,
    instance,
    instances,
    now,
    position,
    steps,
    submission,
    task,
    task_row,
    task_rows,
    tasks,
)
from engine.repeats import Completion
from engine.replay import Replay, Replayed, replay
from engine.resealing import seal_again
from engine.secrecy import derive_key, open_sealed, seal
from engine.services import Actor, ServiceCall, ServiceRegistry
from engine.stuck import StuckRow, retry_stuck, stuck_instances
from engine.sweep import Post, Report, tick, waiting_since
from engine.working_calendar import Kind, OwnDay, own_days, region, working_calendar

__all__ = [
    "KINDS",
    "Actor",
    "Anchor",
    "BundleRefused",
    "Calendar",
    "Clock",
    "Completion",
    "Database",
    "Difference",
    "Domain",
    "DraftRow",
    "EngineError",
    "Finding",
    "Insight",
    "InstanceRow",
    "Kind",
    "LogFinding",
    "LogVerdict",
    "ModelFault",
    "Move",
    "NextStep",
    "NotFound",
    "Outbox",
    "OwnDay",
    "Position",
    "Post",
    "PostAway",
    "Refused",
    "Replay",
    "Replayed",
    "Report",
    "RoleFigures",
    "ServiceCall",
    "ServiceRegistry",
    "StaleFile",
    "StaleRevision",
    "StateUnreadable",
    "StepFigures",
    "StepStatus",
    "StuckRow",
    "SystemClock",
    "TaskNotOpen",
    "TaskRow",
    "Undeliverable",
    "VirtualClock",
    "Wait",
    "add_item",
    "assign",
    "bundle_for",
    "came_back",
    "cancel",
    "change_calendar",
    "changes",
    "claim",
    "complete_task",
    "create_schema",
    "deploy_first",
    "deployed",
    "derive_key",
    "diagram_of",
    "differences",
    "discard_draft",
    "discard_drafts",
    "draft",
    "due_words",
    "end_of_day",
    "england_and_wales",
    "extend",
    "fire_timer",
    "forget_case_events",
    "form_text",
    "history",
    "house",
    "insight",
    "instance",
    "instances",
    "local_date",
    "newest_anchor",
    "newest_version",
    "now",
    "open_sealed",
    "own_days",
    "pause",
    "position",
    "read_bundle",
    "read_folder",
    "record",
    "region",
    "release",
    "replay",
    "resume",
    "retry_stuck",
    "save_draft",
    "seal",
    "seal_again",
    "seal_log_again",
    "send_message",
    "set_variables",
    "start",
    "start_of_day",
    "steps",
    "stuck_instances",
    "submission",
    "task",
    "task_row",
    "task_rows",
    "tasks",
    "tick",
    "verify_export",
    "verify_log",
    "versions_of",
    "waiting_since",
    "what_would_move",
    "working_calendar",
    "write_anchor",
    "write_event_log",
]
