"""Why something cannot be done, in words that say what to do next."""

from app.events.facts import MeetingView, Offer
from app.registration.facts import Entry
from app.registration.rules import Refused
from app.web.locale import gettext as _


def refusal_text(code: str) -> str:
    """The sentence for one of ``rules.RefusalCode``, in the language of the page."""
    texts = {
        "cancelled": _("This meeting has been cancelled. Please telephone us with any question."),
        "past": _("This meeting is over."),
        "walk_in": _("No sign-up is needed for this one. Please just come."),
        "undecided": _("The date is not fixed yet. It will be announced here."),
        "not_yet": _("Sign-up has not opened yet. Please come back when it has."),
        "closed": _("Sign-up has closed. If you still wish to come, please telephone us."),
        "full": _(
            "All places are taken. Please telephone us; we will tell you if one becomes free."
        ),
        "way_full": _(
            "All places of that kind are taken. Please choose the other way of taking part."
        ),
        "way_full_keep": _(
            "All places of that kind are taken, so the place you have was kept. "
            "Please leave the way of taking part as it is."
        ),
        "way_unknown": _("Please choose one of the ways of taking part that are offered."),
        "seats_full": _("There is no place left for a helper. Please telephone us."),
        "change_closed": _(
            "The time for changing this on the page is over. Please telephone us to change it."
        ),
        "invited": _(
            "This meeting is for those whom we have invited. "
            "Please sign up by the link in your invitation, or telephone us."
        ),
        "invitation_used": _(
            "As many people have signed up by this invitation as it is for. Please telephone us."
        ),
        "invitation_used_up": _(
            "As many people have signed up by this invitation as it is for. Please telephone us."
        ),
        "invitation_expired": _("The time of this invitation is over. Please telephone us."),
        "invitation_revoked": _("This invitation is no longer good. Please telephone us."),
        "already": _("This person is signed up for it already."),
    }
    return texts.get(code, _("This meeting cannot be signed up for just now. Please telephone us."))


def refused_text(refused: Refused, offer: Offer, names: tuple[str, ...] = ()) -> str:
    """The whole sentence: about which meeting and which person, and what to do.

    Args:
        refused: why not.
        offer: the meetings.
        names: of the people of the form, in their order; none where there is only one.
    """
    meeting = _meeting(refused, offer)
    if refused.code == "choice_used_up":
        words = _used_up(refused, offer)
    else:
        words = refusal_text(refused.code)
    about = [meeting.title] if meeting is not None and len(offer.meetings) > 1 else []
    if refused.person is not None and refused.person < len(names) > 1:
        about.append(_("%(name)s", name=names[refused.person]))
    return _("%(about)s: %(words)s", about=_(", ").join(about), words=words) if about else words


def refused_entry(refused: Refused, offer: Offer, entry: Entry) -> str:
    """``refused_text`` with the names of a checked form."""
    return refused_text(refused, offer, tuple(one.name for one in entry.people))


def _used_up(refused: Refused, offer: Offer) -> str:
    """To choose another answer, or to go on without one where nothing else can be had."""
    label = choice_label(refused, offer)
    for question in offer.questions:
        ids = {choice.id for choice in question.choices}
        if refused.choice_id in ids and all(choice.full for choice in question.choices):
            return _(
                "“%(choice)s” has just been used up. You can go on without it; "
                "if this is a difficulty, please telephone us",
                choice=label,
            )
    return _("“%(choice)s” has just been used up. Please choose another answer", choice=label)


def choice_label(refused: Refused, offer: Offer) -> str:
    """What the choice is called that a refusal is about; '' for none."""
    found = (
        _("%(question)s: %(choice)s", question=question.label, choice=choice.label)
        for question in offer.questions
        for choice in question.choices
        if choice.id == refused.choice_id
    )
    return next(found, "")


def _meeting(refused: Refused, offer: Offer) -> MeetingView | None:
    return next((one for one in offer.meetings if one.id == refused.event_id), None)
