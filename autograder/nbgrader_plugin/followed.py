"""nbgrader copies what a learner's links point to (a gradebook, say) to autograded/, and from there to feedback/."""

import os
from collections.abc import Iterator
from pathlib import Path

from autograder.nbgrader_plugin.places import Places


def remove_followed_links(places: Places) -> Iterator[Path]:
    """Deletes the copies of what links beside the notebook point to, and of all that lies behind a linked folder;
    yields their paths. What the instructor hands out under the same name has replaced such a copy by now, and stays."""
    root, parts = places.submitted
    linked = any(root.joinpath(*parts[: n + 1]).is_symlink() for n in range(len(parts)))
    copies = places.folder(places.directory.autograded_directory, places.student)
    for folder, _, files in os.walk(root.joinpath(*parts)):
        for name in files:
            path = Path(folder, name)
            beside = path.relative_to(root.joinpath(*parts))
            copy = copies / beside
            if (linked or path.is_symlink()) and copy.is_file() and not (places.source / beside).exists():
                copy.unlink()
                yield copy
