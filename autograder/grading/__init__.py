"""Grading: from a folder of submissions to one known outcome for each.

read (files, parsing) -> repair -> judge -> outcome -> ledger, gradebook, feedback. A submission is hostile until it has
been read; a kernel is hostile for ever. Nothing here executes a learner's code or follows a learner's link.
"""
