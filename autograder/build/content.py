"""Whether a person changed a generated notebook: its metadata holds a digest of what the build wrote.

The digest covers what an author writes (cells, their order, their roles) and not what Jupyter adds by opening, running
and saving: outputs, counts, versions, layout. What Jupyter added may be overwritten; what a person wrote may not.
"""

import hashlib
import json
from typing import Any

KEPT = ("nbgrader", "tags")


def digest(notebook: dict[str, Any]) -> str:
    """SHA-256 of the notebook's content, hexadecimal."""
    text = json.dumps([_content(cell) for cell in notebook["cells"]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def stamped(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook with its digest recorded, in place."""
    notebook["metadata"]["autograder"]["content"] = digest(notebook)
    return notebook


def _content(cell: dict[str, Any]) -> list[Any]:
    metadata = {key: cell["metadata"][key] for key in KEPT if key in cell["metadata"]}
    return [cell.get("id"), cell["cell_type"], "".join(cell["source"]), cell.get("attachments", {}), metadata]


def edited_by_hand(text: str) -> bool:
    """Whether the text of a notebook is not, but for what Jupyter adds, something that the build wrote."""
    try:
        notebook = json.loads(text)
        return bool(notebook["metadata"]["autograder"]["content"] != digest(notebook))
    except (ValueError, KeyError, TypeError, AttributeError):
        return True
