"""Short words for what tests ask a kernel."""

from typing import Any

from autograder.sandbox.kernel import Kernel


def run(kernel: Kernel, code: str, seconds: float = 20.0) -> dict[str, Any]:
    """The raw reply to a cell."""
    return kernel.request({"op": "run", "code": code.encode()}, seconds)


def text(reply: dict[str, Any]) -> str:
    """All that a cell showed as text, one line per output."""
    shown = []
    for output in reply["outputs"]:
        if output["output_type"] == "stream":
            shown.append(output["text"])
        elif output["output_type"] == "error":
            shown.append(output["ename"] + b": " + output["evalue"])
        else:
            shown.append(output["data"].get("text/plain", b""))
    return b"\n".join(shown).decode()


def said(kernel: Kernel, code: str, seconds: float = 20.0) -> str:
    return text(run(kernel, code, seconds))


def value(kernel: Kernel, expression: str) -> Any:
    """An expression's value, as data."""
    run(kernel, f"_asked = {expression}")
    return kernel.request({"op": "calls", "calls": [{"do": "value", "name": "_asked"}]}, 10)[0]["ok"]
