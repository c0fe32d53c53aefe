"""People on paper: rosters, badges, envelopes, certificates, and what of them was printed."""
