"""Making a new version of the notice; none is ever changed."""

from app.auth import audit
from app.auth.facts import Actor
from app.base.clock import now
from app.base.errors import ChangedMeanwhile
from app.db import Translated, transaction
from app.events.presets import Words
from app.registration.privacy import queries
from app.registration.privacy.facts import BUILT_IN, FACTS, Wording
from app.registration.privacy.models import PrivacyNotice


def add_version(series_id: int | None, wording: Wording, by: Actor, *, seen: int) -> int:
    """Make a version that every form shows from now on; return its number.

    Args:
        series_id: for which series; None for all that have none of their own.
        wording: what it says, complete by ``rules.missing``.
        by: who of the office acts.
        seen: the number of the newest version that the page showed.

    Raises:
        ChangedMeanwhile: somebody else has made one since.
        Busy: nothing was stored.
    """
    moment = now()
    with transaction() as session:
        known = queries.list_versions(series_id)
        if (known[0].number if known else BUILT_IN) != seen:
            raise ChangedMeanwhile("notice")
        row = PrivacyNotice(
            series_id=series_id,
            items=list(wording.items),
            created_at=moment,
            created_by=by.account_id,
            **{name: _stored(getattr(wording, name)) for name in ("text", *FACTS)},
        )
        session.add(row)
        session.flush()
        entry = audit.Entry(
            actor=audit.ACCOUNT,
            account_id=by.account_id,
            action="notice.made",
            subject="notice",
            subject_id=row.id,
            after={"text": wording.text.ja, "items": list(wording.items)},
        )
        audit.record(session, entry, moment)
        return BUILT_IN + row.id


def _stored(words: Words) -> Translated:
    return Translated(ja=words.ja, en=words.en)
