"""Measurements: the product beside a floor in the same run (``python -m tests.bench``)."""
