"""A small client for Roundtable's interface for programs. It needs Python 3.11 and nothing else.

    from client import Roundtable, Refused

    here = Roundtable("https://reviews.example.org", token="rt_...")
    for task in here.tasks(overdue=True):
        print(task["review"], task["name"], task["due_on"])

A program acts in the name of the person whose token it brings: it may do what they may on that day, narrowed
to the scopes of the token. What the service refuses is raised as `Refused`, with the sentence for people and,
for answers to a form, a sentence for each question. What is lost on the way is sent again under the same key
(Idempotency-Key), so that nothing is done twice. The whole description: /api/docs.

Copy this file and change it as you like. The tests of Roundtable drive a whole review through it.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, TypedDict, cast
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

Answers = Mapping[str, Any]
ATTEMPTS, LONGEST_WAIT = 4, 60


class Named(TypedDict):
    """Somebody or something, by id and by name."""

    id: str
    name: str


class Task(TypedDict):
    """A task as a list shows it."""

    id: str
    step: str
    name: str
    review: str
    child: str
    agency: str | None
    assignee: Named | None
    status: str
    due_on: str | None
    overdue: bool


class Draft(TypedDict):
    """What is saved of the answers so far; revision 0 where nothing is."""

    answers: dict[str, Any]
    revision: int
    saved_at: str | None


class WholeTask(Task):
    """One task with why it is asked, its form, what is known already and one's own draft."""

    why: str
    clause: str
    form: dict[str, Any]
    answers: dict[str, Any]
    draft: Draft


class Next(TypedDict):
    """One thing that happens next; `task` is its id where it is one's own."""

    what: str
    who: str
    when: str
    task: str | None
    due_on: str | None


class Completed(TypedDict):
    """What happens next, now that a step is completed."""

    task: str
    step: str
    review: str
    completed_at: str
    next: list[Next]


class Review(TypedDict):
    """A review as a list shows it."""

    ref: str
    child: str
    title: str
    standing: str
    standing_word: str
    next_due: str | None
    ended: bool


class Begun(TypedDict):
    """A referral that has begun, with its first task."""

    ref: str
    task: Task


class Action(TypedDict):
    """An action as the board shows it."""

    ref: str
    review: str
    text: str
    agency: Named
    owner: Named | None
    status: str
    due_on: str
    brag: str


