"""Verification of a record, or of one stream of it, from the events themselves: nothing said of them is believed.

Events pass by one at a time. What is kept of them is the head of each stream and one hash a level of the tree.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.shared import words
from infra.event_store.chain import ChainFault, Head, faults_of, head_of
from infra.event_store.types import StoredEvent
from infra.proof.merkle import Frontier, ProofInvalid, leaf_hash, root_of_inclusion, verify_consistency
from infra.proof.notes import Checkpoint, NoteInvalid, NoteVerifier, SignedNote, checkpoint

MAX_FLAWS: Final = 1000
"""As many are named; of more, how many."""


class FlawKind(StrEnum):
    CHAIN = "chain"
    ORDER = "order"
    SIGNATURE = "signature"
    ROOT = "root"
    CUT = "cut"
    UNCOVERED = "uncovered"
    INCLUSION = "inclusion"
    CONSISTENCY = "consistency"
    FILE = "file"
    ARCHIVE = "archive"
    FORK = "fork"
    STOPPED = "stopped"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What is wrong, where, in words."""

    kind: FlawKind
    place: str
    detail: str


@dataclass(slots=True, kw_only=True)
class Findings:
    """What a verification has come to so far. `proved` events are under a checkpoint's signature.

    `elsewhere` counts those of whom there is a hash alone, as their content is in another file; `verified` is how many
    of them were found in an archive that was checked.

    `entries` counts decided commands and documents; `entries_proved` of them are under a signature too, and
    `entries_waiting` more wait for the next checkpoint.

    `cosigned` says, of each of the `witnesses` by name, how many events the last checkpoint with its signature covers.
    """

    witnesses: Sequence[NoteVerifier] = ()
    cosigned: dict[str, int] = field(default_factory=dict)
    events: int = 0
    elsewhere: int = 0
    verified: int = 0
    checkpoints: int = 0
    proved: int = 0
    entries: int = 0
    entries_proved: int = 0
    entries_waiting: int = 0
    flaws: list[Flaw] = field(default_factory=list)
    unnamed: int = 0
    last: Checkpoint | None = None

    def add(self, kind: FlawKind, place: str, detail: str) -> None:
        if len(self.flaws) < MAX_FLAWS:
            self.flaws.append(Flaw(kind=kind, place=place, detail=detail))
        else:
            self.unnamed += 1

    def add_fault(self, fault: ChainFault) -> None:
        """One of a stream's chain."""
        self.add(FlawKind.CHAIN, f"{fault.stream_id} version {fault.version}", f"{fault.kind}: {fault.detail}")

    @property
    def sound(self) -> bool:
        return not self.flaws

    @property
    def unsigned(self) -> int:
        """Events that came after the last checkpoint."""
        return self.events + self.elsewhere - self.proved

    @property
    def unseen(self) -> int:
        """Events whose content is in files that were not checked with the rest: signed for, and unproved."""
        return self.elsewhere - self.verified

    @property
    def unproved(self) -> int:
        return self.unsigned + self.unseen


@dataclass(slots=True)
class _Chains:
    """The head of each stream."""

    heads: dict[str, Head] = field(default_factory=dict)

    def take(self, event: StoredEvent, findings: Findings) -> None:
        for fault in faults_of(self.heads.get(event.stream_id), event):
            findings.add_fault(fault)
        self.heads[event.stream_id] = head_of(event)


