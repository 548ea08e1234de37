"""Backups: one sealed file that holds the whole database, and putting it back, verified.

A backup is made while the service runs. It is what the database's own tool copies (SQLite's online copy,
PostgreSQL's pg_dump), sealed with a key made from the deployment's secret: who finds the file reads nothing,
and what was cut, changed or swapped in it does not open.
"""

from __future__ import annotations

from app.backup.making import BackupRefused, Made, make_backup
from app.backup.putting_back import PutBack, restore_backup

__all__ = ["BackupRefused", "Made", "PutBack", "make_backup", "restore_backup"]
