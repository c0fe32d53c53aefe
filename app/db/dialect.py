"""The only place, with types.py, that knows which database is behind us."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Column, Engine, MetaData, Table, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError

from app.base.errors import Busy

WRITER = "writer"
QUICK = "quick"
READER = "_tsudoi_reader"
LOOK_AGAIN = 0.0005
"""Seconds between two looks at whether another process has ended its writing."""
LOCK_NOT_AVAILABLE = {"55P03", "40P01", "57014"}
FRESH = 1.0
"""Seconds for which a connection that has just worked is trusted."""

MOST_TABLES = 128

_turns: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()


def engine_options(url: str, lock_timeout: float) -> dict[str, Any]:
    """Options of ``create_engine`` for ``url``; ``lock_timeout`` in seconds."""
    if url.startswith("sqlite"):
        return {
            "hide_parameters": True,  # personal data stay out of errors and logs
            "connect_args": {"timeout": lock_timeout, "check_same_thread": False},
            "pool_size": 32,
        }
    milliseconds = int(lock_timeout * 1000)
    return {
        "hide_parameters": True,
        "connect_args": {"options": f"-c lock_timeout={milliseconds} -c timezone=UTC"},
        "pool_size": 16,
        "max_overflow": 16,
    }


def prepare_file(url: str) -> None:
    """Make the file of an SQLite database readable by its owner only, before anybody fills it.

    One that is there already is not even opened: closing it would drop all locks that this process
    holds on it (POSIX), and two writers would meet.
    """
    path = make_url(url).database
    if url.startswith("sqlite") and path and path != ":memory:":
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def prepare(engine: Engine) -> None:
    """Set up connections as they are made: WAL, foreign keys, and transactions begun by us."""
    if engine.dialect.name == "sqlite":
        _turns[engine] = threading.Lock()
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "begin", _postgresql_begin)
        event.listen(engine, "checkin", _postgresql_checkin)
        event.listen(engine, "checkout", _postgresql_checkout)
        # READ COMMITTED shows every statement what is stored by then, inside a transaction or not;
        # without one a page saves two of its round trips.
        vars(engine)[READER] = engine.execution_options(isolation_level="AUTOCOMMIT")


def for_reading(engine: Engine) -> Engine:
    """``engine`` as sessions that only read should use it."""
    reader: Engine = vars(engine).get(READER, engine)
    return reader


def insert_for_ids(engine: Engine, table: Any) -> Any:
    """An INSERT of many rows by one statement that gives back their ids, rising in their order.

    SQLite counts rows up as it writes them, one writer at a time; sorted, the ids are in order.
    SQLAlchemy does not rely on that and would send a statement a row. PostgreSQL is asked for it.
    """
    return _insert_for_ids(table, sort=engine.dialect.name != "sqlite")


@lru_cache(MOST_TABLES)
def _insert_for_ids(table: Any, *, sort: bool) -> Any:
    """Built once a table: building a statement takes longer than running it."""
    return table.insert().returning(table.c.id, sort_by_parameter_order=sort)


@lru_cache(MOST_TABLES)
def insert(table: Any) -> Any:
    """An INSERT into a table, built once."""
    return table.insert()


def take_ids(connection: Connection, table: Any, count: int) -> list[int]:
    """``count`` new ids of a table, rising, for rows that are written in bulk.

    SQLite has one writer at a time: this one. PostgreSQL gives each number once.
    """
    if connection.dialect.name == "sqlite":
        highest = connection.scalar(select(func.max(table.c.id))) or 0
        return list(range(highest + 1, highest + 1 + count))
    sequence = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
    drawn = select(sequence).select_from(func.generate_series(1, count).alias())
    return sorted(connection.scalars(drawn))


def write_rows(connection: Connection, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Write many new rows: all name the same columns, ids too; defaults are filled in.

    On PostgreSQL by COPY, a tenth of the time of INSERTs.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), rows)
        return
    columns = [column for column in table.c if column.name in rows[0] or column.default is not None]
    defaults = {c.name: c.default.arg for c in columns if c.default is not None}
    _copy(connection, table.name, columns, ({**defaults, **row} for row in rows))


def update_rows(connection: Connection, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Give rows new values: all name the same columns, ``id`` says whose they are.

    By way of a table of their own, which one statement reads: a row at a time takes many times
    as long.
    """
    columns = [table.c[name] for name in rows[0]]
    names = [column.name for column in columns]
    given = f"new_{table.name}"
    listed = ", ".join(names)
    source = f"SELECT {listed} FROM {table.name} WHERE 1 = 0"  # noqa: S608  # our own names
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {given} AS {source}")
    if connection.dialect.name == "sqlite":
        places = Table(given, MetaData(), *(Column(c.name, c.type) for c in columns))
        connection.execute(places.insert(), rows)
    else:
        _copy(connection, given, columns, rows)
    changes = ", ".join(f"{name} = {given}.{name}" for name in names if name != "id")
    whose = f"{table.name}.id = {given}.id"
    connection.exec_driver_sql(
        f"UPDATE {table.name} SET {changes} FROM {given} WHERE {whose}"  # noqa: S608
    )
    connection.exec_driver_sql(f"DROP TABLE {given}")


