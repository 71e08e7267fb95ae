"""Grading engine for notebooks: a point is decided where the learner's code can't reach. It knows no course."""
