"""nbgrader's settings for this course: where its notebooks are, how they are released, how they are graded."""

from autograder import nbgrader_plugin
from autograder.build.release import configure

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "elbo-room"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "course"
configure(c)
nbgrader_plugin.configure(c)
