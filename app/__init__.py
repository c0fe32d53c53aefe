"""Tsudoi (つどい): sign-up for an association's meetings.

Each folder is a room; ``app.factory`` builds the application. Nothing is defined here, since a name
here would shadow the room of the same name.
"""
