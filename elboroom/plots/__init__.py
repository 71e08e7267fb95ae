"""Pictures for the notebooks: they take the learner's functions, and wait for those that are not written yet."""
