"""P12: "The chair of the meeting will then pull together a summary of the case and the learning": in two
versions, and not alone. Frankie chairs and sends it; Devon (business manager) and Ashby (lead of Children's
Social Care) write the parts that they are asked to.
"""

from __future__ import annotations

import threading
from typing import Any

from sqlalchemy import select

from app.auth.tokens import SCOPES, Tokens
from engine import Actor, StaleRevision, SystemClock, task
from engine.models import UserTask
from reviews.writing.texts import history, keep, standing
from tests.policy import answers
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.journey import at_fact_check, at_summary, typed

WORKED, LEARNED, PLAN = "what-worked-well", "what-we-learned", "recommendations"


def asks(p: Partnership, href: str, name: str, *parts: str) -> Page:
    """Frankie asks somebody to write parts."""
    page = p.frankie.open(f"{_task(p.frankie, href)}/writers/")
    return p.frankie.submit(page.form("/writers/"), page.path, {"person": f"u_{name}", "parts": list(parts)})


def opens(person: Person, href: str, part: str) -> Page:
    """The screen of one part."""
    return person.open(f"{href}?page={part}")


def saves(person: Person, page: Page, given: dict[str, Any]) -> Page:
    """Press Save on a screen that was opened before, whatever happened since."""
    return person.submit(page.form(page.path), page.path, given, "later")


def _task(person: Person, href: str) -> str:
    return person.open(href).path.rpartition("/")[0]


