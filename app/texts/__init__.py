"""How the office words letters: one text per series, kind of letter and language."""
