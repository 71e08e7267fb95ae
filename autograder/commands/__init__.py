"""One command of the `autograder` program per file."""
