"""Changing a setting, for the Board's office: what is typed is checked by the kind of its value."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import NotFound, Refused
from reviews.acting import now_of
from reviews.models import Setting, SettingChange
from reviews.partnership import keep, may_change, still_as_seen
from reviews.permissions import Viewer
from reviews.settings import EMAIL, LINE, NUMBER, SETTINGS, TIME, Known, setting

LONGEST_LINE, LONGEST_WORDS = 200, 5000
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")


@dataclass(frozen=True)
class Standing:
    """A setting as it is: its value, its default, and who changed it last, when and why."""

    name: str
    known: Known
    value: Any
    changed: SettingChange | None

    @property
    def is_default(self) -> bool:
        """Whether the value is the one that a release brings."""
        return bool(self.value == self.known.default)


def all_settings(session: Session) -> list[Standing]:
    """Every setting, in the order of their groups."""
    changes = select(SettingChange).where(SettingChange.setting.in_(SETTINGS))
    last = {row.setting: row for row in session.scalars(changes.order_by(SettingChange.changed_at))}
    stored = {row.id: row.value for row in session.scalars(select(Setting).where(Setting.id.in_(SETTINGS)))}
    return [
        Standing(name, known, stored.get(name, known.default), last.get(name))
        for name, known in SETTINGS.items()
    ]


def known_setting(name: str) -> Known:
    """A setting by its name. Raises NotFound."""
    if name not in SETTINGS:
        raise NotFound(f"There is no setting {name}.")
    return SETTINGS[name]


def change_setting(
    session: Session, viewer: Viewer, name: str, typed: str, *, reason: str, seen: int | None = None
) -> None:
    """Store what was typed and keep what it was. `seen`: see `still_as_seen`. Raises NotFound, Refused."""
    known = known_setting(name)
    reason = may_change(session, viewer, reason)
    still_as_seen(session, name, seen)
    value, old = value_of(known, typed), setting(session, name)
    if value == old:
        raise Refused("Nothing is different from what it was", about="value")
    row = session.get(Setting, name)
    if row is None:
        row = Setting(id=name, value=value, title=known.title)
        session.add(row)
    row.value, row.changed_at, row.changed_by = value, now_of(session), viewer.person
    keep(session, viewer, name, old, value, reason)


def value_of(known: Known, typed: str) -> Any:
    """What was typed as a value of its kind. Raises Refused."""
    text = typed.replace("\r\n", "\n").strip()
    if not text:
        if known.may_be_empty:
            return ""
        raise Refused("Enter what it should be", about="value")
    if known.kind == NUMBER:
        return _number(known, text)
    if known.kind == TIME:
        return _time(text)
    if known.kind in (EMAIL, LINE) and "\n" in text:
        raise Refused("Enter one line", about="value")
    if known.kind == EMAIL and not _EMAIL.fullmatch(text):
        raise Refused("Enter an email address, like name@example.org", about="value")
    longest = LONGEST_LINE if known.kind in (EMAIL, LINE) else LONGEST_WORDS
    if len(text) > longest:
        raise Refused(f"Use {longest} characters or fewer", about="value")
    return text


def _number(known: Known, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise Refused("Enter a whole number", about="value")
    if not known.least <= int(text) <= known.most:
        raise Refused(f"Enter a number from {known.least} to {known.most}", about="value")
    return int(text)


def _time(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", text):
        raise Refused("Enter a time of day, like 07:00", about="value")
    try:
        return dt.time.fromisoformat(text.zfill(5)).isoformat("minutes")
    except ValueError:
        raise Refused("Enter a time of day, like 07:00", about="value") from None
