"""A process runs as it is drawn: each rule here is one that the library underneath gets wrong or leaves open
(docs/decisions)."""

from __future__ import annotations

from engine import Database, ServiceCall, ServiceRegistry
from tests.engine.case import Case
from tests.engine.drawing import any_time, boundary, catch, draw, end, parallel, service, user, xor

AGENCIES = [{"id": "csc"}, {"id": "pol"}, {"id": "icb"}]


def test_a_step_leads_to_the_next_and_the_last_one_ends_the_process(database: Database) -> None:
    case = Case(database, draw("p", user("a"), user("b"), flows="begin>a a>b b>done"))
    case.complete("a")
    assert case.open() == ["b"]
    assert case.complete("b").ended
    assert (case.state.status, case.state.outcome) == ("completed", "Done")


def test_a_choice_follows_the_answer_and_the_default_takes_what_nobody_foresaw(database: Database) -> None:
    diagram = draw(
        "p",
        user("a"),
        xor("x", default="c"),
        user("b"),
        user("c"),
        flows='begin>a a>x x>b[a.outcome = "yes"] x>c b>done c>done',
    )
    yes, other, missing = Case(database, diagram), Case(database, diagram), Case(database, diagram)
    yes.complete("a", outcome="yes")
    other.complete("a", outcome="perhaps")
    missing.complete("a")
    assert (yes.open(), other.open(), missing.open()) == (["b"], ["c"], ["c"])


def test_parallel_ways_are_joined_and_see_each_others_facts(database: Database) -> None:
    """SpiffWorkflow gives each branch its own copy of the data and loses one side at the join."""
    diagram = draw(
        "p",
        parallel("split"),
        user("a"),
        user("b"),
        parallel("join"),
        xor("x", default="done"),
        user("both"),
        flows="begin>split split>a split>b a>join b>join join>x x>both[a.fact = 1 and b.fact = 2] x>done both>done",
    )
    case = Case(database, diagram)
    case.complete("a", fact=1)
    assert case.open() == ["b"]
    case.complete("b", fact=2)
    assert case.open() == ["both"]


def test_one_task_per_agency_each_with_its_own_agency(database: Database) -> None:
    diagram = draw(
        "p",
        user("prepare", items="agencies as agency", agency="agency.id"),
        user("z"),
        flows="begin>prepare prepare>z z>done",
    )
    case = Case(database, diagram, {"agencies": AGENCIES})
    assert {task.agency for task in case.tasks()} == {"csc", "pol", "icb"}
    for _ in AGENCIES:
        assert case.open() != ["z"]
        case.complete("prepare")
    assert case.open() == ["z"]


def test_an_agency_found_late_is_added_to_those_at_work(database: Database) -> None:
    import engine
    from tests.engine.case import ALEX

    diagram = draw(
        "p",
        user("prepare", items="agencies as agency", agency="agency.id"),
        user("z"),
        flows="begin>prepare prepare>z z>done",
    )
    case = Case(database, diagram, {"agencies": AGENCIES[:1]})
    with database.write() as session:
        engine.add_item(session, case.id, "prepare", {"id": "hou"}, by=ALEX)
    assert sorted(task.agency or "" for task in case.tasks()) == ["csc", "hou"]
    case.complete("prepare")
    assert case.open() == ["prepare"]
    case.complete("prepare")
    assert case.open() == ["z"]


def test_nobody_to_ask_means_nobody_is_waited_for(database: Database) -> None:
    diagram = draw(
        "p", user("prepare", items="agencies as agency"), user("z"), flows="begin>prepare prepare>z z>done"
    )
    assert Case(database, diagram, {"agencies": []}).open() == ["z"]


def test_a_second_round_asks_every_agency_again(database: Database) -> None:
    """SpiffWorkflow refuses a second pass: the item of the first still exists."""
    diagram = draw(
        "p",
        user("check", items="agencies as agency"),
        user("decide"),
        xor("x", default="done"),
        flows="begin>check check>decide decide>x x>check[decide.again = true] x>done",
    )
    case = Case(database, diagram, {"agencies": AGENCIES[:2]})
    for _ in range(2):
        case.complete("check")
        case.complete("check")
        case.complete("decide", again=True)
    assert case.open() == ["check", "check"]


