"""What a learner writes in a text cell, as HTML that can't act: for Formgrader and for nbgrader's feedback.

nbgrader's templates put markdown into the page as it is, so a script in an essay would run with the grader's rights.
Here only the markup that text needs survives; images are pasted PNGs or JPEGs, or files beside the notebook.
"""

import re
from html import unescape
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath

TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5"),
    *("h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td"),
    *("th", "thead", "tr", "ul"),
}
_IMAGE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]*|(?!/)[^:\\]*")
_LINK = re.compile(r"(?:https?://|mailto:|#).*", re.IGNORECASE | re.DOTALL)
_ACTIVE_TEX = re.compile(r"\\+(href|url|require|class|cssId|style|data|html\w*|mmlToken|bbox|includegraphics)\b")
_REFERENCE = re.compile(r"&(?:#\d+|#x[0-9a-f]+|bsol);?", re.IGNORECASE)


@pass_context
def safe_markdown2html(context: Context, source: str) -> str:
    """The filter `markdown2html` of nbconvert's templates."""
    from bleach import clean

    attachments = _pictures(context.get("cell", {}).get("attachments", {}))
    renderer = Renderer(escape=False, exclude_anchor_links=True, attachments=attachments)
    html = MarkdownWithMath(renderer=renderer).render(source)
    protocols = {"http", "https", "mailto", "data"}  # _allowed has the last word
    cleaned = str(clean(html, tags=TAGS, attributes=_allowed, protocols=protocols, strip_comments=True))
    return _ACTIVE_TEX.sub(r"\1", _REFERENCE.sub(_plain, cleaned))  # at the end: nothing changes the text any more


class Renderer(IPythonRenderer):
    """nbconvert's, except that a picture that isn't there costs that picture, not the page."""

    def _embed_image_or_attachment(self, src: str) -> str:
        try:
            return str(super()._embed_image_or_attachment(src))
        except InvalidNotebook:
            return ""


def _plain(reference: re.Match[str]) -> str:
    """What a browser would read, where that is a letter or a backslash, of which commands of TeX are made."""
    meant = unescape(reference[0])
    return meant if re.fullmatch(r"[A-Za-z\\]", meant) else reference[0]


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "href" and tag == "a":
        return bool(_LINK.fullmatch(value))
    if name == "src" and tag == "img":
        return bool(_IMAGE.fullmatch(value))
    return name in ("alt", "title", "class") or (tag in ("td", "th") and name in ("colspan", "rowspan", "align"))


def _pictures(attachments: Any) -> dict[str, dict[str, str]]:
    kinds = ("image/png", "image/jpeg")
    found = {name: {k: data[k] for k in kinds if k in data} for name, data in dict(attachments).items()}
    return {name: data for name, data in found.items() if data}
