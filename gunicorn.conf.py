"""How gunicorn serves us; the numbers are settings (docs/settings.md)."""

import sys

from app.config import SettingsError, load_settings

try:
    _settings = load_settings()
except SettingsError as error:
    sys.exit(str(error))

bind = f"{_settings.web_host}:{_settings.port}"
workers = _settings.web_workers
threads = _settings.web_threads
worker_class = "gthread"
timeout = 30
graceful_timeout = 4
keepalive = 5
limit_request_line = 4094
limit_request_fields = 60
# No access log: addresses of pages may be personal links.
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
# We live at the root; nobody may tell us otherwise by a header.
forwarder_headers = ""
