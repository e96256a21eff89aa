"""The pages' own files, each under a name with the hash of its content, so that a browser keeps it for a year."""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"
BUILT = STATIC / "built"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_REFERENCE = re.compile(r"url\(([\w.-]+)\)")


class AssetsMissing(Exception):
    """The built files are not there, so that every page would be without its look."""

    def __init__(self) -> None:
        super().__init__("The pages' CSS and JavaScript are not built. Run `make assets`.")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    media_type: str
    content: bytes
    compressed: bytes


class Assets:
    """Every file by its hashed name. `theme` is CSS that follows from settings."""

    def __init__(self, theme: str) -> None:
        """Raises AssetsMissing."""
        self._names: dict[str, str] = {}
        self._files: dict[str, Asset] = {}
        if not (BUILT / "govuk.css").is_file():
            raise AssetsMissing
        found = {path.name: path.read_bytes() for folder in (BUILT, STATIC) for path in folder.iterdir() if _is(path)}
        found["theme.css"] = theme.encode()
        # CSS names drawings, so those get their names first.
        for name in sorted(found, key=lambda name: (name.endswith(".css"), name)):
            self._add(name, found[name])

    def url(self, name: str) -> str:
        return f"/assets/{self._names[name]}"

    def get(self, hashed: str) -> Asset | None:
        return self._files.get(hashed)

    @property
    def names(self) -> Mapping[str, str]:
        return self._names

    def _add(self, name: str, content: bytes) -> None:
        stem, _, suffix = name.rpartition(".")
        if suffix == "css":
            content = _REFERENCE.sub(lambda at: f"url({self._names[at[1]]})", content.decode()).encode()
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"
        self._names[name] = hashed
        self._files[hashed] = Asset(_TYPES[f".{suffix}"], content, gzip.compress(content, mtime=0))


def _is(path: Path) -> bool:
    return path.suffix in _TYPES
