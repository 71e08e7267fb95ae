"""The figures of docs/results.md: runs that are declared, done once, kept as JSON, and put into tables.

`make results` does the runs that are missing and writes the page; the page can be made again from the JSON alone.
"""
