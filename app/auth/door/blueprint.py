"""The blueprint that all pages about one's own account hang on."""

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix="/office")
