"""Letters as PDF files in a folder, for somebody to print or send on.

The files are in clear: whoever takes them out of the folder answers for them, and destroying a pupil's key does not
reach them. A file is named by its document's id alone, so a letter that is given again is the same file again.

What was written is known by an empty file of the same name under `.written`, also when somebody has taken the letter
out since, and when the database was put back to a time before it. It is made only when the letter is safe on disk: a
crash in between brings the same file once more, and never loses one.
"""

import asyncio
import os
from pathlib import Path

from infra.letters.port import Letter


class FileSender:
    name = "files"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written = folder / ".written"

    async def send(self, letter: Letter) -> str:
        return await asyncio.to_thread(self._send, letter)

    def _send(self, letter: Letter) -> str:
        name = f"{letter.reference}.pdf"
        for folder in (self._folder, self._written):
            if not folder.exists():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                _keep(folder.parent)
        if not (self._written / name).exists():
            self._write(name, letter.pdf)
            self._note(name)
        return name

    def _write(self, name: str, pdf: bytes) -> None:
        partial = self._folder / f".{name}.partial"
        partial.unlink(missing_ok=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(self._folder / name)
        _keep(self._folder)

    def _note(self, name: str) -> None:
        os.close(os.open(self._written / name, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        _keep(self._written)


def _keep(folder: Path) -> None:
    """Bring a folder's names to the disk: until then a power cut may undo a renaming."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
