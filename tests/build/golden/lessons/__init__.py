"""What the golden course's notebooks import."""