def _copy(
    connection: Connection, name: str, columns: Sequence[Any], rows: Iterable[dict[str, Any]]
) -> None:
    raw: Any = connection.connection.dbapi_connection
    processors = [
        c.type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for c in columns
    ]
    listed = ", ".join(column.name for column in columns)
    names = [column.name for column in columns]
    with raw.cursor() as cursor, cursor.copy(f"COPY {name} ({listed}) FROM STDIN") as copy:
        for row in rows:
            values = [row[name] for name in names]
            copy.write_row(
                [
                    process(v) if process else v
                    for process, v in zip(processors, values, strict=True)
                ]
            )


def commits_by_itself(engine: Engine) -> bool:
    """Whether a single statement on ``for_reading`` is a transaction of its own."""
    return READER in vars(engine)


@contextmanager
def turn(engine: Engine, patience: float) -> Iterator[None]:
    """Wait in line for the one place of a writer of SQLite; PostgreSQL keeps its own line.

    SQLite lets whoever finds the place taken sleep longer and longer and look again, so that many
    sleep while it is free. The threads of a process stand in line here instead, and only the
    first of them looks, often (``_begin_writing``).

    Args:
        engine: that the writer will connect to.
        patience: seconds to wait at most.

    Raises:
        Busy: it took longer.
    """
    line = _turns.get(engine)
    if line is None:
        yield
        return
    if not line.acquire(timeout=patience):
        raise Busy("database")
    try:
        yield
    finally:
        line.release()


@contextmanager
def making_tables_anew(connection: Connection) -> Iterator[Callable[[], None]]:
    """Let SQLite make a table anew while others point to it: its rows and theirs stay.

    To be entered before the transaction of a migration. Gives a check to be called before its
    commit: it raises RuntimeError where a row points to one that is not there
    (https://www.sqlite.org/lang_altertable.html, "12-step procedure").
    """
    if connection.dialect.name != "sqlite":
        yield lambda: None
        return
    raw: Any = connection.connection.dbapi_connection

    def check() -> None:
        lost = raw.execute("PRAGMA foreign_key_check").fetchall()
        if lost:
            raise RuntimeError(f"rows point to what is not there: {lost[:5]}")

    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield check
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def take_turn(connection: Connection, line: int) -> None:
    """Let one transaction at a time go on from here to its end, of those that name this line.

    For what no row stands for yet that could be locked. SQLite has one writer anyway.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(line)))


def _begin_writing(connection: Connection) -> None:
    """BEGIN IMMEDIATE, tried anew every half millisecond while another process writes."""
    raw: Any = connection.connection.dbapi_connection
    (patience,) = raw.execute("PRAGMA busy_timeout").fetchone()
    until = time.monotonic() + patience / 1000
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        while time.monotonic() < until:
            with suppress(sqlite3.OperationalError):
                raw.execute("BEGIN IMMEDIATE")
                return
            time.sleep(LOOK_AGAIN)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        raw.execute(f"PRAGMA busy_timeout = {patience}")


def _sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions behind our back
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32000"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(WRITER):
        # A commit that may be lost at a power cut costs no fsync (WAL with synchronous=NORMAL).
        level = "NORMAL" if options.get(QUICK) else "FULL"
        raw: Any = connection.connection.dbapi_connection
        raw.execute(f"PRAGMA synchronous={level}")
        _begin_writing(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _postgresql_begin(connection: Connection) -> None:
    if connection.get_execution_options().get(QUICK):
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


def _postgresql_checkin(_connection: object, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _postgresql_checkout(connection: Any, record: Any, _proxy: object) -> None:
    """Ask a connection that nobody used for a while whether it still stands."""
    if time.monotonic() - record.info.get("used_at", time.monotonic()) < FRESH:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except connection.Error as error:
        raise InvalidatePoolError from error  # the pool then makes new ones


def is_busy(error: DBAPIError) -> bool:
    """Whether the database refused because somebody else held a lock for too long."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return "locked" in str(error.orig) or "busy" in str(error.orig)
    return getattr(error.orig, "sqlstate", None) in LOCK_NOT_AVAILABLE


def is_unreachable(error: DBAPIError) -> bool:
    """Whether the database could not be reached at all, or broke off."""
    return isinstance(error, OperationalError) or error.connection_invalidated


def upsert(engine: Engine, model: Any) -> Any:
    """An INSERT into a model or table that knows ``on_conflict_do_update`` and ``…_do_nothing``."""
    return (sqlite if engine.dialect.name == "sqlite" else postgresql).insert(model)
