"""Rules of the words of notices, as parts of a change: placeholders that there are, nothing personal where
others see it, a subject and a text that fit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine import Finding
from engine.chasing import TABLE
from engine.checks.rule import Faults, Rule, rule
from engine.scenarios import hint, quoted
from reviews.notice_files import ENDING, taken_apart, text_in
from reviews.texts import PLACEHOLDERS, TEXTS

LONGEST_SUBJECT = 150
LONGEST_BODY = 4000
IN_SUBJECTS = ("reference", "date", "board")
NEEDED = ("link", "list", "digest")
PLACE = re.compile(r"\{([^{}]*)\}")
_PERSONAL = re.compile(
    r"child|famil|initial|birth|dob|nhs|address|phone|parent|mother|father|sibling|school", re.I
)


@dataclass(frozen=True)
class Place:
    """The subject or the text of a notice, as findings name it."""

    id: str
    line: int


SUBJECT, BODY = Place("subject", 1), Place("body", 3)


@dataclass(frozen=True)
class NoticeFile:
    """One file: the bundle it is in, the text it is for, its words."""

    process: str
    text: str
    content: str

    @property
    def parts(self) -> tuple[tuple[Place, str], tuple[Place, str]]:
        """Subject and text, each with its place."""
        subject, body = taken_apart(self.content)
        return (SUBJECT, subject), (BODY, body)


def notice_findings(process: str, files: Mapping[str, str]) -> list[Finding]:
    """What is wrong with the notices of a bundle. Never raises for what is in them."""
    return [
        found
        for name, content in sorted(files.items())
        if name.endswith(ENDING)
        for each in NOTICE_RULES
        for found in each.findings(NoticeFile(process, text_in(name), content), name)
    ]


def wrong_words(text: str, content: str) -> list[tuple[str, str]]:
    """What keeps words of a notice from being used: which part (subject or body), and a sentence."""
    found = notice_findings(TABLE, {f"{text}{ENDING}": content})
    return [(each.element or "subject", each.sentence) for each in found if each.severity == "error"]


@rule("notice_place", "notices", "Take the file out here, and change the reminders and notices.")
def notices_stand_beside_the_reminders(subject: NoticeFile) -> Faults:
    """The words of notices belong to the bundle of the reminders: every process sends the same."""
    if subject.process != TABLE:
        yield None, "A process has no words of notices of its own."


@rule("notice_name", "notices", "Take the file out.")
def notices_are_known(subject: NoticeFile) -> Faults:
    """A file holds the words of a notice that there is."""
    if subject.text not in TEXTS:
        yield None, f"Nothing sends a notice {quoted(subject.text)}.", hint(subject.text, TEXTS)


@rule("notice_subject", "notices", "Write the subject into the first line, and leave the second one empty.")
def subjects_fit(subject: NoticeFile) -> Faults:
    """A notice has a subject of one line, of 150 characters at most."""
    words, body = taken_apart(subject.content)
    if not words.strip():
        yield SUBJECT, "The subject is empty."
    elif len(words) > LONGEST_SUBJECT or "\r" in words:
        yield SUBJECT, f"The subject must be one line of {LONGEST_SUBJECT} characters or fewer."
    elif body and not subject.content.startswith(f"{words}\n\n"):
        yield SUBJECT, "The text begins right below the subject."


@rule("notice_body", "notices", "Write what the reader needs to know, and no more.")
def texts_fit(subject: NoticeFile) -> Faults:
    """A notice has a text, of 4,000 characters at most."""
    _, body = taken_apart(subject.content)
    if not body.strip():
        yield BODY, "The text is empty."
    elif len(body) > LONGEST_BODY:
        yield BODY, f"The text must be {LONGEST_BODY} characters or fewer."


@rule("notice_placeholder", "notices", f"These are: {', '.join(f'{{{each}}}' for each in PLACEHOLDERS)}.")
def placeholders_are_known(subject: NoticeFile) -> Faults:
    """What stands in curly brackets is filled in by a fixed list, and by nothing else."""
    for place, words in subject.parts:
        for name in sorted(set(PLACE.findall(words)) - set(PLACEHOLDERS)):
            if not _PERSONAL.search(name):
                yield place, f"{{{name[:60]}}} is not a placeholder."
        if re.search(r"[{}]", PLACE.sub("", words)):
            yield place, "A curly bracket stands alone.", "Write a placeholder as {reference}."


@rule("notice_personal", "notices", "Write {reference}: whoever may read more finds it after signing in.")
def nothing_personal_is_shown(subject: NoticeFile) -> Faults:
    """A notice shows nothing of a child or a family; its subject, which others see on a locked screen, no
    name and no list of steps either."""
    for place, words in subject.parts:
        for name in sorted(set(PLACE.findall(words)) - set(PLACEHOLDERS)):
            if _PERSONAL.search(name):
                yield place, f"{{{name[:60]}}} is not a placeholder: no notice shows anything personal."
    (place, words), _ = subject.parts
    for name in sorted(set(PLACE.findall(words)) & set(PLACEHOLDERS) - set(IN_SUBJECTS)):
        yield place, f"{{{name}}} may not stand in a subject, which others see on a locked screen."


@rule("notice_needs", "notices", "Put it in again.", severity="warning")
def what_the_reader_needs_is_there(subject: NoticeFile) -> Faults:
    """A notice keeps the link, the list or the digest that the words of the release have."""
    shipped, (_, (place, words)) = TEXTS.get(subject.text), subject.parts
    for name in NEEDED:
        if shipped is not None and f"{{{name}}}" in shipped.body and f"{{{name}}}" not in words:
            yield place, f"{{{name}}} is left out: the reader has nothing to go by."


NOTICE_RULES: tuple[Rule[NoticeFile], ...] = (
    notices_stand_beside_the_reminders,
    notices_are_known,
    subjects_fit,
    texts_fit,
    placeholders_are_known,
    nothing_personal_is_shown,
    what_the_reader_needs_is_there,
)