class Refused(Exception):
    """The service said no. `errors` has a sentence for each question or part; `told` is the whole problem
    (RFC 9457): who was first with a 409, both versions of a draft with a 412."""

    def __init__(self, status: int, told: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {told.get('title', '')}: {told.get('detail', '')}")
        self.status, self.told = status, told
        self.errors: dict[str, str] = dict(told.get("errors") or {})


class Roundtable:
    """The service, in the name of one person."""

    def __init__(self, address: str, token: str, *, timeout: float = 30) -> None:
        if not address.startswith(("https://", "http://")):
            raise ValueError("The address begins with https://")
        self._base, self._token, self._timeout = f"{address.rstrip('/')}/api/v1", token, timeout

    # --- who I am ---

    def me(self) -> dict[str, Any]:
        """The person, their roles, what the token allows and until when."""
        return cast("dict[str, Any]", self._ask("GET", "/me"))

    # --- tasks ---

    def tasks(self, view: str = "mine", *, review: str = "", overdue: bool = False) -> Iterator[Task]:
        """The tasks of a view (mine, team, waiting, done), page after page."""
        return self._all("/tasks", view=view, review=review, overdue=overdue)

    def task(self, task: str) -> WholeTask:
        """One task with its form, what is known and one's own draft."""
        return cast("WholeTask", self._ask("GET", f"/tasks/{task}"))

    def save_draft(self, task: str, answers: Answers, revision: int) -> Draft:
        """Keep answers so far. `revision` is the one they were written over; Refused (412) has both versions
        where another one was saved meanwhile."""
        headers = {"If-Match": f'"{revision}"'}
        return cast("Draft", self._ask("PUT", f"/tasks/{task}/draft", {"answers": answers}, headers))

    def complete(self, task: str, answers: Answers, *, key: str = "") -> Completed:
        """Complete a task and learn what happens next. Refused (422) has a sentence for each question."""
        return cast("Completed", self._do(f"/tasks/{task}/complete", {"answers": answers}, key))

    def claim(self, task: str) -> WholeTask:
        """Take a task on."""
        return cast("WholeTask", self._do(f"/tasks/{task}/claim"))

    def release(self, task: str) -> WholeTask:
        """Give a task back to the team."""
        return cast("WholeTask", self._do(f"/tasks/{task}/release"))

    def hand_over(self, task: str, to: str, reason: str) -> None:
        """Hand a task to somebody who could do it."""
        self._do(f"/tasks/{task}/hand-over", {"to": to, "reason": reason})

    # --- reviews ---

    def refer(self, agency: str = "", *, key: str = "") -> Begun:
        """Begin a referral; completing its first task sends it."""
        return cast("Begun", self._do("/reviews", {"agency": agency} if agency else {}, key))

    def reviews(self, *, words: str = "", standing: str = "", only_open: bool = False) -> Iterator[Review]:
        """The reviews that one may see, page after page."""
        return self._all("/reviews", q=words, standing=standing, open=only_open)

    def review(self, ref: str) -> Review:
        """One review at a glance."""
        return cast("Review", self._ask("GET", f"/reviews/{quote(ref)}"))

    def position(self, ref: str) -> dict[str, Any]:
        """Where a review is, whom it waits for, and what comes next."""
        return cast("dict[str, Any]", self._ask("GET", f"/reviews/{quote(ref)}/position"))

    def timeline(self, ref: str) -> Iterator[dict[str, Any]]:
        """What has happened, the newest first, page after page."""
        return self._all(f"/reviews/{quote(ref)}/timeline")

    def learning_of(self, ref: str) -> dict[str, Any]:
        """What one review has learned."""
        return cast("dict[str, Any]", self._ask("GET", f"/reviews/{quote(ref)}/learning"))

    def change(self, ref: str, what: str, reason: str, *, key: str = "") -> dict[str, Any]:
        """Pause, resume, withdraw, redirect or reopen a review, with a reason."""
        return cast("dict[str, Any]", self._do(f"/reviews/{quote(ref)}/{what}", {"reason": reason}, key))

    # --- actions ---

    def actions(self, *, review: str = "", mine: bool = False, done_too: bool = False) -> Iterator[Action]:
        """The action board, the earliest due first."""
        return self._all("/actions", review=review, mine=mine, all=done_too)

    def update_action(self, ref: str, answer: str, note: str, **more: str) -> Action:
        """Say how one's action is going: on_track, done, need_longer (with `forecast`), not_mine, blocked."""
        told = {"answer": answer, "note": note, **more}
        return cast("Action", self._do(f"/actions/{quote(ref)}/updates", told))

    def ask_for_time(self, ref: str, until: str, reason: str) -> Action:
        """Ask for more time for one's action."""
        return cast(
            "Action", self._do(f"/actions/{quote(ref)}/extension", {"until": until, "reason": reason})
        )

    def send_evidence(self, ref: str, answers: Answers) -> Completed:
        """Send the evidence of an action."""
        return cast("Completed", self._do(f"/actions/{quote(ref)}/evidence", {"answers": answers}))

    def verify(self, ref: str, answers: Answers) -> Completed:
        """Say whether the evidence of an action is enough."""
        return cast("Completed", self._do(f"/actions/{quote(ref)}/verification", {"answers": answers}))

    # --- what is published ---

    def learning(self, *, words: str = "", theme: str = "") -> Iterator[dict[str, Any]]:
        """Published briefings, the newest first."""
        return self._all("/learning", q=words, theme=theme)

    def measures(self, body: str = "board", **period: str) -> dict[str, Any]:
        """The measures of a body; `period`, or `since` and `until`."""
        return cast("dict[str, Any]", self._ask("GET", f"/measures?{urlencode({'body': body, **period})}"))

    # --- how it is asked ---

    def _all(self, path: str, **asked: Any) -> Iterator[Any]:
        wanted = {name: str(value).lower() if value is True else value for name, value in asked.items()}
        query = {name: value for name, value in wanted.items() if value not in ("", False)}
        while True:
            page = self._ask("GET", f"{path}?{urlencode(query)}" if query else path)
            yield from page["items"]
            if page["next"] is None:
                return
            query["cursor"] = page["next"]

    def _do(self, path: str, sent: Any = None, key: str = "") -> Any:
        return self._ask("POST", path, sent, {"Idempotency-Key": key or str(uuid.uuid4())})

    def _ask(self, method: str, path: str, sent: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """Ask once, and again where the answer was lost or the service asks to wait: a GET, and a POST with
        its key, can be sent again. A PUT is not: its revision says whether the first one arrived."""
        told = {"Authorization": f"Bearer {self._token}", "Accept": "application/json", **(headers or {})}
        body = None if sent is None else json.dumps(sent).encode()
        if body is not None:
            told["Content-Type"] = "application/json"
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS or method == "PUT"
            try:
                asked = Request(self._base + path, data=body, headers=told, method=method)  # noqa: S310
                with urlopen(asked, timeout=self._timeout) as answer:  # noqa: S310
                    return json.load(answer)
            except HTTPError as refused:
                if last or refused.code not in (429, 503):
                    raise _problem(refused) from None
                wait = int(refused.headers.get("Retry-After", 2**attempt))
            except URLError:
                if last:
                    raise
                wait = 2**attempt
            time.sleep(min(wait, LONGEST_WAIT))
        raise AssertionError("the last attempt answers or raises")


def _problem(refused: HTTPError) -> Refused:
    try:
        told = json.loads(refused.read())
    except ValueError:
        told = {"title": refused.reason, "detail": ""}
    return Refused(refused.code, told)
