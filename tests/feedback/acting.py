"""What in a piece of HTML could act: run, fetch, submit, or disguise itself as a part of the page around it."""

import re
from html.parser import HTMLParser

ACTIVE = {"script", "iframe", "object", "embed", "svg", "form", "input", "link", "base", "style", "meta"}
PICTURE = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=]+|[^:/][^:]*|")


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


def acting(text: str, allowed: frozenset[str] = frozenset()) -> list[str]:
    """Every tag and attribute that could act; `allowed` are tags of the page's own."""
    found = []
    for tag, attributes in _Tags(text).tags:
        if tag in ACTIVE - allowed:
            found.append(tag)
        found += [f"{tag} {name}" for name in attributes if name.startswith("on")]
        if not PICTURE.fullmatch(attributes.get("src", "")):
            found.append(f"{tag} src={attributes['src']}")
        if re.match(r"\s*(javascript|data|vbscript)", attributes.get("href", ""), re.IGNORECASE):
            found.append(f"{tag} href={attributes['href']}")
    return found
