"""A stranger follows deploy/README.md and docs/guides/running.md: from nothing to the first sign-in and the
first step, then the backup on a second machine. The commands are read from the guides and typed as they are.

Left out are what needs a real machine: packages, accounts, systemd and nginx (tests/setup/stand_ins.py).
"""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path
from typing import Any

import pyotp
import pytest

from bench.storm.asking import NoAnswer, Round
from engine import SystemClock
from reviews.shipped import PROCESSES
from tests.app.test_first_installation import Member, adds
from tests.clusters import running
from tests.conftest import ROOT
from tests.policy import answers
from tests.policy.browsing import Person
from tests.setup.machines import Machine, warm

HEADING = re.compile(r"^##+ +(.*)$", re.MULTILINE)
BLOCK = re.compile(r"^( *)```\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
YOU = "you@board.example"
NO_MAIL = ("ROUNDTABLE_SMTP_URL", "processes propose")  # what doctor may still ask for


def blocks(guide: str, heading: str) -> list[str]:
    """The commands under a heading of a guide, in the order in which they stand there."""
    text = (ROOT / guide).read_text(encoding="utf-8")
    [place] = [found for found in HEADING.finditer(text) if found[1].startswith(heading)]
    following = HEADING.search(text, place.end())
    section = text[place.end() : following.start() if following else len(text)]
    return [re.sub(rf"(?m)^{indent}", "", block) for indent, block in BLOCK.findall(section)]


def comes(way: Round, id_: str, email: str) -> Member:
    """Somebody at a browser before the services."""
    nothing: Any = None  # whoever comes by a link needs no way past the pages
    clock: Any = SystemClock()
    return Member(way, nothing, clock, id_, address=email)  # type: ignore[arg-type]


def serves(machine: Machine) -> Round:
    """The web processes of a machine, once they are ready."""
    way = Round([("127.0.0.1", int(port)) for port in machine.ports.values()])
    for _ in range(2 * len(way.addresses)):
        for _ in range(100):
            try:
                if way.ask("GET", "/health/ready").status == 200:
                    break
            except NoAnswer:
                time.sleep(0.1)
    return way


def doctor(machine: Machine, *options: str) -> list[str]:
    """What `rt doctor` finds that is not well."""
    said = machine.types(f"rt doctor {' '.join(options)} || true").splitlines()
    return [line for line in said if ": ok" not in line]


@pytest.mark.slow
def test_a_stranger_installs_it_and_restores_it_elsewhere(tmp_path: Path) -> None:
    with running() as one, running() as two, warm(tmp_path / "warm") as warmed:
        first, second = Machine(tmp_path / "1", one, warmed), Machine(tmp_path / "2", two, warmed)
        try:
            key = _installs(first)
            _restores(first, second, key)
        finally:
            first.ends()
            second.ends()


def _begins(machine: Machine, steps: list[str], settings: Path | None = None) -> None:
    """Programs, database and settings: steps 2 to 4."""
    software, database, keys = steps[:3]
    machine.types(software)
    machine.types(database, answers="a password\na password\n")
    place = f"127.0.0.1:{machine.cluster.port}/roundtable"
    if settings:
        shutil.copy(settings, machine.settings)
    else:
        *_, secret, identity = machine.types(keys).splitlines()
        machine.fills_in(SECRET_KEY=secret, IDENTITY_KEYS=identity)
    machine.fills_in(DATABASE_URL=f"postgresql+psycopg://roundtable:password@{place}")


def _installs(machine: Machine) -> str:
    """From nothing to the first step that somebody does; the key of the administrator's phone."""
    steps = blocks("deploy/README.md", "From nothing to the first sign-in")
    _begins(machine, steps)
    tables, services, proxy, person = steps[3:]
    machine.types(tables.replace("rt doctor", ""))
    assert all(any(word in line for word in NO_MAIL) for line in doctor(machine))
    machine.types(services)
    machine.types(proxy)
    said = machine.types(person).split()
    way = serves(machine)
    admin = comes(way, next(word for word in said if word.startswith("u_")), YOU)
    office = admin.comes_by(next(word for word in said if word.startswith("https://")))
    assert "My work" in office.open("/").words

    first = blocks("docs/guides/running.md", "The first installation")
    partnership, approved = _as_typed(first[1]), _as_typed(first[2])
    said = machine.types(partnership)
    agency = said.split()[0]
    people = {}
    for role in ("process_owner", "policy_approver", "practitioner"):
        email = f"{role}@board.example"
        told = {"name": f"{role} P.", "email": email, "role": role, "agency": agency}
        people[role] = adds(office, "/people/new", told).rpartition("/")[2]
    link = {role: machine.types(f"rt users link {id_}").split()[-1] for role, id_ in people.items()}
    # One small process in place of all, which would take a minute: tests/app/test_first_installation.py
    approved = approved.replace("OWNER", people["process_owner"])
    approved = approved.replace("--shipped", f"{PROCESSES}/case_suggestion")
    propose, deploy = (line for line in approved.splitlines() if line.startswith("rt"))
    machine.types(propose)
    approver = comes(way, people["policy_approver"], "policy_approver@board.example")
    _approves(approver.comes_by(link["policy_approver"]))
    machine.types(deploy)
    somebody = comes(way, people["practitioner"], "practitioner@board.example").comes_by(link["practitioner"])
    href = somebody.submit(somebody.open("/suggest").form("/suggest"), "/suggest").path
    somebody.answers(href, answers.suggestion())
    return admin.key


def _as_typed(block: str) -> str:
    """A block of the guide as deploy/README.md says to type it, in the name of who is there."""
    return re.sub(r"(?m)^roundtable", "rt", block).replace("zia@board.example", YOU)


def _approves(approver: Person) -> None:
    page = approver.open("/studio/case_suggestion")
    [change] = {link for link in page.links("") if re.fullmatch(r"/studio/changes/[0-9a-f-]+", link)}
    page = approver.open(change)
    assert approver.submit(page.form("/decision"), page.path, {"decision": "approve"}).status == 200


def _restores(first: Machine, second: Machine, key: str) -> None:
    """The backup of the first machine, on the second: everybody signs in there as before."""
    [release] = blocks("deploy/README.md", "A new release")
    backup, *_, restart = release.strip().splitlines()
    first.types(backup)
    first.types(restart)
    serves(first)
    [file] = (first.root / "var/backups/roundtable").glob("*.backup")

    steps = blocks("deploy/README.md", "From nothing to the first sign-in")
    _begins(second, steps, settings=first.settings)
    alias, *_ = (line for line in steps[3].splitlines() if line.startswith("alias"))
    shutil.copy(file, second.carried / "roundtable.backup")
    [elsewhere] = blocks("deploy/README.md", "Another machine, from a backup")
    said = second.types(f"{alias}\n" + elsewhere.replace("rt doctor --deep", ""))
    assert "the audit log is whole up to its last anchor" in said
    assert all(any(word in line for word in NO_MAIL) for line in doctor(second, "--deep"))
    second.types(steps[4])
    way = serves(second)
    admin = comes(way, "", YOU)
    admin.enters()
    answer = admin.browser.post("/sign-in/code", {"code": pyotp.TOTP(key).now()})
    assert answer.status_code in (303, 422), answer.text
    if answer.status_code == 422:  # the code of this half minute was used on the first machine
        time.sleep(30 - time.time() % 30)
        admin.browser.post("/sign-in/code", {"code": pyotp.TOTP(key).now()})
    assert "Partnership" in admin.browser.get("/partnership/").text
