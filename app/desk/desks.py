"""Which desks an account may open: where somebody of the reception begins."""

from flask import render_template

from app.auth.guards import account, my_rights
from app.auth.rights import Act
from app.base.clock import now
from app.desk.blueprint import blueprint
from app.events.queries import list_all
from app.web.locale import current_locale


@blueprint.get("/desk/")
@account
def desks() -> str:
    """The meetings whose desks are this account's, the next one first."""
    mine = my_rights()
    every = list_all(current_locale(), now())
    open_to_me = [one for one in every if mine.may(Act.RECEIVE, {one.id})]
    return render_template(
        "desk/desks.html",
        meetings=[one for one in open_to_me if one.status != "draft"],
        in_office=mine.may(Act.ENTER),
    )
