"""A meeting from its draft to the archive: making, wording, publishing, closing, copying."""