class TreeVerification:
    """The hashes of all events in the order of the feed, each checkpoint right behind the last that it covers."""

    def __init__(
        self,
        verifier: NoteVerifier,
        *,
        allowance: timedelta,
        witnesses: Sequence[NoteVerifier] = (),
        sizes: Collection[int] = (),
    ) -> None:
        """`sizes`: of checkpoints that are kept elsewhere, and compared by `outside`."""
        self.findings = Findings(witnesses=witnesses)
        self._verifier = verifier
        self._allowance = allowance
        self._sizes = frozenset(sizes)
        self._roots: dict[int, bytes] = {}
        self.entries: dict[int, bytes] = {}
        """What checkpoints sign of commands and documents: root by number."""
        self._frontier = Frontier()
        self._position = 0
        self._uncovered: datetime | None = None
        self._good = 0

    def leaf(self, position: int, digest: bytes, recorded_at: datetime | None) -> None:
        self.findings.events += 1
        self._leaf(position, digest)
        if self._uncovered is None:
            self._uncovered = recorded_at

    def archived(self, position: int, digest: bytes) -> None:
        """An event of which the record has kept the hash alone."""
        self.findings.elsewhere += 1
        self._leaf(position, digest)

    def elsewhere(self, level: int, node: bytes) -> None:
        """The hash over `2**level` events whose content is not here. Raises ProofInvalid."""
        self._frontier.append_subtree(level, node)
        self.findings.elsewhere += 1 << level

    def _leaf(self, position: int, digest: bytes) -> None:
        if position <= self._position:
            self.findings.add(FlawKind.ORDER, f"position {position}", f"comes after position {self._position}")
        self._position = max(self._position, position)
        self._frontier.append(leaf_hash(digest))
        if self._frontier.size in self._sizes:
            self._roots[self._frontier.size] = self._frontier.root()

    def outside(self, size: int, note: str, here: str | None) -> None:
        """A checkpoint that is kept outside, and is not the one here, if there is one of this size here."""
        found, place = self.findings, f"checkpoint of {words.figure(size, 'event')}"
        try:
            read = checkpoint(note, self._verifier)
        except NoteInvalid as error:
            found.add(FlawKind.SIGNATURE, place, f"is kept outside: {error}")
            return
        events = self._roots.get(read.size)
        if read.size != size:
            found.add(FlawKind.FILE, place, f"is kept outside, and is of {words.figure(read.size, 'event')}")
        elif size > self._frontier.size:
            here = words.figure_is(self._frontier.size, "event")
            found.add(FlawKind.CUT, place, f"is kept outside, and only {here} here: the rest was cut off")
        elif read.root != events:
            detail = "is kept outside, signed over other events than are here: the record was forked"
            found.add(FlawKind.FORK, place, detail)
        else:
            twice = "and the database holds another of the same events" if here else "and the database does not hold it"
            found.add(FlawKind.CUT, place, f"is kept outside, {twice}")

    def checkpoint(self, note: str) -> None:
        found = self.findings
        found.checkpoints += 1
        read = _signed(note, self._verifier, found)
        if read is None:
            return
        found.last = read
        if read.entries is not None:
            self.entries[read.entries[0]] = read.entries[1]
        place = f"checkpoint of {words.figure(read.size, 'event')}"
        if read.size > self._frontier.size:
            there = words.figure_is(self._frontier.size, "event")
            found.add(FlawKind.CUT, place, f"only {there} there: the rest was cut off")
        elif read.size < self._frontier.size:
            found.add(FlawKind.FILE, place, f"is behind {words.figure(self._frontier.size, 'event')}")
        elif read.root != self._frontier.root():
            detail = f"the events from number {self._good + 1} to {read.size} are not those that were signed"
            found.add(FlawKind.ROOT, place, detail)
        else:
            found.proved = self._good = read.size
            self._uncovered = None

    def done(self, at: datetime, *, runs_since: datetime | None = None) -> Findings:
        """`at`: when the events were read, by the clock that recorded them, which was moved at `runs_since`.

        Time that a move jumped over is no time in which somebody could have signed.
        """
        waits_since = max((each for each in (self._uncovered, runs_since) if each is not None), default=at)
        if self._uncovered is not None and at - waits_since > self._allowance:
            since, unsigned = self._uncovered.isoformat(timespec="seconds"), self._frontier.size - self._good
            detail = f"{words.figure_is(unsigned, 'event')} under no checkpoint, the oldest recorded {since}"
            self.findings.add(FlawKind.UNCOVERED, f"number {self._good + 1} and on", detail)
        return self.findings


