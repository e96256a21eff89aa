"""Letters as PDF files in a folder, for somebody to print or send on.

The files are in clear: whoever takes them out of the folder answers for them, and destroying a pupil's key does not
reach them. A file is named by its document's id alone, so a letter that is given again is the same file again.
"""

import asyncio
import os
from pathlib import Path

from infra.letters.port import Letter


class FileSender:
    name = "files"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, letter: Letter) -> str:
        return await asyncio.to_thread(self._write, letter)

    def _write(self, letter: Letter) -> str:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{letter.reference}.pdf"
        partial = self._folder / f".{name}.partial"
        partial.unlink(missing_ok=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(letter.pdf)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(self._folder / name)
        return name
