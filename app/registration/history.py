"""What the audit table keeps of a sign-up, arrangements apart: of them only that they changed."""

from app.auth import audit
from app.auth.facts import Actor
from app.events.facts import Offer
from app.registration.facts import PersonView, Signup

CONTACT = ("contact_name", "organisation", "email", "telephone", "note", "contact_attends")
REACH = ("fax", "postal_address")


def values(signup: Signup, offer: Offer) -> dict[str, object]:
    """All of a sign-up, flat: so that two of them can be compared field by field."""
    found: dict[str, object] = {name: getattr(signup, name) for name in (*CONTACT, *REACH)}
    found["told"] = "yes" if signup.notice_version else ""
    for person in signup.people:
        found |= of_person(person)
        for booking in person.bookings:
            state = "duplicate" if booking.is_duplicate else booking.state
            found[f"booking {person.id}-{booking.event_id}"] = f"{booking.way} {state}"
    special = {question.id for question in offer.questions if question.is_arrangement}
    for answer in signup.answers:
        if answer.question_id in special:
            continue
        name = f"answer {answer.question_id}-{answer.participant_id or ''}"
        said = str(answer.choice_id) if answer.choice_id else answer.text
        found[name] = f"{found[name]}, {said}" if name in found else said
    if signup.arranged_version:
        found["arrangements"] = f"version {signup.arranged_version}"
    return found


def of_person(person: PersonView) -> dict[str, str]:
    """Who somebody is, flat."""
    told = (person.name, person.reading, person.organisation, person.role)
    return {f"person {person.id}": " / ".join(told), f"standing {person.id}": person.standing}


def entry(
    action: str, before: Signup, after: Signup, offer: Offer, by: Actor | None
) -> audit.Entry:
    """The entry of one change: only the fields that differ. ``by`` None: the person themselves."""
    old, new = values(before, offer), values(after, offer)
    changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return audit.Entry(
        actor=audit.ACCOUNT if by else audit.VISITOR,
        account_id=by.account_id if by else None,
        action=action,
        subject="registration",
        subject_id=after.registration_id,
        before={name: old[name] for name in changed if name in old},
        after={name: new[name] for name in changed if name in new},
    )
