"""What a WSGI server loads."""

import sys

from app.config import SettingsError
from app.factory import create_app

try:
    app = create_app()
except SettingsError as error:
    sys.exit(str(error))
