"""The outputs that the judge itself writes into cells, in nbformat 4 (what a kernel showed comes rebuilt from it)."""

from typing import Any

Output = dict[str, Any]


def stream(text: str) -> Output:
    """Text that was printed."""
    return {"output_type": "stream", "name": "stdout", "text": text}


def error(name: str, message: str) -> Output:
    """An error that the judge reports in a cell."""
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": [f"{name}: {message}"]}


def display(text: str, html: str) -> Output:
    """Something shown, in both its forms."""
    return {"output_type": "display_data", "data": {"text/plain": text, "text/html": html}, "metadata": {}}


def result(text: str, number: int) -> Output:
    """The value of a cell's last line."""
    data = {"text/plain": text}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": number}


def without_stderr(outputs: list[Output]) -> list[Output]:
    """The same text, all of it on stdout: nbgrader takes a word on stderr for a failed test."""
    return [{**o, "name": "stdout"} if o["output_type"] == "stream" else o for o in outputs]
