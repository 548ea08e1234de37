"""The standard's rules for gateways (BPMN 2.0.2, 10.6)."""

from __future__ import annotations

from engine.checks.bpmn.drawing import GATEWAYS, Drawing, Node, kind_of
from engine.checks.rule import Faults, Rule, rule

_AFTER_EVENT_GATEWAY = {"message", "signal", "timer", "conditional"}


@rule("gateway_direction", "10.6.1", "Correct the direction, or the arrows; the editor needs no direction.")
def directions_are_what_is_drawn(drawing: Drawing) -> Faults:
    """A gateway that says it joins, splits or does both is drawn so."""
    for gateway in drawing.all(*GATEWAYS):
        said, ins, outs = gateway.get("gatewayDirection"), *_counts(drawing, gateway)
        if said == "Converging" and outs > 1:
            yield gateway, f"{drawing.said(gateway)} says that it joins, and has {outs} arrows out."
        if said == "Diverging" and ins > 1:
            yield gateway, f"{drawing.said(gateway)} says that it splits, and has {ins} arrows in."
        if said == "Mixed" and (ins < 2 or outs < 2):
            yield gateway, f"{drawing.said(gateway)} says that it joins and splits, and does not do both."


@rule("gateway_arrows", "10.6.1", "Connect it, or delete it: with one way in and one out it decides nothing.")
def gateways_join_or_split(drawing: Drawing) -> Faults:
    """A gateway has several arrows in or several out."""
    for gateway in drawing.all(*GATEWAYS):
        ins, outs = _counts(drawing, gateway)
        if ins < 2 and outs < 2 and kind_of(gateway) != "eventBasedGateway":
            yield gateway, f"{drawing.said(gateway)} has {_arrows(ins)} in and {_arrows(outs)} out."


@rule("event_gateway_ways", "10.6.6", "Draw an arrow to each event that is waited for.")
def event_gateways_have_two_ways(drawing: Drawing) -> Faults:
    """An event-based gateway waits for two events or more."""
    for gateway in drawing.all("eventBasedGateway"):
        if len(drawing.outgoing(gateway)) < 2:
            yield gateway, f"{drawing.said(gateway)} does not wait for two events."


@rule("event_gateway_condition", "10.6.6", "Take the condition out: the event decides.")
def event_gateways_have_no_conditions(drawing: Drawing) -> Faults:
    """No arrow out of an event-based gateway has a condition."""
    for gateway in drawing.all("eventBasedGateway"):
        for flow in drawing.outgoing(gateway):
            if drawing.child(flow, "conditionExpression") is not None:
                yield flow, f"An arrow after {drawing.said(gateway)} has a condition."


@rule("event_gateway_targets", "10.6.6", "Lead it to a message, signal, timer or conditional event.")
def event_gateways_lead_to_events(drawing: Drawing) -> Faults:
    """After an event-based gateway come events that wait, or receive tasks; not both kinds of messages."""
    for gateway in drawing.all("eventBasedGateway"):
        targets = _targets(drawing, gateway)
        for node in targets:
            triggers = drawing.triggers(node)
            waits = (
                kind_of(node) == "intermediateCatchEvent" and triggers and triggers <= _AFTER_EVENT_GATEWAY
            )
            if kind_of(node) != "receiveTask" and not waits:
                yield node, f"{drawing.said(node)} follows an event-based gateway and waits for nothing."
        received = [node for node in targets if kind_of(node) == "receiveTask"]
        if received and any("message" in drawing.triggers(node) for node in targets):
            yield gateway, f"{drawing.said(gateway)} waits for message events and receive tasks at once."


@rule("event_gateway_boundary", "10.6.6", "Take the event off the task's border.")
def receive_tasks_there_have_no_borders(drawing: Drawing) -> Faults:
    """A receive task after an event-based gateway has no event on its border."""
    for gateway in drawing.all("eventBasedGateway"):
        for node in _targets(drawing, gateway):
            if kind_of(node) == "receiveTask" and drawing.borders(node):
                yield (
                    node,
                    f"{drawing.said(node)} follows an event-based gateway and has an event on its border.",
                )


@rule("event_gateway_only", "10.6.6", "Give each event its own arrow from the gateway and no other.")
def what_follows_has_no_other_way_in(drawing: Drawing) -> Faults:
    """What follows an event-based gateway is reached from there only."""
    for gateway in drawing.all("eventBasedGateway"):
        for node in _targets(drawing, gateway):
            if len(drawing.incoming(node)) > 1:
                yield (
                    node,
                    f"{drawing.said(node)} follows an event-based gateway and can be reached otherwise.",
                )


@rule("event_gateway_start", "10.6.6", "Delete the arrow, or let it not start the process.")
def starting_gateways_have_no_way_in(drawing: Drawing) -> Faults:
    """An event-based gateway that starts a process has no arrow in."""
    for gateway in drawing.all("eventBasedGateway"):
        if gateway.get("instantiate") == "true" and drawing.incoming(gateway):
            yield gateway, f"{drawing.said(gateway)} starts the process, and an arrow leads to it."


def _counts(drawing: Drawing, gateway: Node) -> tuple[int, int]:
    return len(drawing.incoming(gateway)), len(drawing.outgoing(gateway))


def _arrows(count: int) -> str:
    return {0: "no arrow", 1: "one arrow"}.get(count, f"{count} arrows")


def _targets(drawing: Drawing, gateway: Node) -> list[Node]:
    found = [drawing.find(flow.get("targetRef")) for flow in drawing.outgoing(gateway)]
    return [node for node in found if node is not None]


GATEWAY_RULES: tuple[Rule[Drawing], ...] = (
    directions_are_what_is_drawn,
    gateways_join_or_split,
    event_gateways_have_two_ways,
    event_gateways_have_no_conditions,
    event_gateways_lead_to_events,
    receive_tasks_there_have_no_borders,
    what_follows_has_no_other_way_in,
    starting_gateways_have_no_way_in,
)
