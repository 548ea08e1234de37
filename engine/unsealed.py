"""The events of a transaction that is under way: gathered as plain rows, and written when it ends.

A savepoint that is taken back takes along what was recorded since it began, as it does with rows.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

_ROWS, _MARKS = "unsealed events", "how many events there were"  # in the session's own notes
Row = dict[str, Any]


def gather(session: Session, row: Row) -> None:
    """Keep a row of the log until the transaction ends."""
    session.info.setdefault(_ROWS, []).append(row)


def gathered(session: Session) -> bool:
    """Whether this transaction has recorded anything."""
    return bool(session.info.get(_ROWS))


def take(session: Session) -> list[Row]:
    """What this transaction has recorded, in its order; it is the caller's from now on."""
    session.info.pop(_MARKS, None)
    rows: list[Row] = session.info.pop(_ROWS, [])
    return rows


@event.listens_for(Session, "after_transaction_create")
def _savepoint_begins(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_MARKS, {})[transaction] = len(session.info.get(_ROWS, ()))


@event.listens_for(Session, "after_soft_rollback")
def _taken_back(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        before = session.info.get(_MARKS, {}).pop(transaction, 0)
        del session.info.get(_ROWS, [])[before:]
    elif transaction.parent is None:
        take(session)
