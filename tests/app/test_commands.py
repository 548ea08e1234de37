"""The command `roundtable`: exit 0 all well, 1 findings or refused, 2 wrong use (interfaces)."""

from __future__ import annotations

import http.client
import json
import shutil
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from engine import Actor, Database, changes
from reviews.shipped import PROCESSES, shipped_processes

KEY = "only for tests: a key that is long enough to be taken"


def run(*arguments: str, given: str | None = None, **environment: str) -> Result:
    """The command with these arguments and settings."""
    names = {f"ROUNDTABLE_{name}": value for name, value in environment.items()}
    return CliRunner().invoke(main, list(arguments), input=given, env=names)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7),
        ('if 3 > 2 then "yes" else "no"', "yes"),
        ("null < 1", None),
        ('date("2026-05-04").year', 2026),
    ],
)
def test_feel_prints_the_value_as_json(expression: str, value: object) -> None:
    result = run("feel", "evaluate", expression)
    assert (result.exit_code, json.loads(result.output)) == (0, value)


def test_feel_reads_standard_input_and_a_context() -> None:
    result = run(
        "feel", "evaluate", "-", "--context", '{"agencies": ["police", "health"]}', given="count(agencies)"
    )
    assert json.loads(result.output) == 2


def test_feel_refuses_with_the_place_and_what_to_write() -> None:
    result = run("feel", "evaluate", "a == b")
    assert result.exit_code == 1
    assert "=" in result.output


def test_a_context_that_is_no_json_is_wrong_use() -> None:
    assert run("feel", "evaluate", "1", "--context", "{").exit_code == 2


def test_a_decision_prints_its_outcome() -> None:
    table = str(PROCESSES / "learning_review" / "criteria.dmn")
    given = {
        "referral": {"plan_status_now": "cp", "plan_status_then": "tac", "lead_considers_learning": True}
    }
    result = run("decisions", "evaluate", table, "--decision", "criteria", "--input", json.dumps(given))
    assert (result.exit_code, json.loads(result.output)["both_met"]) == (0, True)


def test_an_unknown_decision_is_refused_with_those_there_are() -> None:
    table = str(PROCESSES / "learning_review" / "criteria.dmn")
    result = run("decisions", "evaluate", table, "--decision", "gone")
    assert result.exit_code == 1
    assert "criteria" in result.output


def test_the_calendar_says_the_date_and_the_sum() -> None:
    result = run("calendar", "add", "15", "--from", "2026-05-04")
    assert result.output.startswith("2026-05-26  15 working days from Monday 4 May 2026")
    in_json = run("calendar", "add", "1", "--from", "2026-12-24", "--region", "scotland", "--json")
    assert json.loads(in_json.output)["date"] == "2026-12-29"
    assert run("calendar", "add", "1", "--from", "4 May").exit_code == 2
    assert run("calendar", "add", "1", "--from", "2199-01-01").exit_code == 1


@pytest.mark.parametrize("process", shipped_processes())
def test_every_shipped_process_passes_its_checks(process: str) -> None:
    result = run("processes", "check", str(PROCESSES / process))
    assert (result.exit_code, result.output) == (0, "")


def test_a_broken_diagram_is_named_with_line_and_what_to_do(tmp_path: Path) -> None:
    text = (PROCESSES / "action" / "action.bpmn").read_text(encoding="utf-8")
    broken = tmp_path / "action.bpmn"
    broken.write_text(
        text.replace('roundtable:due="5 working days"', 'roundtable:due="5 wroking days"', 1),
        encoding="utf-8",
    )
    result = run("processes", "check", str(broken), "--json")
    (finding,) = [found for found in json.loads(result.output) if found["rule"] == "deadline"]
    assert result.exit_code == 1
    assert finding["line"] > 0
    assert finding["file"] == "action.bpmn"
    assert finding["what_to_do"]


@pytest.mark.parametrize("bytes_", [b"\xff\xfe\x00bad", b"", b"<a/>", b"{}", b"\x00" * 100])
@pytest.mark.parametrize("suffix", [".bpmn", ".dmn", ".form"])
def test_no_file_however_broken_makes_a_trace(tmp_path: Path, bytes_: bytes, suffix: str) -> None:
    file = tmp_path / f"broken{suffix}"
    file.write_bytes(bytes_)
    result = run("processes", "check", str(file))
    assert (result.exit_code, result.exception.__class__) in ((1, SystemExit), (1, type(None)))
    assert str(file.name) in result.output


