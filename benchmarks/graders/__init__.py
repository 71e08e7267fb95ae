"""What benchmarks/grading.py consists of: a class, stock nbgrader's notebook for it, both graders, the table."""
