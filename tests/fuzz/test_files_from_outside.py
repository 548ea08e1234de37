"""Documents that people add, calendars that we write, exports and backups: they are read, or refused."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
import zipfile
from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from app.backup.manifest import unpacked
from app.backup.sealed_file import Unreadable, read_header
from engine import Refused, verify_export
from forms.dates import DateProblem, parse_date, parse_time
from forms.patterns import pattern_fault
from reviews.calendar_files import event_file
from reviews.disclosure_check.file_texts import words_of_file
from reviews.files.examining import examine
from reviews.files.stripping import stripped
from reviews.models import LearningEvent
from tests.app import samples
from tests.fuzz import HOSTILE, bounded, budget, changed_bytes, changed_words, seeds

STAMP = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
ODD_NAMES = ("../x", "/etc/x", "a" * 400, "word/vbaProject.bin")
texts = st.one_of(st.text(max_size=60), st.sampled_from(HOSTILE))
kept = texts.filter(lambda text: text.isprintable())  # a form refuses what no database keeps


def _packed_again(content: bytes, seed: int) -> bytes:
    """The archive with a part changed, renamed, or grown a thousand times."""
    chance, out = random.Random(seed), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    chosen = chance.randrange(len(parts))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, part) in enumerate(parts):
            if number != chosen:
                archive.writestr(name, part)
                continue
            how = chance.randrange(4)
            if how == 0:
                archive.writestr(name, changed_bytes(part, seed))
            elif how == 1:
                archive.writestr(
                    name, changed_words(part.decode("utf-8", "replace"), seed).encode("utf-8", "replace")
                )
            elif how == 2:
                archive.writestr(name, part * 1000 + b" " * 40_000_000)
            else:
                archive.writestr(
                    chance.choice(["../x", "/etc/x", "a" * 400, "word/vbaProject.bin", name.upper()]), part
                )
    return out.getvalue()


@pytest.mark.filterwarnings("ignore")  # what the libraries say of damaged files
@bounded(80)
@given(st.sampled_from(sorted(samples.GOOD)), seeds, st.booleans())
def test_any_document_is_taken_or_refused(name: str, seed: int, inside: bool) -> None:
    good = samples.GOOD[name]
    packed = inside and good.startswith(b"PK")
    content = _packed_again(good, seed) if packed else changed_bytes(good, seed)
    with budget(seconds=5), suppress(Refused):
        found = examine(name, content)
        words_of_file(found.type, content)
        stripped(found.type, content)


@bounded(100)
@given(texts, st.binary(max_size=200))
def test_any_name_and_any_bytes_are_taken_or_refused(name: str, content: bytes) -> None:
    for ending in ("", ".pdf", ".docx", ".png", ".csv", ".txt"):
        with budget(), suppress(Refused):
            assert examine(name + ending, content).name.isprintable()


@bounded(80)
@given(kept, kept, st.one_of(kept, st.times().map(str)), st.one_of(kept, st.times().map(str)))
def test_any_words_make_a_calendar_that_says_them(title: str, place: str, begins: str, ends: str) -> None:
    event = LearningEvent(
        id=UUID(int=1), title=title, place=place, begins=begins, ends=ends, held_on=dt.date(2026, 12, 1)
    )
    with budget():
        found = event_file(event, stamp=STAMP)
    assert all(len(line) <= 75 for line in found.split(b"\r\n"))
    read = Calendar.from_ical(found)
    assert [part.name for part in read.walk()] == ["VCALENDAR", "VEVENT"]
    assert set(read.walk("VEVENT")[0]) <= {
        "UID", "SUMMARY", "DTSTAMP", "DTSTART", "DTEND", "LOCATION", "TRANSP", "CLASS", "SEQUENCE", "STATUS"
    }  # fmt: skip


GOOD_EXPORT = [
    {"anchor": 1, "at": "2026-11-23T09:00:00+00:00", "heads": [["A", 1, "0" * 64]], "digest": "0" * 64},
    {"business_key": "A", "number": 1, "before": "0" * 64, "digest": "1" * 64, "kind": "instance.started"},
]
lines = st.one_of(
    texts,
    st.tuples(st.sampled_from(GOOD_EXPORT), seeds).map(
        lambda told: changed_words(json.dumps(told[0]), told[1])
    ),
    st.sampled_from(
        ["null", "[]", "3", '{"anchor": 1}', '{"anchor": [], "heads": 3}', '{"business_key": []}']
    ),
)


@bounded(150)
@given(st.lists(lines, max_size=4))
def test_any_export_of_the_log_is_read_or_has_findings(told: list[str]) -> None:
    with budget():
        verdict = verify_export(told)
    assert all(found.sentence for found in verdict.findings)


@bounded(100)
@given(st.binary(max_size=400), seeds)
def test_any_backup_is_read_or_refused(content: bytes, seed: int) -> None:
    good = b'Roundtable backup 1\n{"id": "x", "made": "2026-11-23"}\n' + content
    for told in (content, good, changed_bytes(good, seed)):
        with budget(), suppress(Unreadable):
            read_header(io.BytesIO(told))
        with budget(), suppress(ValueError):
            unpacked(iter([told[:3], told[3:]]))


parts = st.sampled_from(["day", "month", "year"])
dates = st.one_of(texts, st.none(), st.integers(), st.lists(texts, max_size=4), st.dictionaries(parts, texts))


@bounded(150)
@given(dates)
def test_any_date_and_time_is_read_or_refused(raw: object) -> None:
    with budget(), suppress(DateProblem):
        parse_date(raw)
    with budget(), suppress(DateProblem):
        parse_time(raw)


@bounded(150)
@given(st.one_of(texts, st.from_regex(r"[\[\](){}|*+?a-z\\^$.0-9,-]{0,30}", fullmatch=True)))
def test_any_pattern_is_safe_or_refused(pattern: str) -> None:
    with budget():
        assert isinstance(pattern_fault(pattern), str)
