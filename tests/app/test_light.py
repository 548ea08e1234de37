"""A web process is light (P5): what it starts with, and which pages load the editors' scripts. The figures
are in `make bench`."""

from __future__ import annotations

import os
import subprocess
import sys
from copy import deepcopy

from app.api.calls import Calls
from app.api.shapes.parts import Named
from tests.conftest import ROOT

# What only some requests need, and most processes never: each is read where it is used.
HEAVY = (
    "PIL alembic apscheduler authlib docx docxtpl filetype icalendar joserfc psycopg pypdf "
    "requests segno smtplib weasyprint xlsxwriter"
).split()
START = """
import sys
from app.cli import main
main(["serve", "-h"], standalone_mode=False)
from app import create_app
from app.config import Config
from engine import Database
secret = "only for tests: a key that is long enough to be taken"
config = Config(secret_key=secret, identity_keys=(secret[::-1],), testing=True)
create_app(config, Database("sqlite:///:memory:", secret_key=secret.encode()))
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_a_web_process_starts_without_what_few_requests_need() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", START], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert sorted(set(HEAVY) & set(ended.stdout.splitlines()[-1].split())) == []


def test_what_is_said_of_a_call_is_kept_once() -> None:
    calls, shape = Calls("trial", "Only for this test."), Named()
    made = calls.reads("/trial", answer=shape, example={"id": "u_morgan"})(lambda at: {})
    while made is not None:
        assert not hasattr(made, "_apidoc")
        made = getattr(made, "__wrapped__", None)
    assert deepcopy(shape) is shape


def test_scripts_of_the_editors_load_in_the_studio_only() -> None:
    templates = ROOT / "app" / "templates"
    others = [path for path in templates.rglob("*.html") if "studio" not in path.relative_to(templates).parts]
    assert len(others) > 50
    assert [path for path in others if "asset('studio-" in path.read_text(encoding="utf-8")] == []
