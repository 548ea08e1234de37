"""Services: the work that a diagram may ask for by name, and what each is told when it runs.

The domain registers its services in one ServiceRegistry and hands it to the Database. A diagram that names
an unknown one is refused at deploy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine.clock import local_date


@dataclass(frozen=True)
class Actor:
    """Who does something: a person by id, or a part of the system ("system:worker").

    `acts_for` is the person whom they cover in this: both names go into the audit log.
    """

    id: str
    acts_for: str | None = None

    @classmethod
    def system(cls, part: str) -> Actor:
        """The system itself, for work that nobody asked for at that moment."""
        return cls(f"system:{part}")

    @property
    def is_system(self) -> bool:
        """True for the worker and the like."""
        return self.id.startswith("system:")


@dataclass
class ServiceCall:
    """What a service is told. It writes rows in `session`, and returns small facts for the process (or None).

    It never touches the network: mail and messages go through `mail` and `send`, which write the outbox.
    """

    session: Session
    service: str
    instance_id: UUID
    process: str
    business_key: str
    variables: dict[str, Any]
    inputs: dict[str, Any]
    item: Any
    answers: dict[str, Any] | None
    identity: dict[str, Any]
    task_id: UUID | None
    step: str | None
    actor: Actor
    now: datetime
    _start: Callable[..., UUID] = field(repr=False)
    _send: Callable[..., None] = field(repr=False)
    _mail: Callable[..., None] = field(repr=False)

    @property
    def today(self) -> date:
        """The local date (Europe/London) of `now`."""
        return local_date(self.now)

    def start(self, process: str, *, business_key: str, variables: Mapping[str, Any]) -> UUID:
        """Start another process in the same transaction; its id."""
        return self._start(process, business_key=business_key, variables=dict(variables))

    def send(self, message: str, *, to: UUID, payload: Mapping[str, Any] | None = None) -> None:
        """Send a message to another instance (or this one) after this transaction has committed."""
        self._send(message, to=to, payload=dict(payload or {}))

    def mail(
        self,
        *,
        to: str,
        text: str,
        about: str,
        facts: Mapping[str, Any] | None = None,
        urgent: bool = False,
    ) -> None:
        """Queue a notice to a person: `text` is the id of a notice text, `facts` fill its placeholders
        (never names of children). An urgent one leaves in quiet hours, too."""
        self._mail(to=to, text=text, about=about, facts=dict(facts or {}), urgent=urgent)


Service = Callable[[ServiceCall], Mapping[str, Any] | list[Any] | None]


class ServiceRegistry:
    """Services by name."""

    def __init__(self) -> None:
        self._services: dict[str, Service] = {}
        self._gives: dict[str, tuple[str, ...]] = {}
        self._by_themselves: set[str] = set()

    def service(self, name: str, *, gives: str = "", by_itself: bool = False) -> Callable[[Service], Service]:
        """Register the decorated function as the service `name`. Raises ValueError when the name is taken.

        `gives` names, with spaces between them, the facts in what it returns (of a list: in each item), so
        that a diagram which reads another is refused. One that is `by_itself` looks at nothing that other
        cases have just written, nor at a case that it has started; and changes nothing that they go by: who
        holds a role, who is away.
        """

        def register(function: Service) -> Service:
            if name in self._services:
                raise ValueError(f"The service {name} is registered twice.")
            self._services[name] = function
            self._gives[name] = tuple(gives.split())
            if by_itself:
                self._by_themselves.add(name)
            return function

        return register

    def __contains__(self, name: str) -> bool:
        return name in self._services

    def __getitem__(self, name: str) -> Service:
        return self._services[name]

    def facts(self, name: str) -> tuple[str, ...] | None:
        """The facts in what a service returns; None for one that does not say."""
        return self._gives.get(name) or None

    def is_by_itself(self, name: str) -> bool:
        """Whether a service has nothing to do with what other cases do in the same transaction."""
        return name in self._by_themselves

    def names(self) -> list[str]:
        """Every registered name, sorted."""
        return sorted(self._services)
