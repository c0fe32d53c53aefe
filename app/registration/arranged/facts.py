"""How a wish is named."""

Key = tuple[int, int, int | None, int | None]
"""A wish: sign-up, question, person (None: asked once for the sign-up), and choice.

Each choice of a question of which one can have several is a wish of its own; None for others.
"""
