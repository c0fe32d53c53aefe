"""The visitors' door: the list of meetings and each meeting's page."""
