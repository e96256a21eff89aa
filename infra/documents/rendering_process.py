"""`python -m infra.documents.rendering_process BYTES`: makes documents for `infra.documents.renderer`, one by one.

It reads a form and a document from its input and writes the page to its output, and ends with its input. It knows no
setting, no database and no key. Memory is bounded here, by the bytes it was given; time by whoever started it.
"""

import os
import resource
import struct
import sys
from typing import BinaryIO, Final

import msgspec

from domain.documents.model import Document
from infra.documents.rendering import render_html, render_pdf

LENGTH: Final = struct.Struct(">cQ")
"""Of each message: a letter that says what it is, and how many bytes follow."""

_MAKES = {b"h": render_html, b"p": render_pdf}
_NICENESS = 5


def main() -> None:
    os.nice(_NICENESS)  # commands go first
    # Of what it may write to: what is only reserved, as for threads, costs nothing.
    most_bytes = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while (message := _message(asked)) is not None:
        form, content = message
        made = _MAKES[form](msgspec.msgpack.decode(content, type=Document))
        answers.write(LENGTH.pack(form, len(made)))
        answers.write(made)
        answers.flush()


def _message(asked: BinaryIO) -> tuple[bytes, bytes] | None:
    head = asked.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    form, length = LENGTH.unpack(head)
    return form, asked.read(length)


if __name__ == "__main__":
    main()
