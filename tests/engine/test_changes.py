"""A change of a process: two writers never overwrite each other, somebody else approves it, and nothing else
is put into use."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

import engine
from engine import Actor, BundleRefused, Database, NotFound, Refused, StaleFile, VirtualClock, changes
from tests.engine.case import Case
from tests.engine.drawing import bundle, draw, user

ANN, BEN, CAT = Actor("ann"), Actor("ben"), Actor("cat")
ONE = bundle(draw("p", user("a"), flows="begin>a a>done"))
TWO = bundle(draw("p", user("a"), user("b"), flows="begin>a a>b b>done"))


@pytest.fixture
def in_use(database: Database) -> Database:
    """A database where version 1 of the process is in use."""
    with database.write() as session:
        engine.deploy_first(session, "p", ONE, note="first", by=ANN)
    return database


def begin(database: Database, number: int | None = None) -> UUID:
    with database.write() as session:
        return changes.begin_change(session, "p", title="A second step", by=ANN, number=number)


def save(
    database: Database, change: UUID, name: str, text: str | None, revision: int, by: Actor = ANN
) -> int:
    with database.write() as session:
        return changes.save_file(session, change, name, text, revision=revision, by=by)


def drafted(database: Database, files: dict[str, str] = TWO, by: Actor = ANN) -> UUID:
    """A change that makes the process `files`."""
    change = begin(database)
    with database.write() as session:
        now = {row.name: row.revision for row in changes.change_files(session, change)}
        for name in {**now, **files}:
            changes.save_file(session, change, name, files.get(name), revision=now.get(name, 0), by=by)
    return change


def asked(database: Database, change: UUID) -> str:
    with database.write() as session:
        return changes.ask_approval(session, change, why="Cases need a second look.", by=ANN)


def approved(database: Database, change: UUID, by: Actor = BEN) -> None:
    checksum = asked(database, change)
    with database.write() as session:
        changes.approve(session, change, checksum=checksum, comment="", by=by)


def deploy(database: Database, change: UUID) -> int:
    with database.write() as session:
        return changes.deploy(session, change, by=ANN).number


def status(database: Database, change: UUID) -> str:
    with database.read() as session:
        return changes.change(session, change).status


def test_what_a_second_person_has_approved_becomes_the_next_version(in_use: Database) -> None:
    change = drafted(in_use)
    approved(in_use, change)
    assert deploy(in_use, change) == 2
    with in_use.read() as session:
        newest = engine.newest_version(session, "p")
        assert newest is not None
        assert (newest.files, newest.approved_by, newest.deployed_by) == (TWO, "ben", "ann")
        assert changes.change(session, change).deployed_number == 2
        kinds = [event.kind for event in engine.history(session, "p")]
    assert kinds == [
        "process.deployed", "change.begun", "change.asked", "change.approved", "process.deployed"
    ]  # fmt: skip


def test_running_cases_stay_on_the_version_they_began_with(database: Database) -> None:
    case = Case(database, draw("p", user("a"), flows="begin>a a>done"))
    change = drafted(database)
    approved(database, change)
    deploy(database, change)
    case.complete("a")
    assert case.open() == []


@pytest.mark.parametrize("step", ["editing", "asked", "returned", "taken back", "discarded"])
def test_nothing_is_put_into_use_that_nobody_approved(in_use: Database, step: str) -> None:
    change = drafted(in_use)
    if step != "editing":
        asked(in_use, change)
    with in_use.write() as session:
        if step == "returned":
            changes.return_change(session, change, comment="Name the step better.", by=BEN)
        if step == "taken back":
            changes.take_back(session, change, by=ANN)
        if step == "discarded":
            changes.discard_change(session, change, by=ANN)
    with pytest.raises(Refused, match="Nobody has approved"):
        deploy(in_use, change)
    with in_use.read() as session:
        assert len(engine.deployed(session)) == 1


def test_only_the_very_first_version_needs_no_change(in_use: Database) -> None:
    with in_use.write() as session:
        assert engine.deploy_first(session, "p", ONE, note="again", by=ANN).number == 1
    with pytest.raises(Refused, match="somebody else approved"), in_use.write() as session:
        engine.deploy_first(session, "p", TWO, note="by the back door", by=ANN)


def test_nobody_approves_what_they_wrote_or_asked_for(in_use: Database) -> None:
    change = drafted(in_use)
    with in_use.read() as session:
        written = next(r for r in changes.change_files(session, change) if r.name == "process.bpmn")
    save(in_use, change, "process.bpmn", TWO["process.bpmn"] + "\n", written.revision, by=CAT)
    checksum = asked(in_use, change)
    for author in (ANN, CAT):
        with pytest.raises(Refused, match="Somebody else"), in_use.write() as session:
            changes.approve(session, change, checksum=checksum, comment="", by=author)
        with pytest.raises(Refused, match="Somebody else"), in_use.write() as session:
            changes.return_change(session, change, comment="No.", by=author)
    with in_use.write() as session:
        changes.approve(session, change, checksum=checksum, comment="", by=BEN)


def test_an_approver_approves_what_they_looked_at(in_use: Database) -> None:
    change = drafted(in_use)
    seen = asked(in_use, change)
    with in_use.write() as session:
        changes.take_back(session, change, by=ANN)
    save(in_use, change, "process.bpmn", TWO["process.bpmn"] + "\n", 1)
    asked(in_use, change)
    with pytest.raises(Refused, match="no longer what you looked at"), in_use.write() as session:
        changes.approve(session, change, checksum=seen, comment="", by=BEN)


@pytest.mark.parametrize("stage", ["asked", "approved", "deployed", "discarded"])
def test_what_is_asked_for_or_ended_is_not_edited(in_use: Database, stage: str) -> None:
    change = drafted(in_use)
    if stage == "asked":
        asked(in_use, change)
    elif stage == "discarded":
        with in_use.write() as session:
            changes.discard_change(session, change, by=ANN)
    else:
        approved(in_use, change)
        if stage == "deployed":
            deploy(in_use, change)
    with pytest.raises(Refused):
        save(in_use, change, "process.bpmn", "other", 1)


def test_an_approval_is_gone_when_the_change_is_taken_back(in_use: Database) -> None:
    change = drafted(in_use)
    approved(in_use, change)
    with in_use.write() as session:
        changes.take_back(session, change, by=ANN)
    with pytest.raises(Refused, match="Nobody has approved"):
        deploy(in_use, change)


def test_a_change_given_back_says_why_and_is_edited_again(in_use: Database) -> None:
    change = drafted(in_use)
    asked(in_use, change)
    with pytest.raises(Refused, match="Say what should be different"), in_use.write() as session:
        changes.return_change(session, change, comment="  ", by=BEN)
    with in_use.write() as session:
        changes.return_change(session, change, comment="Name the step better.", by=BEN)
    assert status(in_use, change) == "returned"
    save(in_use, change, "process.bpmn", TWO["process.bpmn"] + "\n", 1)
    assert status(in_use, change) == "editing"


def test_two_writers_of_one_file_never_overwrite_each_other(in_use: Database) -> None:
    change = begin(in_use)
    assert save(in_use, change, "process.bpmn", "of Ann", 0) == 1
    with pytest.raises(StaleFile) as other:
        save(in_use, change, "process.bpmn", "of Ben", 0, by=BEN)
    assert (other.value.revision, other.value.text, other.value.saved_by) == (1, "of Ann", "ann")
    assert save(in_use, change, "process.bpmn", "of both", 1, by=BEN) == 2
    assert save(in_use, change, "a.form", "{ }", 0, by=BEN) == 1, "another file is nobody's business"


def test_every_sitting_is_kept_and_can_be_gone_back_to(in_use: Database) -> None:
    change = begin(in_use)
    clock = in_use.clock
    assert isinstance(clock, VirtualClock)
    save(in_use, change, "process.bpmn", "1", 0)
    save(in_use, change, "process.bpmn", "2", 1)
    clock.advance(timedelta(minutes=6))
    save(in_use, change, "process.bpmn", "3", 2)
    save(in_use, change, "process.bpmn", "4", 3, by=BEN)
    with in_use.read() as session:
        kept = [
            (row.revision, row.text, row.by)
            for row in changes.change_history(session, change, "process.bpmn")
        ]
    assert kept == [(4, "4", "ben"), (3, "3", "ann"), (2, "2", "ann")]
    with in_use.write() as session:
        assert changes.restore_file(session, change, "process.bpmn", 2, revision=4, by=ANN) == 5
        assert changes.files_of(session, change)["process.bpmn"] == "2"
        assert changes.restore_file(session, change, "process.bpmn", 0, revision=5, by=ANN) == 6
        assert changes.files_of(session, change) == ONE
        with pytest.raises(NotFound):
            changes.restore_file(session, change, "process.bpmn", 1, revision=6, by=ANN)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("../p.bpmn", "x"),
        ("p.py", "x"),
        ("P.BPMN", "x"),
        ("scenarios/../../x.yaml", "x"),
        ("process.bpmn", "a\x00b"),
        ("process.bpmn", "\ud800"),
        ("process.bpmn", "x" * 1_048_577),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused_in_words(in_use: Database, name: str, text: str) -> None:
    change = begin(in_use)
    with pytest.raises(Refused) as no:
        save(in_use, change, name, text, 0)
    assert str(no.value).endswith(".")


def test_approval_is_not_asked_for_what_is_unsound_or_unchanged(in_use: Database) -> None:
    change = begin(in_use)
    with pytest.raises(Refused, match="Nothing differs"):
        asked(in_use, change)
    save(in_use, change, "process.bpmn", "<open>", 0)
    with pytest.raises(BundleRefused):
        asked(in_use, change)
    with pytest.raises(Refused, match="what changes and why"), in_use.write() as session:
        changes.ask_approval(session, change, why=" ", by=ANN)
    assert status(in_use, change) == "editing"


def test_of_two_changes_the_second_is_brought_up_to_the_first(in_use: Database) -> None:
    first, second = (
        drafted(in_use),
        drafted(in_use, {**ONE, "a.form": '{"other": 1}', "process.bpmn": ONE["process.bpmn"] + "\n"}),
    )
    approved(in_use, first)
    deploy(in_use, first)
    with pytest.raises(Refused, match="Version 2 was put into use"):
        asked(in_use, second)
    with in_use.read() as session:
        assert changes.overtaken(session, second) == {"b.form": False, "process.bpmn": True}
    with pytest.raises(Refused, match=r"process\.bpmn"), in_use.write() as session:
        changes.bring_in(session, second, {}, by=ANN)
    with in_use.write() as session:
        changes.bring_in(session, second, {"process.bpmn": "theirs"}, by=ANN)
        assert changes.files_of(session, second) == {**TWO, "a.form": '{"other": 1}'}
        assert changes.overtaken(session, second) == {}
        kept = {row.text for row in changes.change_history(session, second, "process.bpmn")}
    assert kept, "the text that gave way is in the file's history"


def test_an_approved_change_that_was_overtaken_is_not_put_into_use(in_use: Database) -> None:
    first, second = drafted(in_use), drafted(in_use, {**ONE, "process.bpmn": ONE["process.bpmn"] + "\n"})
    approved(in_use, first)
    approved(in_use, second)
    deploy(in_use, first)
    with pytest.raises(Refused, match="Bring it in first"):
        deploy(in_use, second)


def test_going_back_makes_an_earlier_bundle_the_newest_version(in_use: Database) -> None:
    first = drafted(in_use)
    approved(in_use, first)
    deploy(in_use, first)
    back = begin(in_use, number=1)
    approved(in_use, back)
    assert deploy(in_use, back) == 3
    with in_use.read() as session:
        newest = engine.newest_version(session, "p")
        assert newest is not None
        assert newest.files == ONE


def test_a_discarded_change_can_be_brought_back(in_use: Database) -> None:
    change = drafted(in_use)
    with in_use.write() as session:
        changes.discard_change(session, change, by=ANN)
    with in_use.write() as session:
        changes.bring_back(session, change, by=BEN)
    approved(in_use, change)
    assert deploy(in_use, change) == 2
