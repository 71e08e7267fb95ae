"""Feedback pages: one file of HTML for each submission, which contains no script and lets none in.

Everything that came from a learner is escaped text or a PNG; the only markup on a page is ours, and the page's own
policy forbids the browser to run or to fetch anything.
"""

from autograder.feedback.index import index_page
from autograder.feedback.page import feedback_page

__all__ = ["feedback_page", "index_page"]
