"""The blueprint that all parts of the desk's door hang on."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__)
