"""Isolation: a warm zygote, limits, and the judge's end of the wire."""
