"""Mutation testing of checks: plausible slips are made in each model solution, and the checks must catch them."""
