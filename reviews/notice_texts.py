"""The office's own words for notices: changed with fixed placeholders, put back, and their history kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, record
from reviews.acting import now_of
from reviews.models import Setting, SettingChange
from reviews.notices import check_words, text_of
from reviews.permissions import Viewer, may
from reviews.texts import TEXTS, Text

LONGEST_SUBJECT = 150
LONGEST_BODY = 4000
MEANINGS = {
    "name": "the reader’s name",
    "reference": "the reference of the review, or of what the notice is about",
    "link": "the address that leads to it, after signing in",
    "date": "the date that the notice is about, where there is one",
    "list": "the steps of a reminder, one a line",
    "board": "the name of the Board",
    "digest": "the digest of the audit log’s newest anchor",
}


@dataclass(frozen=True)
class Row:
    """One text in the list of all."""

    id: str
    purpose: str
    subject: str
    changed_at: dt.datetime | None
    changed_by: str | None


@dataclass(frozen=True)
class Change:
    """One change of a text: who, when, and the words before and after."""

    at: dt.datetime
    by: str
    before: Text
    after: Text


def all_texts(session: Session) -> list[Row]:
    """Every text by what it is for."""
    own = {row.id: row for row in session.scalars(select(Setting).where(Setting.id.startswith("text:")))}
    rows = []
    for text, shipped in TEXTS.items():
        kept = own.get(f"text:{text}")
        subject = str(kept.value["subject"]) if kept else shipped.subject
        changed = (kept.changed_at, kept.changed_by) if kept else (None, None)
        rows.append(Row(text, shipped.purpose, subject, *changed))
    return sorted(rows, key=lambda row: (row.purpose, row.subject))


def shipped_text(text: str) -> Text:
    """The words that this release brings. Raises NotFound."""
    if text not in TEXTS:
        raise NotFound("There is no such text.")
    return TEXTS[text]


def text_history(session: Session, text: str) -> list[Change]:
    """The changes of a text, newest first."""
    purpose = shipped_text(text).purpose
    query = select(SettingChange).where(SettingChange.setting == f"text:{text}")
    rows = session.scalars(query.order_by(SettingChange.changed_at.desc(), SettingChange.id))
    return [
        Change(row.changed_at, row.changed_by, _words(purpose, row.old), _words(purpose, row.new))
        for row in rows
    ]


def wrong_words(subject: str, body: str) -> list[tuple[str, str]]:
    """What is wrong with the words of a notice: which part, and a sentence."""
    found = [("subject", problem) for problem in check_words(subject)]
    found += [("body", problem) for problem in check_words(body)]
    if not subject.strip():
        found.append(("subject", "Enter the subject"))
    elif len(subject) > LONGEST_SUBJECT or "\n" in subject or "\r" in subject:
        found.append(("subject", f"The subject must be one line of {LONGEST_SUBJECT} characters or fewer"))
    if not body.strip():
        found.append(("body", "Enter the text"))
    elif len(body) > LONGEST_BODY:
        found.append(("body", f"The text must be {LONGEST_BODY} characters or fewer"))
    return found


def change_text(session: Session, viewer: Viewer, text: str, *, subject: str, body: str) -> None:
    """Put the office's own words in place and keep those before. Raises Refused, NotFound.

    Nothing changes where the words are those in force.
    """
    _asked(session, viewer, text)
    problems = wrong_words(subject, body)
    if problems:
        about, sentence = problems[0]
        raise Refused(sentence, about=about)
    before = text_of(session, text)
    if (subject, body) == (before.subject, before.body):
        return
    row = session.get(Setting, f"text:{text}")
    value = {"subject": subject, "body": body}
    if row is None:
        row = Setting(id=f"text:{text}", value=value, title=before.purpose)
        session.add(row)
    row.value, row.changed_at, row.changed_by = value, now_of(session), viewer.person
    _keep(session, viewer, text, before)


def restore_text(session: Session, viewer: Viewer, text: str) -> None:
    """Go back to the words that the release brings. Raises Refused, NotFound."""
    _asked(session, viewer, text)
    row = session.get(Setting, f"text:{text}")
    if row is None:
        return
    before = text_of(session, text)
    session.delete(row)
    session.flush()
    _keep(session, viewer, text, before)


def _asked(session: Session, viewer: Viewer, text: str) -> None:
    shipped_text(text)
    if not may(session, viewer, "change_texts"):
        raise Refused("Your role does not include changing the texts of notices.")
    record(
        session,
        kind="setting.changed",
        business_key="texts",
        actor=Actor(viewer.person),
        subject=f"text:{text}",
    )


def _keep(session: Session, viewer: Viewer, text: str, before: Text) -> None:
    after = text_of(session, text)
    session.add(
        SettingChange(
            setting=f"text:{text}",
            old={"subject": before.subject, "body": before.body},
            new={"subject": after.subject, "body": after.body},
            changed_at=now_of(session),
            changed_by=viewer.person,
        )
    )


def _words(purpose: str, kept: dict[str, str]) -> Text:
    return Text(purpose, str(kept["subject"]), str(kept["body"]))
