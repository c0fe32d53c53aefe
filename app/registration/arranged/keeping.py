"""A changed sign-up leaves those of its wishes as they were of which nothing has changed."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import and_, or_, select, update

from app.db.session import WriteSession
from app.events.models import EventChoice, EventQuestion
from app.registration.arranged.facts import Key
from app.registration.arranged.keys import is_wish, key_of, root_id, wish_choice_id
from app.registration.arranged.models import TOLD_GONE, Arrangement
from app.registration.models import Answer, Registration

Said = Mapping[Key, frozenset[tuple[int, int | None, str]]]
"""Of each wish what was answered: question, choice and text."""


def read(session: WriteSession, registration_id: int) -> Said:
    """What a sign-up wishes now: one query, under its lock."""
    query = (
        select(
            *(Answer.registration_id, Answer.participant_id, root_id().label("question_id")),
            *(wish_choice_id().label("choice_id"), Answer.question_id.label("asked")),
            *(Answer.choice_id.label("chosen"), Answer.text),
        )
        .join(EventQuestion, EventQuestion.id == Answer.question_id)
        .outerjoin(EventChoice, EventChoice.id == Answer.choice_id)
        .where(Answer.registration_id == registration_id, *is_wish())
    )
    found = defaultdict(set)
    for row in session.execute(query):
        found[key_of(row)].add((row.asked, row.chosen, row.text))
    return {key: frozenset(said) for key, said in found.items()}


def renew(session: WriteSession, row: Registration, before: Said) -> None:
    """Note that the wishes of a sign-up are changed: those that are not stay told and seen.

    Args:
        session: in which the new answers and bookings are stored.
        row: the sign-up, locked, its version not raised yet.
        before: what it wished before.
    """
    session.flush()
    old, row.arranged_version = row.arranged_version, row.version + 1
    after = read(session, row.id)
    same = {key for key, said in before.items() if after.get(key) == said}
    query = select(Arrangement).where(Arrangement.registration_id == row.id)
    for one in session.scalars(query):
        # Told that it was withdrawn, somebody may have called it off.
        if key_of(one) not in same or one.told_version == TOLD_GONE:
            continue
        if one.told_version >= old:
            one.told_version = row.arranged_version
        if one.seen_version >= old:
            one.seen_version = row.arranged_version


def forget_texts(
    session: WriteSession, registration_id: int, participant_id: int, questions: Collection[int]
) -> None:
    """Forget what was wished before by a person in whose place somebody else comes.

    Args:
        session: in which the wishes are taken away.
        registration_id: the sign-up, locked.
        participant_id: the person.
        questions: asked once for the sign-up, whose answers go with the person.
    """
    once = and_(Arrangement.participant_id.is_(None), Arrangement.question_id.in_(questions))
    theirs = (
        Arrangement.registration_id == registration_id,
        or_(Arrangement.participant_id == participant_id, once),
    )
    session.execute(update(Arrangement).where(*theirs).values(known_text=""))
