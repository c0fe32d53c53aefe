"""What the office sets: who the association is, its logo, hosts of meetings."""
