"""Holes in grading inside nbgrader that were found by looking for them, each with the trick that worked before."""

from html import unescape
from pathlib import Path

import pytest
from jinja2 import Environment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.nbgrader_plugin.followed import remove_followed_links
from autograder.nbgrader_plugin.markdown import safe_markdown2html
from autograder.nbgrader_plugin.places import Places


@pytest.mark.parametrize(
    "essay",
    [
        r"$\\href{javascript:alert(1)}{x}$",
        r"<div>$\<!-- -->href{javascript:alert(2)}{x}$</div>",
        r"<div>$\&#104;ref{javascript:alert(3)}{x}$</div>",
        r"<div>$&bsol;hr&#X65;f{javascript:alert(4)}{x}$</div>",
    ],
)
def test_tex_that_links_does_so_in_no_disguise(essay: str) -> None:
    """The command was taken out of the text before the text became HTML, and once: what was left was the command."""
    environment = Environment()
    environment.filters["markdown2html"] = safe_markdown2html
    html = environment.from_string("{{ text | markdown2html }}").render(text=essay, cell={})
    assert "\\href" not in unescape(html) and "href" in unescape(html)


def test_what_nbgrader_copied_from_behind_a_linked_folder_is_removed(tmp_path: Path) -> None:
    """A folder handed in that was a link itself: its files are no links, and were copied to autograded/."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "secret.txt").write_text("the answer")
    (tmp_path / "submitted" / "eve").mkdir(parents=True)
    (tmp_path / "submitted" / "eve" / "unit").symlink_to(tmp_path / "solutions")
    copy = tmp_path / "autograded" / "eve" / "unit" / "secret.txt"
    copy.parent.mkdir(parents=True)
    copy.write_text("the answer")
    directory = CourseDirectory(config=Config({"CourseDirectory": {"root": str(tmp_path)}}))
    assert list(remove_followed_links(Places(directory, "eve", "unit", "unit", ""))) == [copy]
    assert not copy.exists()
