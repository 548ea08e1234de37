"""The words of notices are part of a change: drafted, checked, compared, approved by somebody else, sent from
then on, and gone back to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import html

from reviews.domain import LEARNING_REVIEWS
from reviews.notice_files import words_in_use
from reviews.notices import compose
from reviews.permissions import viewer_for
from reviews.shipped import bundle_files
from reviews.studio.changes import deploy_files, propose_files
from reviews.studio.differing import bundle_differences
from tests.app.conftest import A, Browser, House
from tests.app.test_studio import APPROVER, application, approve, become, begun, studio

assert application and become and studio  # fixtures

Become = Callable[[str], Browser]
TEXT = "agency_notice"
WORDS = {
    "subject": "{reference}: please prepare",
    "body": "Dear {name},\r\n\r\nPlease prepare.\r\n\r\n{link}",
}


@pytest.fixture(autouse=True)
def _whole_domain(studio: House) -> None:
    """The domain checks what the engine cannot read."""
    studio.database.domain = LEARNING_REVIEWS


@pytest.fixture
def owner(become: Become) -> Browser:
    return become("u_owner")


@pytest.fixture
def change(owner: Browser) -> str:
    return begun(owner, "chasing")


def _revision(page: str) -> str:
    return str(html.fromstring(page).xpath("//input[@name='revision']/@value")[0])


def _save(owner: Browser, change: str, text: str = TEXT, do: str = "save", **typed: str):  # type: ignore[no-untyped-def]
    path = f"{change}/notices/{text}"
    revision = typed.pop("revision", None) or _revision(owner.get(path).text)
    return owner.post(path, {**WORDS, **typed, "revision": revision, "do": do})


def _subject(house: House) -> str:
    with house.database.read() as session:
        return words_in_use(session, TEXT).subject


def test_words_are_drafted_approved_and_then_sent(
    owner: Browser, change: str, become: Become, studio: House
) -> None:
    shipped = _subject(studio)
    assert f"{change}/notices/" in owner.get(change).text
    assert _save(owner, change).status_code == 303
    assert "Yours" in owner.get(f"{change}/notices/").text
    assert _subject(studio) == shipped, "a draft is not sent"
    page = owner.get(change).text
    assert "The notice “Notice to an agency” (agency_notice) has another subject." in page
    assert owner.post(f"{change}/deploy", {}).status_code == 409, "nobody has approved it"
    assert owner.post(f"{change}/ask", {"why": "Shorter"}).status_code == 303
    assert _save(owner, change, subject="Late", revision="1").status_code == 422, "it waits for approval"
    assert approve(become(APPROVER), change) == 303
    assert owner.post(f"{change}/deploy", {}).status_code == 303
    assert _subject(studio) == "{reference}: please prepare"
    with studio.database.read() as session:
        sent = compose(
            session, text=TEXT, recipient="u_police", about=A, facts={}, base_url="https://x.example"
        )
    assert sent is not None and sent.subject == f"{A}: please prepare" and "Please prepare." in sent.body
    assert "partnership’s own words" in owner.get(f"/notices/texts/{TEXT}").text


def test_going_back_is_a_change_too(owner: Browser, change: str, become: Become, studio: House) -> None:
    shipped = _subject(studio)
    _save(owner, change)
    owner.post(f"{change}/ask", {"why": "Shorter"})
    approve(become(APPROVER), change)
    owner.post(f"{change}/deploy", {})
    back = begun(owner, "chasing")
    assert "Back to the shipped words" in owner.get(f"{back}/notices/{TEXT}").text
    assert _save(owner, back, do="restore").status_code == 303
    assert _subject(studio) == "{reference}: please prepare"
    owner.post(f"{back}/ask", {"why": "As before"})
    approve(become(APPROVER), back)
    assert owner.post(f"{back}/deploy", {}).status_code == 303
    assert _subject(studio) == shipped
    earlier = begun(owner, "chasing", number="2")
    assert WORDS["subject"] in owner.get(f"{earlier}/notices/").text


def test_a_preview_keeps_nothing(owner: Browser, change: str) -> None:
    page = _save(owner, change, do="preview")
    assert page.status_code == 200
    assert "MALR-2026-000: please prepare" in page.text and "Dear Sam Example," in page.text
    assert WORDS["subject"] in page.text, "what was typed is kept"
    assert "Yours" not in owner.get(f"{change}/notices/").text


@pytest.mark.parametrize(
    ("typed", "said", "where"),
    [
        ({"subject": "{reference_number}: please"}, "{reference_number} is not a placeholder", "subject"),
        ({"subject": "{name}: please"}, "locked screen", "subject"),
        ({"subject": "{list}"}, "locked screen", "subject"),
        ({"body": "About {child_name}"}, "no notice shows anything personal", "body"),
        ({"body": "Dear {name.__class__}"}, "{name.__class__} is not a placeholder", "body"),
        ({"body": "Dear {name"}, "A curly bracket stands alone", "body"),
        ({"subject": ""}, "The subject is empty", "subject"),
        ({"subject": "a" * 151}, "150 characters", "subject"),
        ({"body": " "}, "The text is empty", "body"),
        ({"body": "a" * 4001}, "4000 characters", "body"),
    ],
)
def test_words_that_cannot_be_sent_come_back_with_what_was_typed(
    owner: Browser, change: str, typed: dict[str, str], said: str, where: str
) -> None:
    for do in ("preview", "save"):
        page = _save(owner, change, do=do, **typed)
        assert page.status_code == 422
        tree = html.fromstring(page.text)
        links = tree.xpath("//*[contains(@class, 'govuk-error-summary__list')]//a")
        assert any(said in link.text_content() and link.get("href") == f"#{where}" for link in links), (
            page.text
        )
        kept = dict(tree.forms[-1].form_values())
        assert all(kept[name].strip() == text.strip() for name, text in typed.items())
    assert "Yours" not in owner.get(f"{change}/notices/").text


@pytest.mark.parametrize(
    ("name", "text", "rule", "where"),
    [
        ("agency_notice", "Subject\nText", "begins right below", "chasing"),
        ("agency_notce", "Subject\n\nText", "Did you mean", "chasing"),
        ("agency_notice", "Subject\n\nText without it", "{link} is left out", "chasing"),
        ("agency_notice", "Subject\n\n{dob}", "anything personal", "chasing"),
        ("agency_notice", "Subject\n\nText", "no words of notices of its own", "case_suggestion"),
    ],
)
def test_a_file_of_words_is_checked_like_every_other(
    owner: Browser, name: str, text: str, rule: str, where: str
) -> None:
    change = begun(owner, where)
    added = owner.post(f"{change}/files/", {"name": f"{name}.notice", "text": text})
    assert added.status_code == 303
    assert rule in owner.get(change).text
    asked = owner.post(f"{change}/ask", {"why": "A try"})
    assert asked.status_code == (303 if "left out" in rule else 422)


def test_two_people_do_not_overwrite_each_other(owner: Browser, change: str, become: Become) -> None:
    assert _save(owner, change).status_code == 303
    late = _save(become("u_owner2"), change, revision="0", subject="Mine")
    assert late.status_code == 409
    assert "saved this while you wrote" in late.text and "Mine" in late.text
    assert "MALR-2026-000: please prepare" in late.text, "theirs is shown beside it"


def test_only_process_owners_change_words(change: str, become: Become) -> None:
    approver = become(APPROVER)
    assert approver.get(f"{change}/notices/").status_code == 200
    page = approver.get(f"{change}/notices/{TEXT}")
    assert page.status_code == 200 and "<textarea" not in page.text
    assert approver.post(f"{change}/notices/{TEXT}", {**WORDS, "do": "save"}).status_code == 403
    assert become("u_police").get(f"{change}/notices/").status_code == 403


def test_a_change_of_a_process_has_no_words_of_notices(owner: Browser) -> None:
    change = begun(owner)
    assert owner.get(f"{change}/notices/").status_code == 404
    assert owner.get(f"{change}/notices/{TEXT}").status_code == 404
    assert f"{change}/notices/" not in owner.get(change).text
    reminders = begun(owner, "chasing")
    assert owner.get(f"{reminders}/notices/unknown").status_code == 404


def test_the_words_of_a_release_need_no_file(owner: Browser, change: str, studio: House) -> None:
    with studio.database.read() as session:
        shipped = words_in_use(session, TEXT)
    _save(owner, change)
    _save(owner, change, subject=shipped.subject, body=shipped.body)
    assert "Yours" not in owner.get(f"{change}/notices/").text
    assert "Nothing yet" in owner.get(change).text


def test_whoever_brings_the_table_alone_keeps_the_words(
    owner: Browser, change: str, become: Become, studio: House
) -> None:
    _save(owner, change)
    owner.post(f"{change}/ask", {"why": "Shorter"})
    approve(become(APPROVER), change)
    owner.post(f"{change}/deploy", {})
    table = bundle_files("chasing")["chasing.dmn"].replace("a friendly word", "a kind word")
    with studio.database.write() as session:
        viewer = viewer_for(session, "u_owner", studio.clock.now().date())
        proposed = propose_files(session, viewer, "chasing", {"chasing.dmn": table}, why="Kinder")
    assert approve(become(APPROVER), f"/studio/changes/{proposed}") == 303
    with studio.database.write() as session:
        viewer = viewer_for(session, "u_owner", studio.clock.now().date())
        version = deploy_files(session, viewer, "chasing", {"chasing.dmn": table}, note="Kinder")
        assert f"{TEXT}.notice" in version.files
    assert _subject(studio) == "{reference}: please prepare"


def test_differences_are_told_against_the_words_of_the_release() -> None:
    old = bundle_files("chasing")
    new = {**old, f"{TEXT}.notice": "Another\n\nDear {name}\n"}
    told = [each.sentence for each in bundle_differences(old, new)]
    assert len(told) == 2 and "another subject" in told[0] and "another text" in told[1]
    (one,) = bundle_differences(new, {**new, f"{TEXT}.notice": "Another\n\nDear all\n"})
    assert (one.before, one.after) == ("Dear {name}", "Dear all")
    assert bundle_differences(new, old)


@pytest.mark.parametrize(
    "text", ["", "\n\n\n", "{name.__class__}", "{{ 7 * 7 }}", "x\r\nBcc: a@b.example\n\ny", "{"]
)
def test_smuggled_words_are_inert(studio: House, text: str) -> None:
    """Put straight into the database, past every check: a notice leaves, and nothing in it is run."""
    from engine import Actor
    from engine.deployment import store_version

    with studio.database.write() as session:
        files = {**bundle_files("chasing"), f"{TEXT}.notice": text}
        store_version(session, "chasing", files, note="", by=Actor("nobody"), approved_by=None)
    with studio.database.read() as session:
        sent = compose(
            session, text=TEXT, recipient="u_police", about=A, facts={}, base_url="https://x.example"
        )
    assert sent is not None
    assert "\n" not in sent.subject and "\r" not in sent.subject
    assert "49" not in sent.subject + sent.body and "class" not in sent.subject + sent.body
