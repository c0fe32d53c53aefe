"""The blueprint that all parts of the visitors' door hang on."""

from flask import Blueprint

blueprint = Blueprint("public", __name__)
