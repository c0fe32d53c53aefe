"""Materials and reports of a meeting: kept in the database, handed out with care."""
