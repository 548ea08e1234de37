"""The order of lists of tasks, as indexes hold it: each begins at its first row and stops after a page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

LISTED = ("status", "due_at", "opened_at", "id")
UNTAKEN: dict[str, Any] = {
    "postgresql_where": text("assignee IS NULL"),
    "sqlite_where": text("assignee IS NULL"),
}
TAKEN: dict[str, Any] = {
    "postgresql_where": text("assignee IS NOT NULL"),
    "sqlite_where": text("assignee IS NOT NULL"),
}
