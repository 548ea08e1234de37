"""A client of ClamAV's daemon: VERSION, and INSTREAM for the bytes of one file (clamd's own protocol).

Own, because it is two questions over a socket; the libraries on the package index do no more and are not
kept up. Signatures more than seven days old are as good as no scanner (OWASP ASVS 5.0, 5.4.3).
"""

from __future__ import annotations

import datetime as dt
import re
import socket
from dataclasses import dataclass, field

from app.config import Config, clamd_place
from engine.clock import Clock, SystemClock
from reviews.files.scanning import Scanner, ScannerAway

PIECE = 64 * 1024
SECONDS = 60
OLDEST_SIGNATURES = dt.timedelta(days=7)
_SIGNED = re.compile(r"^ClamAV [^/]+/\d+/(.+)$")


@dataclass(frozen=True)
class Clamd:
    """clamd at a TCP address or a socket's path. Its machine sees the content of files: it must be yours."""

    place: tuple[str, int] | str
    clock: Clock = field(default_factory=SystemClock, compare=False)

    def ready(self) -> None:
        """Raises ScannerAway unless it answers and its signatures are of this week."""
        signed = self.signatures()
        if signed is None:
            raise ScannerAway("The scanner has no signatures.")
        if self.clock.now() - signed > OLDEST_SIGNATURES:
            raise ScannerAway("The scanner’s signatures are more than seven days old.")

    def signatures(self) -> dt.datetime | None:
        """When the scanner's signatures were made; None where it has none. Raises ScannerAway."""
        found = _SIGNED.match(self._ask(b"zVERSION\0"))
        if found is None:
            return None
        try:
            told = f"{' '.join(found[1].split())} +0000"
            return dt.datetime.strptime(told, "%a %b %d %H:%M:%S %Y %z")
        except ValueError:
            return None

    def finds(self, content: bytes) -> bool:
        """Whether there is a virus in it. Raises ScannerAway when it cannot say."""
        said = self._ask(b"zINSTREAM\0", content)
        if said == "stream: OK":
            return False
        if said.endswith(" FOUND"):
            return True
        raise ScannerAway("The scanner could not judge a file.")

    def _ask(self, question: bytes, content: bytes | None = None) -> str:
        try:
            with self._connected() as line:
                line.sendall(question)
                if content is not None:
                    for start in range(0, len(content), PIECE):
                        piece = content[start : start + PIECE]
                        line.sendall(len(piece).to_bytes(4, "big") + piece)
                    line.sendall(bytes(4))
                return _answer(line)
        except OSError as fault:
            raise ScannerAway(f"The scanner does not answer ({type(fault).__name__}).") from fault

    def _connected(self) -> socket.socket:
        if isinstance(self.place, tuple):
            return socket.create_connection(self.place, timeout=SECONDS)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(self.place)
        except OSError:
            line.close()
            raise
        return line


def _answer(line: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < 4096:
        more = line.recv(4096)
        if not more:
            break
        said += more
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()


def scanner_for(config: Config) -> Scanner | None:
    """The scanner that the settings name, or None."""
    place = clamd_place(config.clamd) if config.clamd else None
    return Clamd(place) if place is not None else None
