"""Letters as PDF files in a folder, for somebody to print or send on.

The files are in clear: whoever takes them out of the folder answers for them. What is still there when a pupil's key
is destroyed is deleted with it, at once by `placements pupil erase` and by the worker within minutes. A file is named
by its document's id alone, so a letter that is given again is the same file again.

What was written is known by an empty file of the same name under `.written`, also when somebody has taken the letter
out since, and when the database was put back to a time before it. It is made only when the letter is safe on disk: a
crash in between brings the same file once more, and never loses one.
"""

import asyncio
import os
from pathlib import Path

from infra.durable import partial_of, remove, sync_folder, write_whole
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
                sync_folder(folder.parent)
        if not (self._written / name).exists():
            write_whole(self._folder / name, letter.pdf)
            self._note(name)
        return name

    async def kept(self) -> tuple[str, ...]:
        return await asyncio.to_thread(self._kept)

    def _kept(self) -> tuple[str, ...]:
        """What a crash left of a letter that was being written is as readable as a whole one."""
        marks = partial_of(Path("*.pdf")).name.split("*")
        halves = (
            each.name.removeprefix(marks[0]).removesuffix(marks[1]) for each in self._folder.glob("*".join(marks))
        )
        return tuple(sorted({*(each.stem for each in self._folder.glob("*.pdf")), *halves}))

    async def forget(self, reference: str) -> bool:
        return await asyncio.to_thread(self._forget, reference)

    def _forget(self, reference: str) -> bool:
        """That it was written stays noted, so that it is not written again."""
        path = self._folder / f"{reference}.pdf"
        if not path.exists() and not partial_of(path).exists():
            return False
        remove(path)
        return True

    def _note(self, name: str) -> None:
        os.close(os.open(self._written / name, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        sync_folder(self._written)
