"""A way to PostgreSQL that breaks when it is told to: just before a COMMIT arrives there, or just after, when
nobody has heard its answer here."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path

from sqlalchemy import make_url

WORD = b"COMMIT"
PIECE = 65536


class BreakingProxy:
    """Listens on loopback and passes on what it hears. `cut` is "before" or "after": then the next COMMIT
    breaks the connection, and `cuts` counts it."""

    def __init__(self, url: str) -> None:
        self._to = make_url(url)
        self.cut = ""
        self.cuts = 0
        self._lock = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        """The database's address by this way."""
        port = self._door.getsockname()[1]
        way = self._to.set(host="127.0.0.1", port=port, query={"sslmode": "disable", "gssencmode": "disable"})
        return way.render_as_string(hide_password=False)

    def close(self) -> None:
        """Take no more connections, and end those there are."""
        for each in (self._door, *self._open):
            with suppress(OSError):
                each.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._door.accept()
                there = self._server()
                self._open += [here, there]
                state = {"cut": False}
                threading.Thread(target=self._forth, args=(here, there, state), daemon=True).start()
                threading.Thread(target=self._back, args=(there, here, state), daemon=True).start()

    def _server(self) -> socket.socket:
        port = self._to.port or 5432
        folder = self._to.query.get("host")
        if isinstance(folder, str) and folder.startswith("/"):
            made = socket.socket(socket.AF_UNIX)
            made.connect(str(Path(folder) / f".s.PGSQL.{port}"))
            return made
        return socket.create_connection((self._to.host or "127.0.0.1", port))

    def _forth(self, here: socket.socket, there: socket.socket, state: dict[str, bool]) -> None:
        with suppress(OSError):
            while piece := here.recv(PIECE):
                how = self._chosen() if WORD in piece else ""
                if how == "before":
                    break
                state["cut"] = state["cut"] or how == "after"
                there.sendall(piece)
        _end(here, there)

    def _back(self, there: socket.socket, here: socket.socket, state: dict[str, bool]) -> None:
        with suppress(OSError):
            while piece := there.recv(PIECE):
                if state["cut"] and WORD in piece:
                    break  # the server has said that it is done, and nobody hears it
                here.sendall(piece)
        _end(here, there)

    def _chosen(self) -> str:
        """What becomes of this COMMIT."""
        with self._lock:
            chosen, self.cut = self.cut, ""
            self.cuts += bool(chosen)
            return chosen


def _end(*ends: socket.socket) -> None:
    for each in ends:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            each.close()
