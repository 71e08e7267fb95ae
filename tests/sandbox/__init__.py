"""What isolates a learner's code, tried from inside."""
