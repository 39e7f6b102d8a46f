"""Word documents and e-mail messages → lines."""

from __future__ import annotations

import email
import email.policy
from typing import cast

from translate_news.errors import Unreadable
from translate_news.readers import Source
from translate_news.readers.html import read_html


def read_docx(data: bytes, name: str = "-") -> Source:
    """Read a Word document by python-docx: a line a paragraph, table cells parted by bars.

    Raises:
        Unreadable: not a Word document, or damaged.
    """
    from io import BytesIO
    from zipfile import BadZipFile

    from docx import Document
    from docx.table import Table

    try:
        document = Document(BytesIO(data))
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise Unreadable(f"{name}: is not a whole Word document: {error}") from None
    lines: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            lines += [" | ".join(cell.text.strip() for cell in row.cells) for row in block.rows]
        else:
            lines.append(block.text)
    return Source("\n".join(lines), "docx")


def read_mail(data: bytes, name: str = "-") -> Source:
    """Read an e-mail message: its subject as title, then its plain text, or its HTML where it has no plain text.

    Raises:
        Unreadable: no text in it.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    if body is None:
        raise Unreadable(f"{name}: no text in this message")
    encoding = body.get_content_charset("utf-8")
    if body.get_content_type() == "text/html":
        text = read_html(cast(bytes, body.get_payload(decode=True)), name).text
    else:
        try:
            text = body.get_content()
        except LookupError:
            raise Unreadable(f"{name}: is in an unknown encoding: {encoding}") from None
    subject = " ".join(str(message["subject"] or "").split())
    return Source(f"{subject}\n\n{text}" if subject else text, encoding)