def test_two_people_write_different_parts_at_once_and_nothing_is_lost(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    href = p.frankie.finds("summary", ref).href
    asks(p, href, "devon", PLAN)
    p.tick()
    assert f"{ref}: you are asked to write parts of the summary" in p.letters_to("devon")
    assert href in p.devon.open("/").links("")
    mine, theirs = opens(p.frankie, href, WORKED), opens(p.devon, href, PLAN)
    made = {"recommendations": answers.summary(p.today, [])["recommendations"]}
    saves(p.devon, theirs, made)
    saves(p.frankie, mine, {"went_well": "The nurse asked again.", "shared_went_well": "Somebody asked."})
    listed = p.frankie.open(href).words
    assert "Devon" in listed and "is writing here, just now" in listed
    assert typed(opens(p.frankie, href, PLAN), "recommendations-1-text").startswith(
        "Plans reach every agency"
    )
    whole = p.frankie.open(f"{_task(p.frankie, href)}/writing/read").words
    assert "The nurse asked again." in whole and "Plans reach every agency" in whole
    p.frankie.answers(href, {k: v for k, v in answers.summary(p.today, []).items() if k not in made})
    assert "Plans reach every agency on the same day" in p.frankie.open(f"/reviews/{ref}/learning").words


def test_two_people_write_the_same_part_at_once_and_choose_between_both_texts(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_summary(p)
    href = p.frankie.finds("summary", ref).href
    asks(p, href, "devon", WORKED)
    mine, theirs = opens(p.frankie, href, WORKED), opens(p.devon, href, WORKED)
    saves(p.devon, theirs, {"went_well": "The school kept a diary."})
    both = saves(p.frankie, mine, {"went_well": "The nurse asked again."})
    assert both.path.endswith("/writing/both")
    assert "The school kept a diary." in both.words and "The nurse asked again." in both.words
    assert p.frankie.submit(both.form("/both"), both.path, {}).status == 422, "nobody chooses for them"
    joined = p.frankie.submit(both.form("/both"), both.path, {"went_well": "both"})
    assert typed(joined, "went_well") == "The school kept a diary.\n\nThe nurse asked again."
    earlier = p.frankie.open(f"{_task(p.frankie, href)}/writing/earlier?part={WORKED}")
    for words in ("Stands now", "Set aside", "Chosen from two texts", "Devon"):
        assert words in earlier.words
    assert earlier.tree is not None
    devons = [form for form in earlier.tree.forms if form.xpath(".//button[contains(., 'Bring')]")][-1]
    back = p.frankie.submit(devons, earlier.path, {})
    assert typed(back, "went_well") == "The school kept a diary.", "an earlier text stands again"
    again = p.frankie.open(f"{_task(p.frankie, href)}/writing/earlier?part={WORKED}").words
    assert "The nurse asked again." in again, "and what stood is not lost"


def test_what_is_typed_is_saved_and_never_over_somebody_elses_newer_text(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    href = p.frankie.finds("summary", ref).href
    asks(p, href, "devon", WORKED)
    page = opens(p.frankie, href, WORKED)
    token = dict(page.form(page.path).form_values())["csrf_token"]
    body = {"csrf_token": token, "page": WORKED, "went_well": "The nurse", "shared_went_well": ""}
    draft = f"{_task(p.frankie, href)}/draft"

    def types(words: str, revision: int) -> Any:
        sent = {**body, "went_well": words}
        headers = {"If-Match": f'"{revision}"', "Accept": "application/json"}
        return p.frankie.client.put(draft, data=sent, headers=headers)

    first = types("The nurse", 0).get_json()["revision"]
    second = types("The nurse asked", first).get_json()["revision"]
    saves(p.frankie, page, {"went_well": "The nurse asked again."})  # the page still names revision 0
    with p.database.read() as session:
        kept = history(session, session.scalars(_summary_of(ref)).one(), WORKED)
    assert [text.answers["went_well"] for text in kept] == ["The nurse asked again.", "The nurse asked"], (
        "one sitting is one text; what was written over from another window stays"
    )
    saves(p.devon, opens(p.devon, href, WORKED), {"went_well": "The school kept a diary."})
    assert types("The nurse asked again and again", second).status_code == 412
    assert typed(opens(p.frankie, href, WORKED), "went_well") == "The school kept a diary."


def test_only_who_does_the_step_sends_it_and_only_what_they_have_read(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    href = p.frankie.finds("summary", ref).href
    asks(p, href, "devon", WORKED)
    p.frankie._answer_screens(p.frankie.open(href).path, answers.summary(p.today, []))
    read = p.frankie.open(f"{href}?page=check")
    saves(p.devon, opens(p.devon, href, WORKED), {"went_well": "The school kept a diary."})
    assert p.devon.open(f"{href}?page=check").status == 404
    sent = p.frankie.submit(read.form(read.path), read.path, {}, "send")
    assert sent.status == 409 and "Somebody has written since" in sent.words
    assert "The school kept a diary." in sent.words, "what is there now is shown"
    late = opens(p.devon, href, WORKED)
    done = p.frankie.submit(sent.form(read.path), read.path, {}, "send")
    assert done.path.endswith("/done")
    over = saves(p.devon, late, {"went_well": "One sentence more."})
    assert over.status == 409 and "kept as a draft that only you can see" in over.words
    assert "One sentence more." in p.devon.open(f"{href}?kept=yes").words
    assert "The school kept a diary." in p.frankie.open(f"/reviews/{ref}/learning").words


def test_who_is_asked_opens_their_parts_and_no_others(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    href = p.frankie.finds("summary", ref).href
    here = _task(p.frankie, href)
    assert p.ashby.open(href).status == 403, "a lead who was not asked"
    asks(p, href, "ashby", WORKED)
    assert opens(p.ashby, href, WORKED).status == 200
    for closed in (f"{href}?page=what-happened", f"{href}?page=check", f"{here}/writing/earlier?part={PLAN}"):
        assert p.ashby.open(closed).status == 404, closed
    assert "child who likes" not in p.ashby.open(f"{here}/writing/read").words
    assert p.ashby.open(f"{here}/writers/").status == 403, "only the author asks others"
    for address in (href, f"{here}/writing/read", f"{here}/writing/earlier?part={WORKED}"):
        assert p.emery.open(address).status == 403, "another agency's lead follows the review, no more"
        assert p.sam.open(address).status == 404, "to somebody without a part in it there is no such step"
    token = dict(p.ashby.open(f"/reviews/{ref}/change/declare-conflict").form("conflict").form_values())
    more = {**token, "reason": "Knows the family."}
    p.ashby.client.post(f"/reviews/{ref}/change/declare-conflict", data=more)
    assert p.ashby.open(f"{href}?page={WORKED}").status == 404, "a conflict of interest beats being asked"
    asks(p, href, "devon", WORKED)
    page = p.frankie.open(f"{here}/writers/")
    assert page.tree is not None
    forms = [form for form in page.tree.forms if "/end" in (form.get("action") or "")]
    p.frankie.submit(next(form for form in forms if dict(form.form_values())["person"] == "u_devon"), here)
    assert p.devon.open(href).status == 403


def test_nobody_who_wrote_a_part_is_the_second_reader(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    href = p.frankie.finds("summary", ref).href
    asks(p, href, "devon", WORKED)
    saves(p.devon, opens(p.devon, href, WORKED), {"went_well": "The school kept a diary."})
    p.frankie.answers(href, answers.summary(p.today, []))
    for lead in (p.dale, p.ashby, p.emery):
        lead.does("fact_check", answers.fact_check(), ref)
    assert not p.devon.has("anonymity_check", ref), "the only business manager wrote a part of it"
    assert p.morgan.has("anonymity_check", ref), "so it goes one level up"


def test_it_begins_with_what_was_recorded_and_takes_over_what_is_recorded_later(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_summary(p)
    href = p.frankie.finds("summary", ref).href
    learned = opens(p.frankie, href, LEARNED)
    assert "from what was learned at the meeting of 11 May 2026" in learned.words
    emptied = {"learning_points-1-statement": "Written by the chair."}
    saves(p.frankie, learned, emptied)
    offered = p.frankie.open(f"{_task(p.frankie, href)}/writing/recorded?part={LEARNED}")
    assert p.frankie.submit(offered.form("/recorded"), offered.path, {}).status == 422
    taken = p.frankie.submit(offered.form("/recorded"), offered.path, {"take": ["learning_points"]})
    assert typed(taken, "learning_points-1-statement") == "Written by the chair.", "nothing written is lost"
    words = [typed(taken, f"learning_points-{number}-statement") for number in (2, 3)]
    assert "Plans were not shared." in words
    method = typed(opens(p.frankie, href, "about-the-review"), "method")
    assert "The meeting was held on 11 May 2026." in method


def test_an_agency_writes_its_different_view_itself(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    address = f"/reviews/{ref}/agency-view/"
    page = p.emery.open(address)
    view = "The police saw no reason to visit again."
    assert p.emery.submit(page.form("/agency-view/"), page.path, {"text": view}).status == 200
    p.tick()
    assert f"{ref}: an agency sees something differently" in p.letters_to("frankie")
    href = p.frankie.finds("summary", ref).href
    assert view in opens(p.frankie, href, "different-views-and-limits").words
    assert (
        view not in p.ashby.open(address).words and view not in p.ashby.open(f"/reviews/{ref}/learning").words
    )
    forged = {
        **dict(p.ashby.open(address).form("/agency-view/").form_values()),
        "agency": "pol",
        "text": "No.",
    }
    assert p.ashby.client.post(address, data=forged).status_code == 404, "nobody writes for another agency"
    assert p.frankie.open(address).status == 403, "nor does the chair"
    p.frankie.answers(href, answers.summary(p.today, []))
    assert view in typed(p.emery.open(p.emery.finds("fact_check", ref).href), "different_view")
    assert view in p.frankie.open(f"/reviews/{ref}/learning").words


def test_the_author_sees_what_each_agency_said_of_the_facts_and_of_its_actions(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_fact_check(p)
    asked = p.ashby.open(p.ashby.finds("fact_check", ref).href).words
    assert "Send the child's plan" in asked and "Measure: 9 of 10" in asked, "what it is asked to accept"
    assert "Send the child's plan" not in p.emery.open(p.emery.finds("fact_check", ref).href).words
    p.ashby.does("fact_check", answers.fact_check(), ref)
    wrong = {"facts_right": False, "corrections": "It was in May.", "actions_reply": "none"}
    p.emery.does("fact_check", wrong, ref)
    p.dale.does("fact_check", {"facts_right": True, "actions_reply": "none"}, ref)
    p.devon.does("anonymity_check", answers.anonymity_check("changes"), ref)
    said = p.frankie.open(p.frankie.finds("summary", ref).href)
    assert said.tree is not None
    table = {" ".join(row.text_content().split()) for row in said.tree.xpath("//main//tbody/tr")}
    assert any("Social Care" in row and "The facts are right Accepted" in row for row in table), table
    assert any("Asks for corrections" in row and "It was in May. None" in row for row in table), table


def test_of_two_saves_in_the_same_moment_one_stands_and_the_other_is_told(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    with p.database.read() as session:
        step = task(session, session.scalars(_summary_of(ref)).one())
    start, came = threading.Barrier(2), list[str]()

    def write(person: str) -> None:
        def work(session: Any) -> str:
            told = {"went_well": f"By {person}"}
            try:
                keep(session, step, WORKED, told, by=Actor(person), revision=0)
            except StaleRevision:
                return "told"
            return "stands"

        start.wait()
        came.append(p.database.retrying(work))

    people = [threading.Thread(target=write, args=(name,)) for name in ("u_frankie", "u_devon")]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert sorted(came) == ["stands", "told"]
    with p.database.read() as session:
        assert standing(session, step.id)[WORKED].revision == 1


def _summary_of(ref: str) -> Any:
    return select(UserTask.id).where(UserTask.business_key == ref, UserTask.step == "summary")


def test_a_program_writes_into_the_same_parts_and_loses_nothing_of_anybodys(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_summary(p)
    href = p.frankie.finds("summary", ref).href
    with p.database.write() as session:
        _, token = Tokens(p.database, SystemClock()).make(
            session, "u_frankie", name="Test", scopes=SCOPES, days=1, by=Actor("u_zia")
        )
    task = f"/api/v1/tasks/{_task(p.frankie, href).split('/')[2]}"
    program = p.app.test_client()

    def ask(method: str, path: str, answers: object = None, revision: int | None = None) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        headers |= {} if revision is None else {"If-Match": f'"{revision}"'}
        sent = {} if answers is None else {"json": {"answers": answers}}
        return program.open(f"{task}{path}", method=method, headers=headers, **sent)  # type: ignore[arg-type]

    saves(p.frankie, opens(p.frankie, href, WORKED), {"went_well": "The nurse asked again."})
    read = ask("GET", "").get_json()["draft"]
    assert read["answers"]["went_well"] == "The nurse asked again."
    assert ask("POST", "/complete", read["answers"]).status_code == 428, "say what was read"

    saves(p.frankie, opens(p.frankie, href, WORKED), {"went_well": "The nurse asked twice."})
    late = ask("PUT", "/draft", {"went_well": "Mine."}, read["revision"])
    assert late.status_code == 412
    assert late.get_json()["current"]["answers"]["went_well"] == "The nurse asked twice."
    assert ask("POST", "/complete", read["answers"], read["revision"]).status_code == 412
    now = ask("GET", "").get_json()["draft"]["revision"]
    assert ask("PUT", "/draft", {"went_well": "By a program."}, now).status_code == 200
    assert typed(opens(p.frankie, href, WORKED), "went_well") == "By a program."
