"""The release before this one, from the history of this checkout: the newest state whose tables are older.

Where there is no history (a packed copy of the sources) there is none, and who asks says so.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

BUILT = "app/static/build"
VERSIONS = "migrations/versions"
ASKED = "app/api/reviews.py"  # people of a storm ask as programs: a state without that cannot take part
BEGINS = """
import sys
from app.migrate import upgrade
from tests.policy.conftest import SECRET, _furnish
upgrade(sys.argv[1], secret_key=SECRET.encode())
_furnish(sys.argv[1])
"""
SERVES = """
import sys
from app import Config, create_app
from app.cli.opening import open_database
from app.serving import serve_until_told
secret, url, base, host, port, users = sys.argv[1:]
config = Config(secret_key=secret, identity_keys=(secret[::-1],), database_url=url, base_url=base,
                trusted_proxy=users, api_per_minute=10**6)
proxy = {"trusted_proxy": users, "trusted_proxy_count": 1, "trusted_proxy_headers": {"x-forwarded-for"},
         "clear_untrusted_proxy_headers": True}
serve_until_told(create_app(config, open_database(config)), host=host, port=int(port), threads=8,
                 url_scheme="https", **proxy)
"""


@dataclass(frozen=True)
class ReleaseBefore:
    """The code of an earlier state: where it lies, which commit it is, the number of its last migration."""

    folder: Path
    commit: str
    tables: str

    def begin(self, url: str) -> None:
        """Make its tables in an empty database, with a furnished partnership, by its own code."""
        command = [sys.executable, "-c", BEGINS, url]
        subprocess.run(command, cwd=self.folder, env=self._environment(), check=True)

    def serve(self, *words: str) -> None:
        """Become its web process: secret, address of the database, of the service, host, port, proxy."""
        os.chdir(self.folder)
        os.execve(sys.executable, [sys.executable, "-c", SERVES, *words], self._environment())

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(self.folder)}


def release_before(folder: Path) -> ReleaseBefore | None:
    """The newest state of the history whose tables are older than these, put into `folder`; None where there
    is no history."""
    newest = _newest([path.name for path in (ROOT / VERSIONS).glob("0*.py")])
    commits = _git("log", "--format=%H", "--", VERSIONS).split()
    for commit in commits:
        for place in (commit, f"{commit}~1"):
            listed = _git("ls-tree", "--name-only", place, f"{VERSIONS}/").split()
            tables = _newest(Path(name).name for name in listed)
            if tables and tables < newest and _git("ls-tree", "--name-only", place, ASKED):
                packed = subprocess.run(["git", "archive", place], cwd=ROOT, capture_output=True, check=True)
                folder.mkdir(parents=True)
                subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
                (folder / BUILT).parent.mkdir(exist_ok=True)
                (folder / BUILT).symlink_to((ROOT / BUILT).resolve())  # near enough: pages need some
                return ReleaseBefore(folder, _git("rev-parse", "--short", place).strip(), tables)
    return None


def _newest(names: Iterable[str]) -> str:
    return max((name[:4] for name in names if name[:4].isdigit()), default="")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout
