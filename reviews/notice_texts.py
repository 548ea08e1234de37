"""The list of every notice with the words that it has, in use or in a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import NotFound
from engine.chasing import reminders_in_use
from reviews.notice_files import file_of, words_in
from reviews.texts import TEXTS, Text

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
    """One text in the list of all: what it is for, its subject, and whether the words are the partnership's
    own."""

    id: str
    purpose: str
    subject: str
    own: bool


def files_in_use(session: Session) -> Mapping[str, str]:
    """The files of the reminders in use; none before they are."""
    bundle = reminders_in_use(session)
    return bundle.files if bundle is not None else {}


def all_texts(files: Mapping[str, str]) -> list[Row]:
    """Every text by what it is for, with its words in a bundle."""
    rows = [
        Row(text, shipped.purpose, words_in(files, text).subject, file_of(text) in files)
        for text, shipped in TEXTS.items()
    ]
    return sorted(rows, key=lambda row: (row.purpose, row.subject))


def shipped_text(text: str) -> Text:
    """The words that this release brings. Raises NotFound."""
    if text not in TEXTS:
        raise NotFound("There is no such text.")
    return TEXTS[text]
