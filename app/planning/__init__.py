"""What is due before and after a meeting (段取り): dated tasks, counted from its date."""
