"""Who the association is, as the office set it, kept in each process; hosts of its meetings."""
