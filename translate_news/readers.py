"""Files and streams → text with its encoding known, by the kind of file; table `READERS`."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath

from translate_news.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Source:
    """What was read: the text, and the encoding that it was decoded from."""

    text: str
    encoding: str


Reader = Callable[[bytes, str], Source]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 65_536  # bytes looked at to tell text from binary
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1a\x1b\x1c\x1d\x1e")
_UNASSIGNED_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")


def read_path(path: Path) -> Source:
    """Read a file by the reader for its suffix; plain text where no reader claims it.

    Raises:
        Unreadable: missing, forbidden, a folder, empty, binary, or in an encoding we cannot tell.
    """
    return read_data(load(path, Path.read_bytes), str(path))


def read_data(data: bytes, name: str) -> Source:
    """Read bytes that were loaded before, by the reader for the suffix of their name; raises as `read_path` does."""
    return READERS.get(PurePath(name).suffix.lower(), read_text)(data, name)


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


def read_text(data: bytes, name: str = "-") -> Source:
    """Decode plain text: a byte order mark decides, else UTF-8, else UTF-16 by its zero bytes, else Windows-1252.

    Every byte of the input is in the text; a byte order mark is not text.

    Raises:
        Unreadable: empty, binary, or damaged text.
    """
    source = _decode(data, name)
    if not source.text.strip():
        raise Unreadable(f"{name}: is empty; there is nothing to translate")
    return source


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
        if _UNASSIGNED_CP1252.intersection(data):
            raise Unreadable(
                f"{name}: is neither UTF-8 (byte {error.start}) nor Windows-1252; convert it, for example with "
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


READERS: dict[str, Reader] = {".txt": read_text, ".text": read_text, ".md": read_text}
