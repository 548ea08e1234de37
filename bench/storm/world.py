"""The work of a storm: a small process with every kind of due work in it, and many cases of it.

Each case has two time limits that open an escalation, three rungs of reminders on two days, a message to
itself, and a notice of its own. People take part: they answer the step that the message opens.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

import engine
from bench.storm.witness import LetterBox
from engine import Actor, Database, Domain, ServiceCall, ServiceRegistry, VirtualClock
from engine.models import UserTask
from tests.engine.drawing import boundary, bundle, catch, draw, end, parallel, service, user

SECRET = b"only for storms: not a secret at all"
STORM = Actor.system("storm")
PROCESS = "storm"
STARTED = datetime(2026, 5, 5, 9, tzinfo=UTC)  # a Tuesday: `work` is due on Tuesday 12 May
FIRST_DAY = datetime(2026, 5, 13, 9, tzinfo=UTC)  # the first time limit and the first rungs are due
SECOND_DAY = datetime(2026, 5, 14, 23, 30, tzinfo=UTC)  # half past midnight, after 38 hours of downtime
BACK = timedelta(hours=1)  # how far a clock may jump back: here into the day before
PERSONAL = "Canary Realname"  # stands in every case's state, and must stand nowhere else
STEPS = ("escalation_1", "escalation_2")
RUNGS = ((1, "assignee", "digest", "late"), (1, "manager", "urgent", "late_for_manager"))
LAST_RUNG = (2, "assignee", "digest", "later")
PEOPLE_PER = 5  # cases of one person: their reminders of a day are one letter
AT_ONCE = 50  # cases begun in one transaction

DIAGRAM = draw(
    PROCESS,
    service("begin_case"),
    user("work", due="5 working days", assignee="person"),
    boundary("late_1", "work", timer="1 working day after due", interrupts=False),
    boundary("late_2", "work", timer="2 working days after due", interrupts=False),
    parallel("both"),
    catch("nudged", message="nudge"),
    user("escalation_1"),
    user("escalation_2"),
    user("reply", due="60 working days"),
    end("escalated_1"),
    end("escalated_2"),
    end("replied"),
    flows="begin>begin_case begin_case>both both>work both>nudged work>done "
    "late_1>escalation_1 escalation_1>escalated_1 late_2>escalation_2 escalation_2>escalated_2 "
    "nudged>reply reply>replied",
)
# With nothing but time limits: for counting many cases.
PLAIN = draw(
    PROCESS,
    user("work", due="5 working days", assignee="person"),
    boundary("late_1", "work", timer="1 working day after due", interrupts=False),
    user("escalation_1"),
    end("escalated_1"),
    flows="begin>work work>done late_1>escalation_1 escalation_1>escalated_1",
)
services = ServiceRegistry()


@services.service("begin_case")
def begin_case(call: ServiceCall) -> None:
    """Each case begins with a notice and a message to itself."""
    call.mail(to=call.variables["person"], text="receipt", about=call.business_key)
    call.send("nudge", to=call.instance_id, payload={"from": call.business_key})


def recipients(session: Session, task: UserTask, who: str) -> list[str]:
    """Whom a reminder goes to: who holds the task, or their manager. Only `work` is chased."""
    if task.step != "work" or not task.assignee:
        return []
    return [task.assignee if who == "assignee" else f"manager-of-{task.business_key}"]


@dataclass
class World:
    """One database, the folder of its witnesses, and the cases in it.

    `database` is opened in the parent, which warms its caches and closes every connection before a fork.
    """

    database: Database
    folder: Path
    cases: list[UUID]

    @property
    def url(self) -> str:
        """Where the database is."""
        return self.database.url.render_as_string(hide_password=False)

    @property
    def letters(self) -> Path:
        """The witness of what was mailed: one line a letter."""
        return self.folder / "letters"

    @property
    def acknowledged(self) -> Path:
        """The witness of what people were told was done: one line an answer."""
        return self.folder / "acknowledged"

    @property
    def log(self) -> Path:
        """What the processes logged."""
        return self.folder / "log"


def opened(url: str, moment: datetime) -> Database:
    """The database of a world, its clock at that moment."""
    return Database(url, clock=VirtualClock(moment), domain=Domain(services, recipients), secret_key=SECRET)


def new_world(url: str, folder: Path, number: int, *, diagram: str = DIAGRAM, tables: bool = True) -> World:
    """A world with `number` cases, begun on Tuesday 5 May 2026, in the empty database at `url`, whose tables
    are made first unless they are there. Only cases of the whole diagram are chased."""
    folder.mkdir(exist_ok=True)
    database = opened(url, STARTED)
    if tables:
        engine.create_schema(database.engine)
    with database.write() as session:
        if diagram == DIAGRAM:
            engine.deploy_first(session, "chasing", {"chasing.dmn": chasing_table()}, note="storm", by=STORM)
        engine.deploy_first(session, PROCESS, bundle(diagram), note="storm", by=STORM)
    world = World(database, folder, [])
    _warm(world)
    while len(world.cases) < number:
        with database.write() as session:
            for _ in range(min(AT_ONCE, number - len(world.cases))):
                world.cases.append(_begin(session, len(world.cases)))
    database.dispose()
    gc.collect()
    gc.freeze()  # what the parent made is not touched by its forks, and so not copied for each
    return world


def _warm(world: World) -> None:
    """Live through one case, so that every statement and diagram is compiled before the first fork."""
    database = world.database
    with database.write() as session:
        world.cases.append(_begin(session, 0))
    post = LetterBox(world.letters)
    for moment in (FIRST_DAY, SECOND_DAY):
        database.clock = VirtualClock(moment)
        engine.tick(database, post)
    with database.write() as session:
        for task in engine.tasks(session, instance_id=world.cases[0]):
            if task.step == "reply":
                engine.complete_task(session, task.id, {}, {}, by=STORM, key="warm")
    database.clock = VirtualClock(STARTED)


def _begin(session: Session, number: int) -> UUID:
    facts = {"person": f"person-{number // PEOPLE_PER}", "child": PERSONAL}
    return engine.start(session, PROCESS, business_key=f"CASE-{number}", variables=facts, by=STORM)


def chasing_table() -> str:
    """The chasing table of the storm, as DMN."""
    rows = ""
    for number, (late, who, how, text) in enumerate((*RUNGS, LAST_RUNG)):
        told = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in ("-", '"work"', late))
        said = "".join(
            f'<outputEntry><text>"{cell}"</text></outputEntry>' for cell in (who, how, "firm", text)
        )
        rows += f'<rule id="row_{number}">{told}{said}</rule>'
    inputs = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in (("process", "string"), ("step", "string"), ("working_days_late", "number"))
    )
    outputs = "".join(f'<output name="{name}" typeRef="string"/>' for name in ("who", "how", "tone", "text"))
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" '
        'namespace="urn:storm"><decision id="chasing" name="chasing"><decisionTable hitPolicy="RULE ORDER">'
        f"{inputs}{outputs}{rows}</decisionTable></decision></definitions>"
    )
