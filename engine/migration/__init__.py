"""Moving running cases to another version of their process: what would change, the move, and the way back."""

from engine.migration.batches import (
    Progress,
    cases_of,
    cases_to_move,
    do_all,
    do_case,
    migrations,
    migrations_by,
    progress,
    start_migration,
    stop_migration,
    undo_migration,
    version_of,
)
from engine.migration.in_the_way import StepInTheWay, steps_in_the_way
from engine.migration.models import Migration, MigrationCase
from engine.migration.moving import migrate
from engine.migration.outcome import MovedDeadline, Outcome, StepChange, TimerChange
from engine.migration.preview import preview
from engine.migration.returning import bring_back, why_not_back

__all__ = [
    "Migration",
    "MigrationCase",
    "MovedDeadline",
    "Outcome",
    "Progress",
    "StepChange",
    "StepInTheWay",
    "TimerChange",
    "bring_back",
    "cases_of",
    "cases_to_move",
    "do_all",
    "do_case",
    "migrate",
    "migrations",
    "migrations_by",
    "preview",
    "progress",
    "start_migration",
    "steps_in_the_way",
    "stop_migration",
    "undo_migration",
    "version_of",
    "why_not_back",
]