def test_a_database_from_nothing_to_a_tick(tmp_path: Path) -> None:
    given = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'roundtable.sqlite'}",
        "SECRET_KEY": KEY,
        "IDENTITY_KEYS": KEY[::-1],
        "BASE_URL": "https://roundtable.example",
    }
    assert run("doctor", **given).exit_code == 1
    assert run("db", "upgrade", **given).exit_code == 0
    assert run("worker", "--once", **given).stdout.startswith("0 timers")
    assert json.loads(run("processes", "list", "--json", **given).output) == []
    bundles = [str(PROCESSES / "action"), str(PROCESSES / "chasing.dmn")]
    owner = _added("process_owner", given)
    approver = _added("policy_approver", given)
    deploy = ("processes", "deploy", *bundles, "--note", "first", "--by")
    for person in (owner, approver, "nobody"):
        refused = run(*deploy, person, **given)
        assert (refused.exit_code, refused.stdout) == (1, ""), "nobody has approved anything"
    assert run("processes", "propose", *bundles, "--note", "first", "--by", approver, **given).exit_code == 1
    proposed = run("processes", "propose", *bundles, "--note", "first", "--by", owner, **given)
    assert proposed.output == "Approval of action is asked for.\nApproval of chasing is asked for.\n"
    assert run(*deploy, owner, **given).exit_code == 1, "asked for is not approved"
    _approve_all(given, approver)
    assert run(*deploy, owner, **given).stdout == (
        "action is now at version 1.\nchasing is now at version 1.\n"
    )
    listed = json.loads(run("processes", "list", "--json", **given).output)
    assert [(row["note"], row["approved_by"], row["deployed_by"]) for row in listed] == [
        ("first", approver, owner)
    ] * 2


def _added(role: str, given: dict[str, str]) -> str:
    """The id of somebody new with that role."""
    name = ("--name", "Sam Example", "--role", role)
    result = run("users", "add", f"{role}@board.example", *name, **given)
    assert result.exit_code == 0, result.output
    return result.stdout.split()[0]


def _approve_all(given: dict[str, str], approver: str) -> None:
    database = Database(given["DATABASE_URL"], secret_key=given["SECRET_KEY"].encode())
    with database.write() as session:
        for row in changes.changes(session, status="asked"):
            changes.approve(session, row.id, checksum=row.checksum or "", comment="", by=Actor(approver))
    database.dispose()


def test_a_single_file_of_a_process_is_no_bundle() -> None:
    refused = run(
        "processes", "deploy", str(PROCESSES / "action" / "action.bpmn"), "--note", "first", "--by", "u_devon"
    )
    assert (refused.exit_code, "Name the folder" in refused.output) == (2, True)


def test_behind_a_proxy_that_ends_tls_redirects_stay_at_https(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import waitress

    given: dict[str, Any] = {}

    def keep(application: Any, **more: Any) -> None:
        given.update(more, application=application)

    monkeypatch.setattr("app.cli.web.serve_until_told", keep)
    settings = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'roundtable.sqlite'}",
        "SECRET_KEY": KEY,
        "IDENTITY_KEYS": KEY[::-1],
        "BASE_URL": "https://roundtable.example",
    }
    assert run("db", "upgrade", **settings).exit_code == 0
    assert run("serve", **settings).exit_code == 0
    server = waitress.create_server(given.pop("application"), **{**given, "port": 0})
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=10)) as asked:
            asked.request("GET", "/permissions", headers={"Host": "roundtable.example"})
            answer = asked.getresponse()
            answer.read()
    finally:
        server.close()
    assert (answer.status, answer.headers["Location"]) == (308, "https://roundtable.example/permissions/")


def test_unsafe_settings_are_refused_all_at_once() -> None:
    result = run(
        "worker", "--once", SECRET_KEY="short", IDENTITY_KEYS="", BASE_URL="http://roundtable.example"
    )
    assert result.exit_code == 1
    for name in ("ROUNDTABLE_SECRET_KEY", "ROUNDTABLE_IDENTITY_KEYS", "ROUNDTABLE_BASE_URL"):
        assert name in result.output


