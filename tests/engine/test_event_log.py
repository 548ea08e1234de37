"""The event log in XES: by the rules of IEEE 1849-2016, and without anything that names anybody."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from lxml import etree

import engine
from engine import Actor, Database, NotFound
from tests.engine.drawing import boundary, draw, user
from tests.engine.test_insight import Office

XES = "{http://www.xes-standard.org/}"
ORDER = ["extension", "global", "classifier", "string", "trace"]  # clause 5: what a log holds, in this order
KINDS = {"string", "date", "int", "float", "boolean", "id", "list", "container"}
STANDARD = {"schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "complete"} | {
    *("ate_abort", "pi_abort", "autoskip", "manualskip", "unknown")
}
DIAGRAM = draw(
    "p",
    user("look", items="agencies as agency", agency="agency"),
    user("decide", role="head"),
    boundary("stop", "decide", message="stop"),
    flows="begin>look look>decide decide>done stop>done",
)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, DIAGRAM)


def log_of(office: Office) -> etree._Element:
    out = io.BytesIO()
    with office.database.read() as session:
        engine.write_event_log(session, "p", out)
    return etree.fromstring(out.getvalue())


def case(office: Office) -> None:
    """Two agencies look, one day apart; then nobody needs to decide."""
    with office.database.write() as session:
        key, given = "SECRET-REF", {"agencies": ["pol", "csc"]}
        instance = engine.start(session, "p", business_key=key, variables=given, by=Actor("alex"))
    for _ in range(2):
        office.pass_days(1)
        with office.database.write() as session:
            task = engine.tasks(session, instance_id=instance)[0]
            engine.complete_task(session, task.id, {"note": "a secret"}, {}, by=Actor("u_secret"))
    with office.database.write() as session:
        engine.send_message(session, "stop", instance_id=instance, by=Actor("alex"))


def facts(event: etree._Element) -> dict[str, str]:
    return {each.get("key", ""): each.get("value", "") for each in event}


def test_the_file_follows_the_standard(office: Office) -> None:
    case(office)
    log = log_of(office)
    assert log.tag == f"{XES}log" and log.get("xes.version") == "1849-2016" and "xes.features" in log.attrib
    tags = [etree.QName(each).localname for each in log]
    assert tags == sorted(tags, key=ORDER.index)
    prefixes = {each.get("prefix") for each in log.iter(f"{XES}extension")}
    for attribute in log.iter(*(f"{XES}{kind}" for kind in KINDS)):
        key = attribute.get("key")
        assert key and attribute.get("value") is not None
        assert ":" not in key or key.split(":")[0] in prefixes
    declared = {scope.get("scope"): {each.get("key") for each in scope} for scope in log.iter(f"{XES}global")}
    for trace in log.iter(f"{XES}trace"):
        assert declared["trace"] <= {each.get("key") for each in trace}
    for event in log.iter(f"{XES}event"):
        found = facts(event)
        assert declared["event"] <= set(found) and len(found) == len(event)
        assert found["lifecycle:transition"] in STANDARD
        assert datetime.fromisoformat(found["time:timestamp"]).tzinfo is not None
    for classifier in log.iter(f"{XES}classifier"):
        assert set(classifier.get("keys", "").split()) <= declared["event"]


def test_each_step_begins_and_ends_in_the_order_of_time(office: Office) -> None:
    case(office)
    (trace,) = log_of(office).iter(f"{XES}trace")
    events = [facts(event) for event in trace.iter(f"{XES}event")]
    told = [(each["concept:name"], each["lifecycle:transition"], each.get("org:group")) for each in events]
    assert sorted(told[:2]) == [("Look", "start", "csc"), ("Look", "start", "pol")]
    assert [each[:2] for each in told[2:]] == [
        ("Look", "complete"),
        ("Look", "complete"),
        ("Decide", "start"),
        ("Decide", "ate_abort"),
    ]
    assert [each["org:role"] for each in events[-2:]] == ["head", "head"]
    moments = [each["time:timestamp"] for each in events]
    assert moments == sorted(moments)
    pairs: dict[str, list[str]] = {}
    for each in events:
        pairs.setdefault(each["concept:instance"], []).append(each["lifecycle:transition"])
    assert all(len(pair) == 2 and pair[0] == "start" for pair in pairs.values())


def test_nobody_is_named_and_a_case_keeps_its_pseudonym(office: Office) -> None:
    case(office)
    case(office)
    first, second = log_of(office), log_of(office)
    text = etree.tostring(first).decode()
    assert "SECRET-REF" not in text and "secret" not in text and "alex" not in text
    names = [trace[0].get("value") for trace in first.iter(f"{XES}trace")]
    assert len(set(names)) == 2
    assert names == [trace[0].get("value") for trace in second.iter(f"{XES}trace")]


def test_no_log_of_a_process_that_is_not_in_use(office: Office) -> None:
    with office.database.read() as session, pytest.raises(NotFound):
        engine.write_event_log(session, "nothing", io.BytesIO())
