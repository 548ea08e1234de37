"""How many statements a step takes, in process and as a whole request: the short form of promise P1 (at most
20), whose times `make bench` measures. Statements do not depend on how busy a machine is."""

from __future__ import annotations

import pytest

from bench.heavy_cases import (
    PLAIN,
    add_referrals,
    answers_to,
    doer_of,
    in_a_file,
    lived_to,
    tasks_at,
    watched,
)
from bench.over_http import Desk
from bench.steps import send

HEAVY = "agency_preparation"  # 15 agencies
REACHED = {
    PLAIN: 16,
    HEAVY: 16,
}  # docs/decisions/0027 says what each is for; in process the session is not asked


@pytest.mark.parametrize("step", REACHED)
def test_a_step_takes_no_more_statements_than_it_did_and_one_commit(database_url: str, step: str) -> None:
    """The second step of each kind: the first reads what the process keeps."""
    database = in_a_file(lived_to(step, heavy=step == HEAVY), database_url)
    if step == PLAIN:
        add_referrals(database, 3)
    with database.read() as session:
        tasks = tasks_at(session, step)
        sent = [(each, doer_of(session, each)) for each in tasks[2:4]]
        answers = [answers_to(session, *each) for each in sent]
    for (task, person), raw in zip(sent, answers, strict=True):
        with watched(database) as in_process, database.write() as session:
            send(session, task.id, person, raw)
    desk = Desk(database)
    _, over_http = [desk.sends(task)[1] for task in tasks[:2]]
    database.dispose()
    assert in_process.commits == over_http.commits == 1
    assert in_process.count <= REACHED[step] - 1, [statement for statement, _ in in_process.statements]
    assert over_http.count <= REACHED[step], [statement for statement, _ in over_http.statements]
