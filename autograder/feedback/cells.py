"""One cell of a graded notebook as HTML."""

import re

from autograder.feedback.text import html
from autograder.grading.outputs import Output
from autograder.grading.repair import ReadyCell

_BASE64 = re.compile(r"[A-Za-z0-9+/=\n]+")


def cell_html(cell: ReadyCell) -> str:
    """The cell with its outputs; the instructor's prose, which everybody has, is left out."""
    if cell.type != "code":
        mine = cell.cell is None or cell.cell.solution
        pictures = "".join(map(_picture, cell.attachments.values()))
        text = f'<div class="cell written"><pre>{html(cell.source)}</pre>{pictures}</div>'
        return text if mine and cell.source.strip() else ""
    tested = cell.cell is not None and cell.cell.tested
    source = cell.cell.released if cell.cell is not None and tested else cell.source
    outputs = "".join(_output(output, ours=tested) for output in cell.outputs)
    return f'<div class="cell"><pre class="code">{html(source)}</pre>{outputs}</div>'


def _output(output: Output, ours: bool) -> str:
    """HTML is taken only from a graded cell, where the judge wrote it (see autograder.card)."""
    kind = output["output_type"]
    if kind == "stream":
        return f'<pre class="{"stderr" if output["name"] == "stderr" else "stdout"}">{html(output["text"])}</pre>'
    if kind == "error":
        return f'<pre class="error">{html(chr(10).join(output["traceback"]))}</pre>'
    if ours:
        return str(output["data"].get("text/html", "")) if kind == "display_data" else ""
    return _shown(output["data"])


def _picture(pasted: dict[str, str]) -> str:
    good = ((kind, data) for kind, data in pasted.items() if kind in ("image/png", "image/jpeg"))
    return "".join(f'<img alt="" src="data:{kind};base64,{data}">' for kind, data in good if _BASE64.fullmatch(data))


def _shown(data: dict[str, str]) -> str:
    if _BASE64.fullmatch(data.get("image/png", "")):
        return f'<img alt="{html(data.get("text/plain", "")[:200])}" src="data:image/png;base64,{data["image/png"]}">'
    return f"<pre>{html(data.get('text/plain', ''))}</pre>"
