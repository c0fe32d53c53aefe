"""A real gunicorn over a given database, for races and measurements."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECRET_KEY = "a-key-for-tests-only-a-key-for-tests-only"
START_WITHIN = 30.0
STOP_WITHIN = 10.0


@dataclass(frozen=True)
class Server:
    """A gunicorn that answers on ``port`` of this machine."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def errors(self) -> str:
        """What it wrote so far."""
        return self.log.read_text(errors="replace")


@contextmanager
def gunicorn(
    target: str, database_url: str, *, workers: int = 2, threads: int = 4, **settings: str
) -> Iterator[Server]:
    """Serve ``target`` (module:app) under the product's own gunicorn settings; stop it after.

    Args:
        target: what gunicorn is given.
        database_url: a migrated database.
        workers: processes.
        threads: threads of each.
        settings: settings of the application, by their names in lower case.
    """
    with tempfile.TemporaryDirectory(prefix="tsudoi-served-") as folder:
        port = free_port()
        log = Path(folder) / "log"
        given = {
            "port": str(port),
            "public_url": f"http://127.0.0.1:{port}",
            "instance_path": folder,
            "database_url": database_url,
            "secret_key": SECRET_KEY,
            "mail_server": "127.0.0.1",
            "mail_starttls": "0",
            "web_workers": str(workers),
            "web_threads": str(threads),
        }
        command = [sys.executable, "-m", "gunicorn", target, "--config", _config()]
        with log.open("wb") as file:
            process = subprocess.Popen(
                command, cwd=ROOT, env=_environment({**given, **settings}), stdout=file, stderr=file
            )
        server = Server(port, process, log)
        try:
            _wait(server)
            yield server
        finally:
            _stop(process)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _config() -> str:
    """The settings that ``make run`` starts gunicorn with."""
    found = re.search(r"--config (\S+)", (ROOT / "Procfile").read_text())
    named = found.group(1) if found else ""
    return named if (ROOT / named).is_file() else "gunicorn.conf.py"


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        **{name.upper(): value for name, value in settings.items()},
    }


def _wait(server: Server) -> None:
    """Wait until it answers, in every process that it starts first."""
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        try:
            line.request("GET", "/")
            status = line.getresponse().status
        except OSError:
            time.sleep(0.05)
            continue
        finally:
            line.close()
        if status < 500:
            return
        break
    raise RuntimeError(f"gunicorn did not start:\n{server.errors}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
