"""The command `roundtable` for a test that runs it often: one process has imported all of it and forks.

`python warm.py SOCKET` waits there. Who asks sends arguments, settings and folder with their own three files,
and is told the number of the process, then how it ended.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import traceback
from typing import Any

MOST = 65536


def main() -> None:
    """Wait for who asks, until killed."""
    from app.cli import main as command

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(sys.argv[1])
        door.listen()
        while True:
            caller, _ = door.accept()
            if os.fork() == 0:
                door.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _answer(caller, command)
            caller.close()


def _answer(caller: socket.socket, command: Any) -> None:
    told, files, _, _ = socket.recv_fds(caller, MOST, 3)
    asked = json.loads(told)
    process = os.fork()
    if process == 0:
        status = 1
        try:
            for number, file in enumerate(files):
                os.dup2(file, number)
            os.chdir(asked["folder"])
            os.environ.clear()
            os.environ.update(asked["settings"])
            command(asked["arguments"], prog_name="roundtable")
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    caller.sendall(f"{process}\n".encode())
    _, ended = os.waitpid(process, 0)
    caller.sendall(f"{os.waitstatus_to_exitcode(ended)}\n".encode())
    os._exit(0)


if __name__ == "__main__":
    main()
