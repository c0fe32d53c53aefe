"""Worker processes as ``make run`` starts them, over a given database and mail server."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECRET_KEY = "a-key-for-tests-only-a-key-for-tests-only"

Process = "subprocess.Popen[bytes]"
Start = Callable[[], "subprocess.Popen[bytes]"]


@contextmanager
def workers(
    database_url: str, mail_port: int, folder: Path, module: str = "flask", **settings: str
) -> Iterator[Start]:
    """Give a function that starts a worker; kill those that are left at the end."""
    given = {
        "database_url": database_url,
        "instance_path": str(folder),
        "secret_key": SECRET_KEY,
        "mail_server": "127.0.0.1",
        "mail_port": str(mail_port),
        "mail_starttls": "0",
        "mail_timeout": "0.5",
        "lock_timeout": "1",
        **settings,
    }
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MAIL_", "LOCAL_"))}
    environment = kept | {name.upper(): value for name, value in given.items()}
    command = [sys.executable, "-m", module, "--app", "wsgi", "worker"]
    with ExitStack() as stack, (folder / "worker.log").open("ab") as log:

        def start() -> "subprocess.Popen[bytes]":
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield start


def wait_for(what: Callable[[], object], within: float) -> None:
    """Wait until something is so, or fail."""
    end = time.monotonic() + within
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