def test_a_visitors_address_is_taken_from_the_one_proxy_and_from_nobody_else() -> None:
    from waitress.proxy_headers import proxy_headers_middleware

    from app.cli.web import from_outside
    from app.config import Config

    def seen(config: Config, came_from: str) -> str:
        given = from_outside(config)
        del given["url_scheme"]
        clear = given.pop("clear_untrusted_proxy_headers", True)
        asked = proxy_headers_middleware(
            lambda environ, _: environ["REMOTE_ADDR"], **given, clear_untrusted=clear
        )
        spoofed = "198.51.100.1, 203.0.113.7"
        environ = {"REMOTE_ADDR": came_from, "HTTP_X_FORWARDED_FOR": spoofed, "HTTP_HOST": "x"}
        return str(asked(environ, lambda *_: None))

    assert seen(Config(KEY, trusted_proxy="127.0.0.1"), "127.0.0.1") == "203.0.113.7"
    assert seen(Config(KEY, trusted_proxy="127.0.0.1"), "192.0.2.9") == "192.0.2.9"
    assert seen(Config(KEY), "127.0.0.1") == "127.0.0.1"
    anybody = Config(KEY, identity_keys=(KEY[::-1],), base_url="https://r.example", trusted_proxy="*")
    assert any("TRUSTED_PROXY" in problem for problem in anybody.problems())


def test_what_differs_between_two_bundles_is_said_in_words(tmp_path: Path) -> None:
    old, new = PROCESSES / "learning_review", tmp_path / "learning_review"
    new.mkdir()
    for path in old.glob("*.*"):
        text = path.read_text(encoding="utf-8").replace(
            'roundtable:due="20 working days"', 'roundtable:due="9 days"'
        )
        (new / path.name).write_text(text, encoding="utf-8")
    result = run("processes", "diff", str(old), str(new))
    said = "is now “9 days”; before, it was “20 working days”."
    assert result.exit_code == 0
    assert f"The deadline of the step “Look again: is there room now?” {said}" in result.output
    told = json.loads(run("processes", "diff", str(old), str(new), "--json").output)
    assert told[0]["kind"] == "deadline" and told[0]["element"] == "capacity_review"
    assert run("processes", "diff", str(old), str(old)).output == "Nothing has changed.\n"
    assert run("processes", "diff", str(old), "nowhere").exit_code == 2


def test_checking_says_everything_of_a_finding_and_keeps_guard_steps(tmp_path: Path) -> None:
    before = tmp_path / "before" / "learning_review"
    after = tmp_path / "after" / "learning_review"
    for place in (before, after):
        shutil.copytree(PROCESSES / "learning_review", place)
    diagram = after / "learning_review.bpmn"
    text = diagram.read_text(encoding="utf-8")
    text = text.replace("statutory_screen.outcome = ", "statutory_scren.outcome = ")
    diagram.write_text(text.replace(' roundtable:guard="true"', "", 1), encoding="utf-8")
    said = run("processes", "check", str(after), "--before", str(before), "--json")
    assert said.exit_code == 1
    found = {row["rule"]: row for row in json.loads(said.output)}
    assert set(found) == {"variable", "guard_gone"}
    assert found["variable"]["what_to_do"] == "Did you mean “statutory_screen”?"
    assert found["variable"]["element"] == "flow_is_statutory_to_to_scr"
    assert found["variable"]["line"] > 0
    assert found["guard_gone"]["severity"] == "error"
    words = run("processes", "check", str(after))
    assert "learning_review.bpmn:" in words.output
    assert "error [variable]" in words.output
    assert words.output.rstrip().endswith("1 to put right, 0 to look at.")


def test_a_file_that_is_no_text_is_a_finding(tmp_path: Path) -> None:
    place = tmp_path / "p.bpmn"
    place.write_bytes(b"\xff\xfe\x00\xd8" * 50)
    said = run("processes", "check", str(place))
    assert said.exit_code == 1
    assert "p.bpmn error [file_text]" in said.output


def test_the_rules_can_be_read() -> None:
    assert "`guard_gone`" in run("processes", "rules").output


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda text: text.replace("</bpmn:definitions>", ""), "not well-formed XML"),
        (lambda text: text.replace('isExecutable="true"', 'isExecutable="false"'), "0 executable processes"),
    ],
    ids=["cut short", "no process"],
)
def test_a_broken_diagram_at_the_start_is_said_with_its_file_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: Callable[[str], str], told: str
) -> None:
    shutil.copytree(PROCESSES, tmp_path / "processes")
    broken = tmp_path / "processes" / "action" / "action.bpmn"
    broken.write_text(harm(broken.read_text(encoding="utf-8")), encoding="utf-8")
    monkeypatch.setattr("reviews.shipped.PROCESSES", tmp_path / "processes")

    result = run("demo", "--no-browser", "--database-url", f"sqlite:///{tmp_path / 'demo.sqlite'}")

    assert result.exit_code == 1
    assert "action.bpmn" in result.output
    assert told in result.output
    assert "to put right" in result.output
