"""Plain text and Markdown: bytes → text, whatever the encoding."""

from __future__ import annotations

import codecs
import re

from translate_news.errors import Unreadable
from translate_news.readers import Source

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 65_536  # bytes looked at to tell text from binary
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1a\x1b\x1c\x1d\x1e")
_CODE_PAGES = ["cp1252", "iso8859_15", "mac_roman", "cp850"]
_ENOUGH_TO_JUDGE = 60  # bytes; on less, the judgement is a guess
_UNASSIGNED_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")


_FRONT_MATTER = re.compile(r"\A---\r?\n.*?\r?\n---\r?\n", re.DOTALL)
_MARKDOWN = (
    (re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$", re.MULTILINE), r"\1"),
    (re.compile(r"^[ \t]{0,3}>[ \t]?", re.MULTILINE), ""),
    (re.compile(r"^([ \t]*)[*+-][ \t]+(?=\S)", re.MULTILINE), r"\1• "),
    (re.compile(r"!\[([^\]\n]{0,300})\]\([^()\n]{0,2000}\)"), r"\1"),
    (re.compile(r"\[([^\[\]\n]{1,300})\]\([^()\n]{0,2000}\)"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)([^\n]{1,500}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])[*_](?=[^\s*_])([^\n*_]{1,500}?)(?<=\S)[*_](?![\w*])"), r"\1"),
    (re.compile(r"`([^`\n]{1,500})`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>|-])"), r"\1"),
)


def read_text(data: bytes, name: str = "-") -> Source:
    """Decode plain text: a byte order mark decides, else UTF-8, else UTF-16 by its zero bytes, else an old code page.

    Which code page (Windows-1252, ISO 8859-15, Mac Roman, DOS 850) is charset-normalizer's judgement; where it has none,
    Windows-1252. Every byte of the input is in the text; a byte order mark is not text.

    Raises:
        Unreadable: empty, binary, or damaged text.
    """
    return _decode(data, name)


def read_markdown(data: bytes, name: str = "-") -> Source:
    """Markdown as the plain lines of a page: heading marks, emphasis, links and images go, words and bullets stay.

    Raises:
        Unreadable: as `read_text`.
    """
    source = read_text(data, name)
    text = _FRONT_MATTER.sub("", source.text, count=1)
    for pattern, plain in _MARKDOWN:
        text = pattern.sub(plain, text)
    return Source(text, source.encoding)


def _decode(data: bytes, name: str) -> Source:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return Source(data.decode(encoding), encoding)
            except UnicodeDecodeError as error:
                raise Unreadable(f"{name}: begins as {encoding} but is damaged at byte {error.start}") from None
    sample = data[:_SAMPLE]
    if b"\0" in sample:
        return _decode_utf16(data, name)
    if sum(byte in _CONTROLS for byte in sample) > len(sample) // 200:
        raise Unreadable(f"{name}: is a binary file, not text; give the page as text")
    try:
        return Source(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return _decode_code_page(data, name, error.start)


def _decode_code_page(data: bytes, name: str, bad_byte: int) -> Source:
    from charset_normalizer import from_bytes

    if len(data) >= _ENOUGH_TO_JUDGE and (best := from_bytes(data[:_SAMPLE], cp_isolation=_CODE_PAGES).best()):
        try:
            return Source(data.decode(best.encoding), best.encoding)
        except UnicodeDecodeError:  # the sample fitted, the rest does not
            pass
    if _UNASSIGNED_CP1252.intersection(data):
        raise Unreadable(
            f"{name}: is not UTF-8 (byte {bad_byte}) and in no code page we know; convert it, for example with "
            f"iconv -f ENCODING -t UTF-8"
        ) from None
    return Source(data.decode("cp1252"), "cp1252")


def _decode_utf16(data: bytes, name: str) -> Source:
    """UTF-16 without a mark: Latin text has a zero in every other byte, always on the same side."""
    sample = data[: _SAMPLE & ~1]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if max(even, odd) > 0.6 * half and min(even, odd) < 0.05 * half:
        encoding = "utf-16-le" if odd > even else "utf-16-be"
        try:
            return Source(data.decode(encoding), encoding)
        except UnicodeDecodeError:
            pass
    raise Unreadable(f"{name}: is a binary file, not text; give the page as text")
