"""Pure helpers that every room may use: no Flask, no database."""
