"""The blueprint that all parts of the attendees' door hang on."""

from flask import Blueprint

blueprint = Blueprint("registration", __name__)