def test_a_message_interrupts_the_task_it_is_attached_to(database: Database) -> None:
    diagram = draw(
        "p",
        user("prepare", items="agencies as agency"),
        boundary("held", "prepare", message="meeting_held"),
        user("z"),
        flows="begin>prepare prepare>done held>z z>done",
    )
    case = Case(database, diagram, {"agencies": AGENCIES})
    case.complete("prepare")
    assert case.send("meeting_held")
    assert case.open() == ["z"]
    assert not case.send("meeting_held"), "nobody waits for it any longer"


def test_at_any_time_a_message_ends_everything_and_its_own_steps_run(
    database: Database, services: ServiceRegistry
) -> None:
    """SpiffWorkflow's event sub-processes never interrupt, and alter the specification that all instances
    share."""
    done: list[str] = []

    @services.service("tell_everybody")
    def tell_everybody(call: ServiceCall) -> None:
        done.append(call.variables["withdraw"]["reason"])

    diagram = draw(
        "p",
        parallel("split"),
        user("a"),
        user("b", items="agencies as agency"),
        user("reply"),
        any_time(
            "withdrawn",
            "withdraw",
            service("tell_everybody"),
            user("confirm"),
            end("gone", "Withdrawn"),
            flows="withdrawn_begin>tell_everybody tell_everybody>confirm confirm>gone",
        ),
        flows="begin>split split>a split>b a>reply b>done reply>done",
    )
    case, other = (
        Case(database, diagram, {"agencies": AGENCIES}),
        Case(database, diagram, {"agencies": AGENCIES}),
    )
    assert case.send("withdraw", reason="a duplicate")
    assert (case.open(), done) == (["confirm"], ["a duplicate"])
    case.complete("confirm")
    assert (case.state.status, case.state.outcome) == ("completed", "Withdrawn")
    assert other.open() == ["a", "b", "b", "b"], "another case of the same diagram is untouched"


def test_a_terminate_end_stops_everything_else(database: Database) -> None:
    diagram = draw(
        "p",
        parallel("split"),
        user("a"),
        user("b"),
        end("stop", "Stopped", terminate=True),
        flows="begin>split split>a split>b a>stop b>done",
    )
    case = Case(database, diagram)
    case.complete("a")
    assert (case.open(), case.state.outcome) == ([], "Stopped")


def test_a_case_waits_for_a_message_from_elsewhere(database: Database, services: ServiceRegistry) -> None:
    @services.service("ask_elsewhere")
    def ask_elsewhere(call: ServiceCall) -> None:
        call.send("answered", to=call.instance_id, payload={"how": "yes"})

    case = Case(
        database,
        draw(
            "p",
            service("ask_elsewhere"),
            catch("wait", message="answered"),
            user("a"),
            flows="begin>ask_elsewhere ask_elsewhere>wait wait>a a>done",
        ),
    )
    assert case.open() == []
    assert case.tick().messages == 1
    assert case.open() == ["a"]


def test_a_service_works_in_the_same_transaction_and_its_facts_guide_the_case(
    database: Database, services: ServiceRegistry
) -> None:
    @services.service("count")
    def count(call: ServiceCall) -> dict[str, int]:
        return {"of": len(call.variables["agencies"]) + call.inputs["more"]}

    counting = (
        '<bpmn:serviceTask id="count" roundtable:service="count" roundtable:result="counted">'
        '<bpmn:extensionElements><roundtable:input name="more" value="1 + 1"/></bpmn:extensionElements></bpmn:serviceTask>'
    )
    diagram = draw(
        "p",
        counting,
        xor("x", default="done"),
        user("a"),
        flows="begin>count count>x x>a[counted.of = 5] x>done a>done",
    )
    assert Case(database, diagram, {"agencies": AGENCIES}).open() == ["a"]


def test_a_long_case_goes_on_and_on(database: Database) -> None:
    """SpiffWorkflow's walks stop in silence at depth 1,000; here 60 rounds are nothing, and the limit is
    said in words."""
    diagram = draw("p", user("a"), xor("x", default="a"), flows="begin>a a>x x>a x>done[a.stop = true]")
    case = Case(database, diagram)
    for _ in range(60):
        case.complete("a")
    assert case.open() == ["a"]
    assert case.complete("a", stop=True).ended
