"""What somebody of the office has chosen for themselves; nobody else is concerned by it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.auth.models import Preference
from app.db import db, transaction
from app.db.dialect import upsert


def read(account_id: int, names: Sequence[str]) -> dict[str, list[str]]:
    """What was chosen by these names, by one query; what never was is left out."""
    query = select(Preference.name, Preference.value).where(
        Preference.account_id == account_id, Preference.name.in_(names)
    )
    return {name: [str(one) for one in value] for name, value in db.session.execute(query)}


def keep(account_id: int, chosen: Mapping[str, Sequence[str]]) -> None:
    """Keep what was chosen, in place of what was.

    Raises:
        Busy: nothing was stored.
    """
    rows = [
        {"account_id": account_id, "name": name, "value": list(value)}
        for name, value in chosen.items()
    ]
    insert = upsert(db.engine, Preference).values(rows)
    statement = insert.on_conflict_do_update(
        index_elements=["account_id", "name"], set_={"value": insert.excluded.value}
    )
    with transaction() as session:
        session.execute(statement)
