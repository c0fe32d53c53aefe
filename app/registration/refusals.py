"""Why one cannot sign up, in words that say what to do next."""

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
        "way_unknown": _("Please choose one of the ways of taking part that are offered."),
    }
    return texts.get(code, _("This meeting cannot be signed up for just now. Please telephone us."))
