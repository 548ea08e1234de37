"""A whole review, from referral to closed, through the client of docs/guides/client.py over real HTTP: what
the pages can do, programs can."""

from __future__ import annotations

import datetime as dt
import importlib.util
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from app.auth.tokens import SCOPES, Tokens
from engine import Actor, SystemClock
from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import LEADS, MEETING, QA_MEETING, leap, six_months_on

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "client.py"
DAY = dt.timedelta(days=1)


def _client_module() -> Any:
    spec = importlib.util.spec_from_file_location("roundtable_client", GUIDE)
    assert spec is not None and spec.loader is not None
    module = sys.modules["roundtable_client"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


client = _client_module()


class Programs:
    """Everybody's program."""

    def __init__(self, p: Partnership, address: str) -> None:
        self.p, self.address = p, address
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            with self.p.database.write() as session:
                _, token = Tokens(self.p.database, SystemClock()).make(
                    session, f"u_{name}", name="Test", scopes=SCOPES, days=1, by=Actor("u_zia")
                )
            self._known[name] = client.Roundtable(self.address, token)
        return self._known[name]

    def does(self, name: str, step: str, given: answers.Given, ref: str) -> Any:
        """Find a step among one's tasks, answer it over what is known already, and send it."""
        here = self[name]
        [task, *_] = [each for each in here.tasks(review=ref) if each["step"] == step]
        known = here.task(task["id"])["answers"]
        return here.complete(task["id"], told(given, known))


def told(given: Any, known: Any) -> Any:
    """Answers as JSON, laid over what a form begins with."""
    if isinstance(given, dict):
        base = known if isinstance(known, dict) else {}
        return {**base, **{key: told(value, base.get(key)) for key, value in given.items()}}
    if isinstance(given, list):
        before = known if isinstance(known, list) else []
        return [told(each, before[n] if n < len(before) else None) for n, each in enumerate(given)]
    return given.isoformat() if isinstance(given, dt.date) else given


@pytest.fixture
def programs(partnership: Partnership) -> Iterator[Programs]:
    """The service on loopback, and everybody's program."""
    server = make_server("127.0.0.1", 0, partnership.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Programs(partnership, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_whole_review_from_referral_to_closed(partnership: Partnership, programs: Programs) -> None:
    p, us = partnership, programs
    begun = us["dale"].refer(key="one")
    assert us["dale"].refer(key="one") == begun, "sent again, done once"
    ref = begun["ref"]
    us.does("dale", "referral", answers.referral(p.today), ref)
    us.does("morgan", "statutory_screen", answers.statutory_screen(), ref)
    us.does("morgan", "referrer_discussion", answers.referrer_discussion(p.today), ref)
    us.does("morgan", "triage_decision", answers.triage_decision("accept", p.today), ref)
    us.does("devon", "agency_notice", answers.agency_notice(), ref)
    us.does("morgan", "chair_nomination", answers.chair_nomination("u_frankie"), ref)
    us.does("frankie", "chair_reply", answers.chair_reply(), ref)
    us.does("ellis", "meeting_date", answers.meeting_date(MEETING), ref)
    us.does("ellis", "meeting_agenda", answers.meeting_agenda(), ref)
    for lead in LEADS:
        us.does(lead, "agency_preparation", answers.agency_preparation(p.today), ref)
    assert us["morgan"].position(ref)["now"], "where it is, in words and as data"

    leap(p, MEETING + DAY)
    us.does("frankie", "family_view", answers.family_view(p.today), ref)
    us.does("frankie", "meeting_record", answers.meeting_record(MEETING), ref)
    us.does("frankie", "summary", answers.summary(p.today, [answers.action(p.today + 60 * DAY)]), ref)
    for lead in LEADS:
        us.does(lead, "fact_check", answers.fact_check(), ref)
    us.does("devon", "anonymity_check", answers.anonymity_check(), ref)
    us.does("devon", "qa_papers", answers.qa_papers(p.today), ref)
    leap(p, QA_MEETING)
    us.does("frankie", "qa_presentation", answers.qa_presentation(p.today), ref)
    us.does("rowan", "qa_decision", answers.qa_decision(), ref)
    p.tick()

    us.does("devon", "briefing", answers.briefing(), ref)
    us.does("morgan", "briefing_check", answers.briefing_check(), ref)
    p.tick()
    assert [each["ref"] for each in us["tess"].learning(words="plan")] == [ref]
    for lead in LEADS:
        us.does(lead, "cascade", answers.cascade(p.today), ref)
    us.does("noor", "training_change", {**answers.training_change(p.today), "next_event": False}, ref)

    [action] = us["ashby"].actions(review=ref)
    assert (
        us["ashby"].update_action(action["ref"], "on_track", "Two of three teams.")["status"] == "in_progress"
    )
    us["ashby"].send_evidence(action["ref"], told(answers.action_evidence(p.today), {}))
    with pytest.raises(client.Refused) as own:
        us["ashby"].verify(action["ref"], told(answers.action_verification(), {}))
    assert own.value.status == 403, "nobody verifies their own action"
    us["kit"].verify(action["ref"], told(answers.action_verification(), {}))
    p.tick()

    leap(p, six_months_on(p.today))
    us.does("morgan", "impact_check", answers.impact_check(), ref)
    us.does("rowan", "impact_rating", answers.impact_rating(), ref)
    assert us["morgan"].review(ref)["standing_word"] == "Closed"
    kinds = [each["words"] for each in us["morgan"].timeline(ref)]
    assert any("Rate" in words or "impact" in words.lower() for words in kinds)
    assert answers.CHILD not in str(list(us["morgan"].reviews())), "lists never name a child"


def test_what_is_refused_is_said_by_question(partnership: Partnership, programs: Programs) -> None:
    dale = programs["dale"]
    task = dale.refer()["task"]
    kept = dale.save_draft(task["id"], {"title": "A plan that did not travel"}, 0)
    assert kept["revision"] == 1
    with pytest.raises(client.Refused) as newer:
        dale.save_draft(task["id"], {"title": "Another"}, 0)
    assert newer.value.told["current"]["answers"] == {"title": "A plan that did not travel"}
    assert newer.value.told["yours"]["answers"] == {"title": "Another"}
    with pytest.raises(client.Refused) as wrong:
        dale.complete(task["id"], dale.task(task["id"])["answers"])
    assert wrong.value.status == 422
    assert wrong.value.errors["name"]
