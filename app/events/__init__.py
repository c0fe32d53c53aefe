"""Series and their meetings: what, when (or not yet), where, window, capacity."""
