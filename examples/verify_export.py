"""A second verifier of exports, apart from the service: the standard library and `cryptography`, nothing of ours.

    python verify_export.py FILE [VERIFIER_KEY [ARCHIVE ...]]

The archives are those that an export of a record names: the content of what was taken off the record.

Exit code 0: all of it holds. 1: something does not, and each line says what and where. 2: not an export.
The rules are those that the first line of every export states.
"""

import base64
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Line = dict[str, Any]
Root = tuple[int, bytes]


def _figure(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def number(value: int) -> bytes:
    return value.to_bytes(8, "big", signed=True)


def event_hash(previous: bytes, event: Line) -> bytes:
    """The hash that an event must have after one with the hash `previous`."""
    elapsed = datetime.fromisoformat(event["recorded_at"]) - EPOCH
    microseconds = (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds
    personal = event["personal"]
    parts = [b"placements/event/1", previous, number(event["position"]), event["stream_id"].encode()]
    parts += [number(event["version"]), bytes.fromhex(event["event_id"].replace("-", "")), event["type"].encode()]
    parts += [number(event["schema_version"]), event["data"].encode()]
    parts += [None if personal is None else base64.b64decode(personal), event["meta"].encode(), number(microseconds)]
    return sha256(*(number(-1) if part is None else number(len(part)) + part for part in parts))


def checkpoint(note: str, name: str, key: bytes) -> tuple[int, bytes, list[str]]:
    """Size, root and further lines of a signed checkpoint; ValueError where the log's signature is not on it."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    key_id = sha256(name.encode(), b"\n\x01", key)[:4]
    for line in signatures.splitlines():
        dash, signer, encoded = line.split(" ")
        signature = base64.b64decode(encoded)
        if (dash, signer, signature[:4]) == ("\u2014", name, key_id):
            Ed25519PublicKey.from_public_bytes(key).verify(signature[4:], text.encode())
            origin, size, root, *others = text.splitlines()
            if origin != name:
                raise ValueError(f"a checkpoint of {origin}")
            return int(size), base64.b64decode(root), others
    raise ValueError("the log did not sign it")


class Tree:
    """RFC 6962 over leaves that come one after another, or 2 ** level of them by the hash over them."""

    def __init__(self) -> None:
        self.size, self.edge = 0, list[bytes]()

    def add(self, node: bytes, level: int = 0) -> None:
        size, rest = divmod(self.size, 2**level)
        if rest:
            raise ValueError(f"no subtree of level {level} begins here")
        while size % 2:
            node, size = sha256(b"\1", self.edge.pop(), node), size // 2
        self.edge.append(node)
        self.size += 2**level

    def root(self) -> bytes:
        node = self.edge[-1] if self.edge else sha256(b"")
        for left in reversed(self.edge[:-1]):
            node = sha256(b"\1", left, node)
        return node


def climb(path: list[bytes], index: int, last: int, node: bytes, old: bytes = b"") -> tuple[bytes, bytes]:
    """Where an audit path leads from a node at `index` of a level that ends at `last` (RFC 9162, 2.1.3.2, 2.1.4.2)."""
    for each in path:
        if last == 0:
            raise ValueError("a proof that is too long")
        if index % 2 or index == last:
            node, old = sha256(b"\1", each, node), sha256(b"\1", each, old)
            while index and not index % 2:
                index, last = index // 2, last // 2
        else:
            node = sha256(b"\1", node, each)
        index, last = index // 2, last // 2
    if last:
        raise ValueError("a proof that is too short")
    return node, old


def consistent(first: Root, second: Root, path: list[bytes]) -> bool:
    (old_size, old_root), (new_size, new_root) = first, second
    if old_size > new_size:
        raise ValueError("checkpoints that go back")
    nodes = path if old_size & (old_size - 1) else [old_root, *path]
    index, last = old_size - 1, new_size - 1
    while index % 2:
        index, last = index // 2, last // 2
    return climb(nodes[1:], index, last, nodes[0], nodes[0]) == (new_root, old_root)


UUIDS = {"command_id", "key_id", "correlation_id", "document_id", "placement_id"}
HEXADECIMAL = {"body", "body_hmac", "sealed", "fingerprint"}
FIELDS = {
    "command": "command_id stream_id kind actor key_id body body_hmac correlation_id expected_version issued_at "
    "received_at status http_status answer attempts decided_at",
    "document": "document_id media placement_id fingerprint sealed kept_at",
}


def entry_hash(kind: str, content: Line) -> bytes:
    """The hash that a decided command or a kept document must have."""
    parts: list[bytes | None] = [f"placements/{kind}/1".encode()]
    for name in FIELDS[kind].split():
        value = content[name]
        if name in UUIDS | HEXADECIMAL and value is not None:
            parts.append(bytes.fromhex(value.replace("-", "")))
        else:
            parts.append(value if value is None else number(value) if isinstance(value, int) else value.encode())
    return sha256(*(number(-1) if part is None else number(len(part)) + part for part in parts))


class Export:
    def __init__(self, header: Line, trusted: str | None) -> None:
        if header["format"] != "placements-record/1":
            raise ValueError("another format")
        written: str = trusted or header["verifier_key"]
        self.name, _, rest = written.partition("+")
        self.key = base64.b64decode(rest.partition("+")[2])[1:]
        self.one_stream = header["stream_id"] is not None
        self.tree, self.covered = Tree(), 0
        self.heads: dict[str, tuple[int, bytes, int]] = {}
        self.last: Root | None = None
        self.counts = {"events": 0, "checkpoints": 0}
        self.end: Line | None = None
        self.whole = not header.get("archive", False)
        self.archives: dict[str, int] = {each["sha256"]: each["events"] for each in header.get("archives", ())}
        self.archived: Counter[str] = Counter()
        self.elsewhere, self.seen = 0, 0
        self.entries, self.entry_roots = Tree(), dict[int, bytes]()
        self.given: dict[str, dict[int, Line]] = {}

    def take(self, line: Line) -> Iterator[str]:
        """What is wrong with one line, if anything."""
        if "end" in line:
            self.end = line["end"]
        elif "entry" in line:
            yield from self.entered(line["entry"])
        elif "checkpoint" in line:
            self.counts["checkpoints"] += 1
            yield from self.signed(line)
        elif "elsewhere" in line:
            for level, node in line["elsewhere"]:
                self.tree.add(base64.b64decode(node), level)
                self.elsewhere += 2**level
            if "archived" in line:
                yield from self.kept(line)
        else:
            self.counts["events"] += 1
            yield from self.chained(line["event"])
            yield from self.included(line) if self.one_stream else ()

    def kept(self, line: Line) -> Iterator[str]:
        """What is wrong with the stub of an archived event."""
        stub: Line = line["archived"]
        place, archive = f"{stub['stream_id']} version {stub['version']}", stub["archive"]
        self.archived[archive] += 1
        if line["elsewhere"] != [[0, base64.b64encode(sha256(b"\0", bytes.fromhex(stub["hash"]))).decode()]]:
            yield f"{place} is not the leaf that it says"
        if archive not in self.archives:
            yield f"{place} is in no archive that the export names"
        elif archive in self.given:
            event = self.given[archive].get(stub["position"], {})
            if any(event.get(name) != stub[name] for name in stub.keys() - {"archive"}):
                yield f"{place} is not in its archive"
            else:
                self.seen += 1

    def entered(self, entry: Line) -> Iterator[str]:
        """What is wrong with a command or a document."""
        place, digest = f"{entry['kind']} {entry['id']} {entry['media']}", bytes.fromhex(entry["hash"])
        content: Line = entry["content"] or {}
        kept = (content.get(f"{entry['kind']}_id"), content.get("media", "")) == (entry["id"], entry["media"])
        if not kept or entry_hash(entry["kind"], content) != digest or entry["number"] != self.entries.size:
            yield f"{place} is not as it was when it was proved"
        self.entries.add(sha256(b"\0", digest))
        if self.entry_roots.get(self.entries.size, self.entries.root()) != self.entries.root():
            yield f"the commands and documents up to number {self.entries.size} are not those that were signed"

    def ended(self) -> Iterator[str]:
        if self.end != self.counts:
            yield "the end is missing or counts otherwise"
        if self.whole and not self.one_stream:
            if max(self.entry_roots, default=0) > self.entries.size:
                yield f"{self.entries.size} of the commands and documents are there: more were signed"
            for name, events in self.archives.items():
                if (said := self.archived[name]) > events:
                    yield f"archive {name} has {_figure(events, 'event')}, and {said} {_are(said)} said to be in it"
            if self.elsewhere > max(sum(self.archives.values()), self.archived.total()):
                yield "there are more hashes alone than the archives have events"

    def signed(self, line: Line) -> Iterator[str]:
        size, root, others = checkpoint(line["checkpoint"], self.name, self.key)
        if not self.one_stream and (size, root) != (self.tree.size, self.tree.root()):
            yield f"the checkpoint of {_figure(size, 'event')} is not of the {self.tree.size} before it"
        path = [base64.b64decode(each) for each in line.get("consistency", ())]
        if self.one_stream and self.last and not consistent(self.last, (size, root), path):
            yield f"the checkpoint of {_figure(size, 'event')} does not begin with the one of {self.last[0]}"
        self.last = (size, root)
        told = dict(each.split(" ", 1) for each in others if " " in each)
        if "entries" in told:
            self.entry_roots[int(told["entries"])] = base64.b64decode(told["entries-root"])
        self.covered = next((int(each.split()[1]) for each in others if each.startswith("position ")), 0)

    def chained(self, event: Line) -> Iterator[str]:
        place = f"{event['stream_id']} version {event['version']}"
        version, previous, position = self.heads.get(event["stream_id"], (0, bytes(32), 0))
        digest = bytes.fromhex(event["hash"])
        self.heads[event["stream_id"]] = (event["version"], digest, event["position"])
        self.tree.add(sha256(b"\0", digest))
        if event["version"] != version + 1 or event["position"] <= position:
            yield f"{place} does not follow version {version}"
        else:
            try:
                if event_hash(previous, event) != digest:
                    yield f"{place} does not have the hash it should"
            except (ValueError, TypeError, OverflowError) as error:
                yield f"{place} has no hash: {error}"

    def included(self, line: Line) -> Iterator[str]:
        event = line["event"]
        if line["leaf"] is None:
            if event["position"] <= self.covered:
                yield f"{event['stream_id']} version {event['version']} has no proof"
            return
        assert self.last is not None, "a proof without a checkpoint"
        size, root = self.last
        path = [base64.b64decode(each) for each in line["path"]]
        leaf = sha256(b"\0", bytes.fromhex(event["hash"]))
        if line["leaf"] >= size or climb(path, line["leaf"], size - 1, leaf)[0] != root:
            yield f"{event['stream_id']} version {event['version']} is not under the last checkpoint"


def archive(path: str, trusted: str) -> tuple[str, dict[int, Line]]:
    """SHA-256 of an archive and its events by position; ValueError where it does not hold."""
    if verified(path, trusted)[0]:
        raise ValueError(f"{path} does not hold by itself")
    content = Path(path).read_bytes()
    lines = (json.loads(line) for line in content.splitlines())
    return hashlib.sha256(content).hexdigest(), {
        line["event"]["position"]: line["event"] for line in lines if "event" in line
    }


def verified(path: str, trusted: str | None = None, *archives: str) -> tuple[list[str], str]:
    """What is wrong with a file, and how far it was proved. Raises ValueError, KeyError, TypeError: not an export."""
    wrong: list[str] = []
    with Path(path).open("rb") as lines:
        export = Export(json.loads(next(lines, b"")), trusted)
        export.given = dict(archive(each, trusted or "") for each in archives)
        for at, line in enumerate(lines, start=2):
            try:
                wrong += [f"line {at}: {each}" for each in export.take(json.loads(line))]
            except (ValueError, KeyError, TypeError, AssertionError, InvalidSignature) as error:
                wrong.append(f"line {at}: {type(error).__name__} {error}")
    wrong += export.ended()
    proved, events = export.last[0] if export.last else 0, export.counts["events"]
    told = f"{_figure(events, 'event')}; the last checkpoint covers {proved} of the record; {len(wrong)} wrong."
    if export.whole and export.elsewhere > export.seen:
        told += f" {export.elsewhere - export.seen} are unproved: their content is in archives that were not given."
    return wrong, told


def main(path: str, trusted: str | None = None, *archives: str) -> int:
    try:
        wrong, told = verified(path, trusted, *archives)
    except (ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"not an export: {error}\n")
        return 2
    sys.stdout.write("\n".join([*wrong, told]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
