"""Files and streams → text with its encoding known, by the kind of file; table `READERS`.

Every reader gives the page as plain lines, in the shapes that `segment` knows: a title, paragraphs, an age on a line of
its own. The libraries for each kind of file are imported when such a file is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from translate_news.errors import Unreadable

__all__ = ["READERS", "Source", "load", "read_bytes", "read_path"]

LARGEST_MARKUP = 50_000_000  # bytes; a parser holds many times that in memory. Plain text has no limit


@dataclass(frozen=True, slots=True)
class Source:
    """What was read: the page's text, and the encoding that it was decoded from."""

    text: str
    encoding: str


Reader = Callable[[bytes, str], Source]

READERS = {  # suffix → module:function, imported when used
    ".txt": "translate_news.readers.text:read_text",
    ".text": "translate_news.readers.text:read_text",
    ".md": "translate_news.readers.text:read_markdown",
    ".markdown": "translate_news.readers.text:read_markdown",
    ".html": "translate_news.readers.html:read_html",
    ".htm": "translate_news.readers.html:read_html",
    ".xhtml": "translate_news.readers.html:read_html",
    ".rss": "translate_news.readers.feed:read_feed",
    ".atom": "translate_news.readers.feed:read_feed",
    ".xml": "translate_news.readers.newsml:read_xml",
    ".newsml": "translate_news.readers.newsml:read_xml",
    ".nitf": "translate_news.readers.newsml:read_xml",
    ".docx": "translate_news.readers.documents:read_docx",
    ".eml": "translate_news.readers.documents:read_mail",
}
PLAIN = {".txt", ".text", ".md", ".markdown"}
WRAPPED = PLAIN | {".eml"}  # their lines may end where a width made them


def read_path(path: Path, *, lines: bool = False) -> Source:
    """Read a file by the reader for its suffix; plain text where no reader claims it.

    Args:
        path: the file.
        lines: keep each line as it is, since lines are what the file is about: pairs, a table.

    Raises:
        Unreadable: missing, forbidden, a folder, empty, binary, damaged, or in an encoding that cannot be told.
    """
    return read_bytes(load(path, Path.read_bytes), str(path), path.suffix, lines=lines)


def load(path: Path, read: Callable[[Path], bytes]) -> bytes:
    """The bytes that `read` gets from a file.

    Raises:
        Unreadable: missing, forbidden, a folder, or a fault of the disk, each with what to do.
    """
    try:
        return read(path)
    except FileNotFoundError:
        raise Unreadable(f"{path}: no such file; check the name, or use - to read from standard input") from None
    except IsADirectoryError:
        raise Unreadable(f"{path}: is a folder; name the files in it, such as {path}/*.txt") from None
    except PermissionError:
        raise Unreadable(f"{path}: no permission to read it; chmod +r it or run as a user who may") from None
    except OSError as error:
        raise Unreadable(f"{path}: cannot be read: {error.strerror or error}") from error


def read_bytes(data: bytes, name: str = "-", suffix: str = "", *, lines: bool = False) -> Source:
    """Read a page from bytes by the reader for a suffix; without one, by what the bytes begin with.

    Line breaks that only a width made, in mails and plain text, are spaces in the page, unless `lines`.

    Raises:
        Unreadable: see `read_path`.
    """
    suffix = suffix.lower() if suffix.lower() in READERS else _sniffed(data)
    if suffix not in PLAIN and len(data) > LARGEST_MARKUP:
        raise Unreadable(f"{name}: is larger than {LARGEST_MARKUP // 1_000_000} MB; split it, or give its text as .txt")
    module, _, function = READERS[suffix].partition(":")
    source = cast(Reader, getattr(import_module(module), function))(data, name)
    if not source.text.strip():
        raise Unreadable(f"{name}: is empty; there is nothing to translate")
    if suffix in WRAPPED and not lines:
        from translate_news.readers.wrapping import unwrap  # stands on `segment`

        return Source(unwrap(source.text), source.encoding)
    return source


def _sniffed(data: bytes) -> str:
    """The suffix that the first bytes speak for: saved pages and feeds often come without one."""
    head = data[:600].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return ".html"
    if head.startswith(b"<?xml"):
        return ".xml"
    return ".txt"
