"""One instance brought to life inside a transaction: its run, its variables, and the work its elements ask
for."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy.orm import Session

from engine import audit, outbox
from engine.bundles import Bundle, bundle_of
from engine.clock import ZONE
from engine.db import house, locked
from engine.decisions import DecisionError
from engine.decisions_made import keep_decision
from engine.diagram import Element
from engine.errors import ModelFault, NotFound
from engine.feel import FeelError, to_json
from engine.feel import evaluate as evaluate_feel
from engine.models import ProcessInstance, UserTask
from engine.secrecy import open_sealed, seal
from engine.services import Actor, ServiceCall
from engine.together import Stand, beside_others, settle
from engine.workflow import Run, WaitingMessage, dump, load


class Execution:
    """An instance under its lock. Everything it does becomes visible when `engine.projections.save` has run
    and the transaction commits."""

    def __init__(self, session: Session, instance: ProcessInstance, actor: Actor) -> None:
        self.session = session
        self.instance = instance
        self.actor = actor
        self.bundle: Bundle = bundle_of(session, instance.version_id)
        self.variables: dict[str, Any] = {}
        self.run: Run | None = None
        self.heard: set[WaitingMessage] = set()  # the messages that are stored as waited for
        self.armed = False  # whether timers are stored as waiting
        self.stand: Stand | None = None  # how it stands, where nobody has to be asked: it begins

    @classmethod
    def open(cls, session: Session, instance_id: UUID, actor: Actor, *, skip_locked: bool = False) -> Self:
        """Lock an instance and restore it. Raises NotFound (also when `skip_locked` and somebody holds
        it)."""
        settle(session)
        instance = locked(session, ProcessInstance, instance_id, skip_locked=skip_locked)
        if instance is None:
            raise NotFound("This process does not exist, or somebody is at work on it.")
        return cls.look(session, instance, actor)

    @classmethod
    def look(cls, session: Session, instance: ProcessInstance, actor: Actor) -> Self:
        """Restore an instance without its lock: to read what is there, or what would become of it."""
        execution = cls(session, instance, actor)
        execution.restore(open_sealed(instance.state, house(session).state_key, place_of_state(instance)))
        execution.heard = set(execution.live.messages())
        execution.armed = bool(execution.live.timers())
        return execution

    def restore(self, state: bytes) -> None:
        """Take up the run and the variables of a state that was opened. Raises StateUnreadable."""
        self.run, self.variables = load(state, self.bundle.runnable, self)

    @property
    def version_number(self) -> int:
        """The number of the process version that this instance runs."""
        return self.bundle.number

    @property
    def live(self) -> Run:
        """The run; it exists from `begin` or `open` on."""
        assert self.run is not None
        return self.run

    def begin(self, variables: Mapping[str, Any]) -> None:
        """Start the run with its first variables."""
        self.variables = dict(variables)
        self.stand = Stand()
        self.run = Run.start(self.bundle.runnable, self)

    def sealed_state(self) -> bytes:
        """The state as it is stored, for the instance's present revision."""
        return seal(plain_state(self), house(self.session).state_key, place_of_state(self.instance))

    def element(self, element: str) -> Element:
        """An element of the diagram by id."""
        return self.bundle.diagram.elements[element]

    # --- engine.workflow.Host -------------------------------------------------------------------

    def evaluate(self, expression: str, element: str, item: Mapping[str, Any] | None = None) -> Any:
        """The value of a FEEL expression over the variables (and a multi-instance item), as plain JSON."""
        try:
            value = evaluate_feel(expression, {**self.variables, **(item or {})}, now=self._local_now())
        except FeelError as fault:
            raise ModelFault(element, f"its expression cannot be evaluated: {fault}") from fault
        return to_json(value)

    def perform(self, element: str) -> None:
        """Do the service or the decision that a token has reached."""
        drawn = self.element(element)
        if drawn.kind == "businessRuleTask":
            self._decide(drawn)
        else:
            inputs = {name: self.evaluate(value, element) for name, value in drawn.inputs.items()}
            self._serve(drawn, drawn.attributes.get("service", ""), inputs=inputs)

    # --- work -----------------------------------------------------------------------------------

    def run_record(self, task: UserTask, answers: dict[str, Any], identity: dict[str, Any]) -> None:
        """Run the service that a user task names to record its answers, if it names one."""
        drawn = self.element(task.step)
        service = drawn.attributes.get("record", "")
        if service:
            self._serve(drawn, service, answers=answers, identity=identity, task=task)

    def _local_now(self) -> datetime:
        """The moment in Europe/London: `today()` of an expression is the local day."""
        return house(self.session).clock.now().astimezone(ZONE)

    def _decide(self, drawn: Element) -> None:
        name = drawn.attributes.get("decision", "")
        now = self._local_now()
        try:
            tables = self.bundle.decision(name)
            value = to_json(tables.evaluate(name, self.variables, now=now))
        except DecisionError as fault:
            raise ModelFault(drawn.id, f"its table cannot decide: {fault}") from fault
        self._keep(drawn, value)
        keep_decision(self.session, self.instance, drawn, name, tables, self.variables, value)
        self._note("decision.made", drawn, {"decision": name, "kept": True})

    def _serve(
        self,
        drawn: Element,
        service: str,
        *,
        inputs: Mapping[str, Any] | None = None,
        answers: dict[str, Any] | None = None,
        identity: dict[str, Any] | None = None,
        task: UserTask | None = None,
    ) -> None:
        services = house(self.session).domain.services
        if service not in services:
            raise ModelFault(drawn.id, f'asks for the service "{service}", which does not exist')
        call = ServiceCall(
            session=self.session,
            service=service,
            instance_id=self.instance.id,
            process=self.instance.process,
            business_key=self.instance.business_key,
            variables=copy.deepcopy(self.variables),
            inputs=dict(inputs or {}),
            item=task.item.get(drawn.item_name) if task is not None and drawn.item_name else None,
            answers=answers,
            identity=identity or {},
            task_id=task.id if task is not None else None,
            step=task.step if task is not None else None,
            actor=self.actor,
            now=house(self.session).clock.now(),
            _start=self._start_other,
            _send=self._send,
            _mail=self._mail,
        )
        with beside_others(self.session, services.is_by_itself(service)):
            result = services[service](call)
        self._keep(drawn, to_json(result))
        if task is None:
            self._note("service.performed", drawn, {"service": service})

    def _keep(self, drawn: Element, value: Any) -> None:
        name = drawn.attributes.get("result")
        if name:
            self.variables[name] = value

    def _start_other(self, process: str, *, business_key: str, variables: dict[str, Any]) -> UUID:
        from engine.commands import start  # the verb and the instance it starts from know each other

        return start(self.session, process, business_key=business_key, variables=variables, by=self.actor)

    def _send(self, message: str, *, to: UUID, payload: dict[str, Any]) -> None:
        outbox.queue_message(self.session, message, to=to, about=self.instance.business_key, payload=payload)

    def _mail(self, *, to: str, text: str, about: str, facts: dict[str, Any], urgent: bool) -> None:
        outbox.queue_mail(self.session, to=to, text=text, about=about, facts=facts, urgent=urgent)
        self._event("notice.queued", subject=text, details={"to": to})

    def _note(self, kind: str, drawn: Element, details: dict[str, Any]) -> None:
        self._event(kind, subject=drawn.id, details={"name": drawn.name, **details})

    def _event(self, kind: str, *, subject: str, details: dict[str, Any]) -> None:
        audit.record(
            self.session,
            kind=kind,
            business_key=self.instance.business_key,
            actor=self.actor,
            subject=subject,
            instance_id=self.instance.id,
            details=details,
        )


def plain_state(execution: Execution) -> bytes:
    """The state before it is sealed."""
    return dump(execution.live, execution.variables)


def place_of_state(instance: ProcessInstance) -> str:
    """Where a stored state belongs: its row and its revision."""
    return f"process_instance|state|{instance.id}|{instance.revision}"
