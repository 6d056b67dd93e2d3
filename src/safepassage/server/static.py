"""The built page, read into memory: an address is looked up, never opened."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

from safepassage.reports.html import HOW_TO_BUILD as HOW_TO_BUILD
from safepassage.reports.html import STATIC

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Page:
    """One file of the page."""

    content: bytes
    packed: bytes
    kind: str
    lasting: bool
    """Whether its name says its content, so that a browser may keep it for good."""


def read_pages(folder: Path = STATIC) -> dict[str, Page]:
    """Files of the page by address; nothing where there is no build."""
    if not (folder / "index.html").is_file():
        return {}
    found: dict[str, Page] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in TYPES:
            content = path.read_bytes()
            address = "/" + path.relative_to(folder).as_posix()
            lasting = address.startswith("/assets/")
            found[address] = Page(content, gzip.compress(content, 6), TYPES[path.suffix], lasting)
    found["/"] = found["/index.html"]
    return found
