"""What to tell whoever is stuck: the hints and the known mistakes of each unit."""
