"""The blueprint that all parts of the office's door hang on."""

from flask import Blueprint

blueprint = Blueprint("organiser", __name__, url_prefix="/office")
