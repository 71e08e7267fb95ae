"""The filter through which text cells reach Formgrader and feedback: text stays text, and nothing acts."""

from typing import Any

import jinja2
import pytest

from autograder.nbgrader_plugin import safe_markdown2html
from tests.feedback.acting import acting

ENVIRONMENT = jinja2.Environment()
ENVIRONMENT.filters["markdown2html"] = safe_markdown2html


def shown(source: str, attachments: Any = None) -> str:
    cell = {"source": source, "attachments": attachments or {}}
    return ENVIRONMENT.from_string("{{ cell.source | markdown2html }}").render(cell=cell)


ACTS = {
    "a script": "<script>alert(1)</script>",
    "an event": "<img src=x onerror=alert(1)>",
    "an event in a tag that is allowed": "<b onmouseover=alert(1)>x</b>",
    "a script for a link": "[x](javascript:alert(1))",
    "a script for a link, in disguise": "[x](java&#115;cript:alert(1)) <a href=' &#1; javascript:alert(1)'>y</a>",
    "a page for a link": "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "an SVG": "<svg onload=alert(1)></svg>",
    "an SVG for a picture": "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "a frame": "<iframe src='javascript:alert(1)'></iframe>",
    "a form": "<form action=x><input name=score></form>",
    "a style": "<style>body{display:none}</style><p style='position:fixed'>x</p>",
    "an id of Formgrader's": "<p id='score'>x</p>",
    "a diagram": "```mermaid\n<img src=x onerror=alert(1)>\n```",
    "TeX that links": "$\\href{javascript:alert(1)}{x}$",
    "TeX with MathML that links": "$\\mmlToken{mi}[href=javascript:alert(1)]{x}$",
    "a picture that is an action": "![x](/logout) <img src='/formgrader/assignments/x/autograde'>",
    "a picture elsewhere": "![x](http://tracker.example/x.png) ![y](//tracker.example/y.png)",
}


@pytest.mark.parametrize("kind", ACTS)
def test_what_would_act_does_not(kind: str) -> None:
    html = shown(ACTS[kind])
    assert acting(html) == []
    for bad in (" style=", " id=", "\\href", "\\mmlToken", 'src="http', 'src="/', "svg+xml"):
        assert bad not in html


def test_what_an_essay_needs_stays() -> None:
    html = shown(
        "## Why\n\nBecause $a<b$ and `x < y`:\n\n| a | b |\n|---|---|\n| 1 | *2* |\n\n1. one\n\n[a](https://example.org)"
    )
    for kept in ("<h2>Why</h2>", "$a&lt;b$", "<code>x &lt; y</code>", "<td>1</td>", "<em>2</em>", "<li>one</li>"):
        assert kept in html
    assert 'href="https://example.org"' in html


def test_pasted_pictures_stay_and_lost_ones_cost_only_themselves() -> None:
    html = shown("![a](attachment:a.png) ![b](attachment:b.png) text", {"a.png": {"image/png": "aGk="}})
    assert 'src="data:image/png;base64,aGk="' in html and "text" in html
