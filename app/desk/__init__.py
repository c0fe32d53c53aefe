"""The desk's door: reception on a phone or a tablet, by an account or by a pass."""