class RecordVerification(TreeVerification):
    """The same of whole events, whose hashes and chains are checked as well."""

    def __init__(self, verifier: NoteVerifier, *, allowance: timedelta, witnesses: Sequence[NoteVerifier] = ()) -> None:
        super().__init__(verifier, allowance=allowance, witnesses=witnesses)
        self._chains = _Chains()

    @property
    def heads(self) -> Mapping[str, Head]:
        return self._chains.heads

    def event(self, event: StoredEvent) -> None:
        self.leaf(event.position, event.hash, event.recorded_at)
        self._chains.take(event, self.findings)


class StreamVerification:
    """Checkpoints first, each proved to begin with the one before; then one stream, each event with its own proof."""

    def __init__(self, verifier: NoteVerifier, stream_id: str, *, witnesses: Sequence[NoteVerifier] = ()) -> None:
        self.findings = Findings(witnesses=witnesses)
        self._verifier = verifier
        self._stream_id = stream_id
        self._chains = _Chains()

    @property
    def heads(self) -> Mapping[str, Head]:
        return self._chains.heads

    def checkpoint(self, note: str, path: list[bytes]) -> None:
        found = self.findings
        found.checkpoints += 1
        read = _signed(note, self._verifier, found)
        if read is None:
            return
        if (last := found.last) is not None:
            try:
                verify_consistency(last.size, read.size, last.root, read.root, path)
            except ProofInvalid as error:
                found.add(
                    FlawKind.CONSISTENCY,
                    f"checkpoints of {last.size} and {words.figure(read.size, 'event')}",
                    str(error),
                )
        found.last = read

    def event(self, event: StoredEvent, leaf: int | None, path: list[bytes]) -> None:
        found = self.findings
        found.events += 1
        if event.stream_id != self._stream_id:
            found.add(FlawKind.FILE, _place(event), f"is not of {self._stream_id}")
        self._chains.take(event, found)
        if leaf is None or found.last is None:
            if found.last is not None and event.position <= (found.last.position or 0):
                found.add(FlawKind.INCLUSION, _place(event), "has no proof, and should be under the last checkpoint")
            return
        try:
            root = root_of_inclusion(leaf_hash(event.hash), leaf, found.last.size, path)
        except ProofInvalid as error:
            found.add(FlawKind.INCLUSION, _place(event), str(error))
            return
        if root != found.last.root:
            found.add(
                FlawKind.INCLUSION, _place(event), f"is not in the tree of {words.figure(found.last.size, 'event')}"
            )
        else:
            found.proved += 1


def _signed(note: str, verifier: NoteVerifier, findings: Findings) -> Checkpoint | None:
    try:
        read = checkpoint(note, verifier)
    except NoteInvalid as error:
        findings.add(FlawKind.SIGNATURE, f"checkpoint after {words.figure(findings.events, 'event')}", str(error))
        # What somebody put beside the log's own line hides nothing of what that line signs.
        text, _, lines = note.rpartition("\n\n")
        own = [line for line in lines.splitlines() if line.startswith(f"\N{EM DASH} {verifier.name} ")]
        note = f"{text}\n\n" + "".join(f"{line}\n" for line in own)
        try:
            read = checkpoint(note, verifier)
        except NoteInvalid:
            return None
    signed = SignedNote.read(note)
    for witness in filter(signed.signed_by, findings.witnesses):
        try:
            signed.check(witness)
            findings.cosigned[witness.name] = read.size
        except NoteInvalid as error:
            findings.add(FlawKind.SIGNATURE, f"checkpoint of {words.figure(read.size, 'event')}", str(error))
    return read


def _place(event: StoredEvent) -> str:
    return f"{event.stream_id} version {event.version}"
