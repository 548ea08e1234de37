"""A copy of a running review is rehearsed by those who may see it and the processes, in its own version or
moved; that it was read is in the audit log, and nothing else is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from reviews.models import PersonRole
from reviews.shipped import bundle_files
from tests.app.conftest import A, Browser, House
from tests.app.test_studio_rehearsal import REVIEW, looked, noted, rows
from tests.versions import put_into_use

SignIn = Callable[[str], Browser]


def test_who_may_see_the_review_rehearses_a_copy_of_it(house: House, sign_in: SignIn) -> None:
    office = sign_in("u_office")
    assert f'<option value="{A}">' in office.get(REVIEW).text, "it is offered"
    before = rows(house)
    answer = office.post(REVIEW, {"days": "30", "people": "nobody", "case": A.lower()})
    assert answer.status_code == 200
    result = answer.text.split('id="result"')[1]
    assert f"A copy of {A}, in its own version." in result
    assert "Prepare for the meeting is late" in result
    assert A not in answer.request.full_path, "it is not in the address"
    after = rows(house)
    changed = {name for name, count in after.items() if count != before[name]}
    assert changed <= {"event", "event_seal"}, "nothing but the note that it was read"
    assert ("u_office", A, "rehearsal") in noted(house)


def test_who_may_not_see_it_learns_nothing(house: House, sign_in: SignIn) -> None:
    with house.database.write() as session:
        session.add(PersonRole(person="u_nurse", role="process_owner", agency=None, from_on=date(2020, 1, 1)))
    owner = sign_in("u_nurse")
    assert A not in owner.get(REVIEW).text
    theirs, nowhere = (owner.post(REVIEW, {"days": "30", "case": case}) for case in (A, "MALR-2031-777"))
    assert theirs.status_code == nowhere.status_code == 422
    assert "There is no review at work with this reference." in theirs.text
    one, other = (page.text.split("<main")[1].split("csrf_token")[0] for page in (theirs, nowhere))
    assert one == other
    assert not [each for each in noted(house) if each[0] == "u_nurse"]
    assert sign_in("u_police").post(REVIEW, {"days": "30", "case": A}).status_code == 403, "sees no processes"


def test_a_copy_goes_on_in_its_own_version_or_in_the_rehearsed_one(house: House, sign_in: SignIn) -> None:
    files = bundle_files("learning_review")
    name = "learning_review.bpmn"
    old = "15 working days, at latest 5"
    assert old in files[name]
    files[name] = files[name].replace(old, "12 working days, at latest 5")
    with house.database.write() as session:
        put_into_use(session, files, "learning_review")
    office, told = sign_in("u_office"), {"people": "nobody", "case": A}
    address = f"{REVIEW}?of=version-2&against=version-1"
    assert "Nothing in these days." in looked(office, address, **told), "it stays in its own in both"
    moved = looked(office, address, moved="yes", **told)
    assert "moved to this version" in moved
    assert "earlier here" in moved.split("Day by day")[1]
