"""What fax sheets and postcards say where a mail speaks of itself, its links, or further mails."""

from flask_babel import gettext as _

from app.base.furigana import in_brackets
from app.organiser.paper import Words
from app.web.association import association
from app.web.locale import force


def fax_words(locale: str) -> Words:
    """For a sheet that goes to one person: links that all may know stay."""
    with force(locale):
        return _written(_lines())


def postcard_words(locale: str) -> Words:
    """For a card, which anybody can read: no link stays."""
    with force(locale):
        return _written({**_lines(), **_about_links()})


def _written(lines: dict[str, str]) -> Words:
    telephone = association().telephone
    return Words(
        instead=in_brackets(
            _("For changes and questions please telephone us: %(tel)s", tel=telephone)
        ),
        inline=in_brackets(_("(please telephone us)")),
        lines={in_brackets(mail): in_brackets(paper) for mail, paper in lines.items()},
    )


def _lines() -> dict[str, str]:
    """Sentences of letters, and what is said on paper; '' where nothing is."""
    return {
        _("Only this link or a telephone call changes your sign-up."): "",
        _("A “No” in your calendar does not reach us."): "",
        _("Letters come to this address from now on."): "",
        _("From now on we send nothing about it to this address."): "",
        _("If it was not you who signed up, please tell us."): _(
            "If it was not you who signed up, please telephone us."
        ),
        _("If you cannot come after all, please telephone us or reply to this letter."): _(
            "If you cannot come after all, please telephone us."
        ),
        _("Please tell us here whether you still come."): _(
            "Please telephone us to say whether you still come."
        ),
        _("If you are another person of the same name, please press here."): _(
            "If you are another person of the same name, please telephone us."
        ),
        _("We will write to you how to connect before the day."): _(
            "We will tell you how to connect before the day."
        ),
        _("As soon as a place becomes free, we write to you."): _(
            "As soon as a place becomes free, we tell you."
        ),
        _(
            "Places that become free go to those who wait, in their order,"
            " and we write to you at once."
        ): _(
            "Places that become free go to those who wait, in their order, and we tell you at once."
        ),
    }


def _about_links() -> dict[str, str]:
    """Sentences about the address of a meeting online, which no postcard tells."""
    return {
        _("To take part online, open this address on the day."): _(
            "To take part online, please ask us by telephone how to connect."
        ),
        _("Please do not pass it on."): "",
        _("Please use the new one below."): _("Please ask us for the new one by telephone."),
    }
