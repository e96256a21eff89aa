"""The folder of wrapped keys: one file a key, its lock, and the list of the ids that were erased."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import UUID

from infra import durable
from infra.encryption.keys import KeyErased, KeyOfAnother, KeyStoreDamaged, RotationUnderWay


class KeyFolder:
    """Closed to others (0700), and shared by every process that reads or erases keys."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._keys = directory / "keys"
        self._owners = directory / "owners"
        self._erased = directory / "erased"
        # The list as it was read, with what the file was then; replaced as one, since threads read it too.
        self._erased_read: tuple[tuple[int, int, int], frozenset[UUID]] | None = None
        self._keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._owners.mkdir(mode=0o700, exist_ok=True)
        directory.chmod(0o700)

    def locked(self) -> AbstractContextManager[None]:
        """Hold the folder while it is changed; others wait."""
        return durable.locked(self.directory / "lock")

    @contextmanager
    def rotating(self) -> Iterator[None]:
        """Be the one rotation at work on the folder. Raises RotationUnderWay."""
        try:
            with durable.locked(self.directory / "rotating", wait=False):
                yield
        except BlockingIOError:
            raise RotationUnderWay(f"another rotation is at work on {self.directory}") from None

    def ids(self) -> list[UUID]:
        return [UUID(path.name) for path in self._keys.iterdir() if not path.name.startswith(".")]

    def has(self, key_id: UUID) -> bool:
        return self._path(key_id).exists()

    def read(self, key_id: UUID) -> bytes | None:
        """The wrapped key; None where there is none."""
        try:
            return self._path(key_id).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, key_id: UUID, wrapped: bytes) -> None:
        """The caller holds the lock."""
        durable.write_whole(self._path(key_id), wrapped)

    def claim(self, key_id: UUID, owner: str) -> None:
        """Keep whose the key is, unless that is known. A key that was erased, or is not there, is nobody's."""
        with self.locked():
            if self.has(key_id) and self.owner(key_id) is None:
                durable.write_whole(self._owners / str(key_id), owner.encode())

    def owner(self, key_id: UUID) -> str | None:
        try:
            return (self._owners / str(key_id)).read_text()
        except FileNotFoundError:
            return None

    def erase(self, key_id: UUID, owner: str | None = None) -> None:
        """Raises KeyOfAnother: the key was claimed, and not by this owner."""
        with self.locked():
            if self.owner(key_id) not in {None, owner}:
                raise KeyOfAnother(f"key {key_id} belongs to another organisation")
            # The list first: a crash between the two leaves a key that is refused, never one that is forgotten.
            if key_id not in self._erased_list():
                durable.append_line(self._erased, str(key_id))
            durable.remove(self._path(key_id))
            durable.remove(self._owners / str(key_id))

    def refuse_erased(self, key_id: UUID) -> None:
        """Raises KeyErased."""
        if key_id in self._erased_list():
            raise KeyErased(f"key {key_id} was destroyed")

    def _path(self, key_id: UUID) -> Path:
        return self._keys / str(key_id)

    def _erased_list(self) -> frozenset[UUID]:
        seen = durable.state(self._erased)
        if seen is None:
            return frozenset()
        read = self._erased_read
        if read is None or read[0] != seen:
            read = (seen, _parsed(self._erased.read_text("ascii")))
            self._erased_read = read
        return read[1]


def _parsed(listed: str) -> frozenset[UUID]:
    # A last line without its end is what a crash left of an erasure that is still to be done.
    try:
        return frozenset(UUID(line) for line in listed.split("\n")[:-1])
    except ValueError:
        raise KeyStoreDamaged("the list of erased keys holds a line that is not a key id") from None
