"""Before a bundle is put into use: what would go wrong in silence is refused, with the element and what to
do."""

from __future__ import annotations

import pytest

import engine
from engine import BundleRefused, Database, ServiceRegistry
from engine.checks import check_files
from engine.world import World
from tests.engine.case import ALEX
from tests.engine.drawing import (
    HEAD,
    any_time,
    boundary,
    bundle,
    catch,
    draw,
    end,
    parallel,
    service,
    user,
    xor,
)


def _rules(diagram: str, **files: str) -> dict[str, str]:
    """rule -> element of the findings of a diagram."""
    found = check_files("p", bundle(diagram, **files), World(["known"]))
    return {finding.rule: finding.element for finding in reversed(found)}


GOOD = draw("p", user("a"), service("known"), flows="begin>a a>known known>done")


def test_a_good_bundle_has_no_findings() -> None:
    assert _rules(GOOD) == {}


@pytest.mark.parametrize(
    ("rule", "element", "diagram"),
    [
        ("palette", "calc", draw("p", '<bpmn:scriptTask id="calc"><bpmn:script>1</bpmn:script></bpmn:scriptTask>', flows="begin>calc calc>done")),
        ("id", "end", draw("p", user("end"), flows="begin>end end>done")),
        ("role", "a", draw("p", user("a", role=""), flows="begin>a a>done")),
        ("why", "a", draw("p", user("a").replace("Why a.", ""), flows="begin>a a>done")),
        ("no_deadline", "a", draw("p", user("a", due=""), flows="begin>a a>done")),
        ("deadline", "a", draw("p", user("a", due="soon"), flows="begin>a a>done")),
        ("service", "unknown", draw("p", service("unknown"), flows="begin>unknown unknown>done")),
        ("default", "x", draw("p", user("a"), xor("x"), user("b"), flows="begin>a a>x x>b[true] x>done[false] b>done")),
        ("condition", "x_b", draw("p", user("a"), xor("x", default="done"), user("b"), flows="begin>a a>x x>b x>done b>done")),
        ("expression", "x_b", draw("p", user("a"), xor("x", default="done"), user("b"), flows="begin>a a>x x>b[1 +] x>done b>done")),
        ("no_way_in", "b", draw("p", user("a"), user("b"), flows="begin>a a>done b>done")),
        ("dead_end", "b", draw("p", parallel("s"), user("a"), user("b"), flows="begin>s s>a s>b a>done")),
        ("split", "a", draw("p", user("a"), user("b"), user("c"), flows="begin>a a>b a>c b>done c>done")),
        ("ring", "a", draw("p", user("a"), user("b"), flows="begin>a a>b b>a").replace("</bpmn:process>", '<bpmn:endEvent id="e"/></bpmn:process>')),
        ("parallel_loop", "s", draw("p", parallel("s"), user("a"), user("b"), xor("x", default="done"), parallel("j"), flows="begin>s s>a s>b a>j b>j j>x x>s[true] x>done")),
        ("boundary", "m", draw("p", user("a"), boundary("m", "a", message="hello", interrupts=False), end("z"), flows="begin>a a>done m>z")),
        ("timer", "t", draw("p", user("a"), boundary("t", "a", cycle="every 5 days"), end("z"), flows="begin>a a>done t>z")),
        ("deadline", "t", draw("p", catch("t", timer="R/PT0S"), flows="begin>t t>done")),
        ("items", "a", draw("p", user("a", items="list as "), flows="begin>a a>done")),
        ("decision", "d", draw("p", '<bpmn:businessRuleTask id="d" roundtable:decision="gone"/>', flows="begin>d d>done")),
        ("sub_process", "s", draw("p", user("a"), '<bpmn:subProcess id="s"><bpmn:startEvent id="s_begin"/><bpmn:endEvent id="s_end"/></bpmn:subProcess>', flows="begin>a a>done")),
    ],
)  # fmt: skip
def test_each_fault_is_found_where_it_is(rule: str, element: str, diagram: str) -> None:
    assert _rules(diagram).get(rule) == element


def test_a_step_without_its_form_is_refused() -> None:
    files = bundle(GOOD)
    del files["a.form"]
    assert [found.rule for found in check_files("p", files, World(["known"]))] == ["form"]


@pytest.mark.parametrize(
    "text",
    [
        "not xml at all",
        "<open>",
        '<!DOCTYPE d [<!ENTITY a "b">]><d/>',
        f'{HEAD}<bpmn:process id="p" isExecutable="false"/></bpmn:definitions>',
        "<a>" * 100 + "</a>" * 100,
        draw("p", user("a"), flows="begin>a a>done").replace('id="a"', 'id="begin"'),
        draw("p", user("a"), flows="begin>a a>nowhere"),
    ],
)
def test_a_broken_file_is_refused_in_words_and_nothing_is_stored(database: Database, text: str) -> None:
    with pytest.raises(BundleRefused) as refusal, database.write() as session:
        engine.deploy_first(session, "p", {"p.bpmn": text, "a.form": "{}"}, note="", by=ALEX)
    assert all(found.sentence.endswith(".") and found.what_to_do for found in refusal.value.findings)
    with database.read() as session:
        assert engine.deployed(session) == []


def test_a_refused_bundle_leaves_the_running_version_as_it_is(
    database: Database, services: ServiceRegistry
) -> None:
    services.service("known")(lambda call: None)
    with database.write() as session:
        engine.deploy_first(session, "p", bundle(GOOD), note="first", by=ALEX)
    with pytest.raises(BundleRefused), database.write() as session:
        engine.deploy_first(
            session,
            "p",
            bundle(draw("p", service("gone"), flows="begin>gone gone>done")),
            note="second",
            by=ALEX,
        )
    with database.write() as session:
        engine.start(session, "p", business_key="K", variables={}, by=ALEX)


def test_at_any_time_with_its_own_steps_is_allowed() -> None:
    diagram = draw(
        "p",
        user("a"),
        any_time("gone", "withdraw", end("gone_end", "Gone"), flows="gone_begin>gone_end"),
        flows="begin>a a>done",
    )
    assert _rules(diagram) == {}
