"""「代わりの人が出席」: somebody else comes in place of a person; place and number stay."""

from collections.abc import Mapping

from sqlalchemy import select, update

from app.base.clock import now
from app.base.errors import Conflict, NotFound
from app.db.session import WriteSession
from app.events.facts import Offer
from app.registration import changing, wishes
from app.registration.arranged import keeping
from app.registration.attendance import came
from app.registration.facts import ByOffice, Entry, Newcomer, Seen, Signup
from app.registration.models import Booking, Participant

SWAPPED = "registration.swapped"


class HasCome(Conflict):
    """The person was let in at the door already: nobody comes in their place any more."""


def swap(
    seen: Seen,
    participant_id: int,
    newcomer: Newcomer,
    form_key: str,
    *,
    office: ByOffice,
) -> Signup:
    """Let somebody else come in place of a person: the bookings, their places and number stay.

    What was to be arranged for the person, what they consented to, and which privacy notice they
    were told, goes; what they answered else, such as a lunch, stays where the newcomer keeps it,
    and the log says whether they did. What was said once for the whole sign-up goes only where
    nobody else of it comes; what is to be arranged of it stays where the newcomer keeps it. A
    contact who no longer comes stays the contact.

    Raises:
        NotFound: no such sign-up, or nobody of it who still comes has this id.
        HasCome: the person was let in at the door already.
        Gone, ChangedMeanwhile, SignUpRefused, Twice, Busy: as in ``changing.change``.
    """

    def make(
        session: WriteSession, before: Signup, offer: Offer
    ) -> tuple[Entry, Mapping[str, str]]:
        whole = wishes.entry_of(before, offer)
        if participant_id not in {one.participant_id for one in whole.people}:
            raise NotFound("participant")
        query = select(Booking.id).where(Booking.participant_id == participant_id, came())
        if session.scalars(query).first() is not None:
            raise HasCome("has_come")
        told: dict[str, object] = {
            "notice_version": newcomer.told.version,
            "told_by": newcomer.told.by,
            "noticed_at": now() if newcomer.told.version else None,
        }
        session.execute(update(Participant).where(Participant.id == participant_id).values(**told))
        noted = {}
        if wishes.passed_on(whole, offer, participant_id):
            noted["answers_kept"] = "yes" if newcomer.keeps_answers else "no"
        after = wishes.with_newcomer(whole, offer, participant_id, newcomer)
        gone = {one.question_id for one in whole.answers if one not in after.answers}
        keeping.forget_texts(session, before.registration_id, participant_id, gone)
        return after, noted

    return changing.rewrite(seen, make, form_key, SWAPPED, office=office)
