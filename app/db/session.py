"""Reading through ``db.session``, writing through ``transaction()``, locking through ``lock()``."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import has_app_context
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, Select, bindparam, event, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.base.errors import Busy
from app.config import current_settings
from app.db import dialect
from app.db.model import Base

LOCK_ORDER = (
    *("series", "event", "assembly", "voter", "registration", "interest"),
    *("reception_pass", "invitation"),
)


class ReadSession(FlaskSession):
    """``db.session``: reads only; each read of PostgreSQL is a transaction of its own."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """The engine of the model asked for, as reading needs it."""
        bind = super().get_bind(*args, **kwargs)
        return dialect.for_reading(bind) if isinstance(bind, Engine) else bind


db = SQLAlchemy(
    model_class=Base, session_options={"class_": ReadSession, "expire_on_commit": False}
)

_statements: dict[type[Any], Select[Any]] = {}
_open: ContextVar[bool] = ContextVar("transaction_open", default=False)


class WriteRefused(RuntimeError):
    """Something tried to write outside ``transaction()``, or to nest one."""


class WriteSession(Session):
    """The session that ``transaction()`` hands out; the only one that may flush."""

    def put(self, row: Base) -> None:
        """INSERT one new row at once and give it its id; the session does not keep it.

        A third of the time of ``add`` and ``flush``, for rows that this transaction is done with.
        """
        self.flush()  # what was added before may be what this row points to
        table: Any = type(row).__table__
        given = {name: value for name, value in vars(row).items() if name in table.c}
        made = self.execute(dialect.insert(table), given)
        (row.id,) = made.inserted_primary_key  # type: ignore[attr-defined]  # each of ours has one

    def put_many(self, rows: Sequence[Base]) -> None:
        """INSERT new rows of one table by one statement and give them their ids, as ``put`` does.

        All must have been given the same columns.
        """
        if rows:
            table: Any = type(rows[0]).__table__
            statement = dialect.insert_for_ids(db.engine, table)
            made = sorted(self.execute(statement, self._given(rows)).scalars())
            for row, row_id in zip(rows, made, strict=True):
                row.id = row_id  # type: ignore[attr-defined]  # each of ours has one

    def write_many(self, rows: Sequence[Base]) -> None:
        """INSERT new rows of one table by one statement; nobody needs their ids."""
        if rows:
            table: Any = type(rows[0]).__table__
            self.execute(dialect.insert(table), self._given(rows))

    def write_bulk(self, model: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
        """INSERT thousands of rows that are no objects, and give their ids, in their order.

        All must name the same columns, without ``id``, which is put into each.
        """
        if not rows:
            return []
        self.flush()
        table, connection = model.__table__, self.connection()
        ids = dialect.take_ids(connection, table, len(rows))
        for row, row_id in zip(rows, ids, strict=True):
            row["id"] = row_id
        dialect.write_rows(connection, table, rows)
        return ids

    def update_bulk(self, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
        """UPDATE thousands of rows by one statement; each names its ``id`` and the same columns."""
        if rows:
            self.flush()
            dialect.update_rows(self.connection(), model.__table__, rows)

    def _given(self, rows: Sequence[Base]) -> list[dict[str, Any]]:
        self.flush()  # what was added before may be what these rows point to
        columns = type(rows[0]).__table__.c
        return [{name: v for name, v in vars(row).items() if name in columns} for row in rows]


@event.listens_for(Session, "before_flush")
def _only_transactions_write(session: Session, _context: object, _instances: object) -> None:
    if isinstance(session, WriteSession):
        return
    if session.new or session.dirty or session.deleted:
        raise WriteRefused("db.session is for reading; write inside transaction()")


@contextmanager
def transaction(*, quick: bool = False) -> Iterator[WriteSession]:
    """The only way to write: commits at the end of the block, rolls back on any exception.

    Its session has a connection of its own: ``BEGIN IMMEDIATE`` on SQLite, READ COMMITTED on
    PostgreSQL. The request's read ends first, so no read snapshot can be stale or in the way.

    Args:
        quick: for counters that a power cut may forget: the commit waits for no disk.

    Raises:
        Busy: when the lock could not be had in time, or the database is out of reach; nothing
            was stored then.
        WriteRefused: when nested.
    """
    if _open.get():
        raise WriteRefused("transaction() does not nest")
    if has_app_context():
        db.session.close()
    token = _open.set(True)
    try:
        with (
            dialect.turn(db.engine, current_settings().lock_timeout),
            db.engine.connect().execution_options(writer=True, quick=quick) as connection,
            WriteSession(connection, expire_on_commit=False) as session,
        ):
            yield session
            session.commit()
    except DBAPIError as error:
        if dialect.is_busy(error) or dialect.is_unreachable(error):
            raise Busy("database") from error
        raise
    finally:
        _open.reset(token)


def count_up(statement: Any, given: dict[str, Any]) -> int:
    """Run one upsert of a counter by itself and return its number.

    On PostgreSQL a single statement in autocommit, one round trip where a transaction takes four;
    the counters' table is unlogged there, so that nobody waits for a disk.

    Raises:
        Busy: the counter could not be written.
    """
    if not dialect.commits_by_itself(db.engine):
        with transaction(quick=True) as session:
            return int(session.scalar(statement, given) or 0)
    try:
        with dialect.for_reading(db.engine).connect() as connection:
            return int(connection.scalar(statement, given) or 0)
    except DBAPIError as error:
        if dialect.is_busy(error) or dialect.is_unreachable(error):
            raise Busy("database") from error
        raise


def lock(
    session: WriteSession, targets: dict[type[Any], Iterable[int]]
) -> dict[type[Any], list[Any]]:
    """Lock rows in the one order of the house and return them fresh, sorted by id.

    Args:
        session: of the open transaction.
        targets: model → ids. Any order: they are sorted by ``LOCK_ORDER``, then by id.
    """
    found: dict[type[Any], list[Any]] = {}
    for model in sorted(targets, key=lambda m: LOCK_ORDER.index(m.__tablename__)):
        ids = sorted(set(targets[model]))
        found[model] = list(session.scalars(_locking(model), {"ids": ids}))
    return found


def locking(query: Select[Any]) -> Select[Any]:
    """``query`` as one that locks the rows it finds and reads them fresh; it must order them by id.

    For use cases that find what they lock by something else than ids, in the order of ``lock``.
    """
    return query.with_for_update(key_share=True).execution_options(populate_existing=True)


def _locking(model: type[Any]) -> Select[Any]:
    """Built once a model: building a statement takes longer than running it."""
    if model not in _statements:
        by_id = select(model).where(model.id.in_(bindparam("ids", expanding=True)))
        _statements[model] = locking(by_id.order_by(model.id))
    return _statements[model]
