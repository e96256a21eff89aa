"""`placements audit export`, `verify` and `key`: the record taken away, and proved here or elsewhere."""

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import typer
from rich.console import Console
from rich.progress import Progress

from domain.shared.words import are, figure, figure_is
from infra.clock import clock_for, runs_since
from infra.event_store.limits import StreamArchived
from infra.event_store.lookup import archives
from infra.postgres.db import connection
from infra.proof.archive import Archive, check_held, events_of, read_archive
from infra.proof.checkpoints import KeyUnusable, Outside, signer
from infra.proof.checkpoints import make_key as make_private_key
from infra.proof.export import ExportVerification, verify_stored
from infra.proof.lines import NotAnExport, header_of
from infra.proof.notes import NoteInvalid, NoteVerifier
from infra.proof.standing import add_standing
from infra.proof.verifying import Findings, FlawKind
from infra.settings import Settings
from services.application.exporting import export_lines
from services.commands.options import (
    FOUND_WRONG,
    AsJson,
    checked_placement,
    engine,
    placement_named,
    show,
)

FLAW_COLUMNS = ("kind", "place", "detail")


def export(
    file: Annotated[Path, typer.Argument(help="Where to write it; it must not be there yet.")],
    placement: Annotated[
        str | None, typer.Option("--placement", help="One placement alone, by id or reference, with its proofs.")
    ] = None,
) -> None:
    """Write the record, or one placement of it, into one file that proves itself. Personal parts stay sealed."""
    placement = checked_placement(placement, "--placement")
    try:
        with file.open("xb") as out:
            count = asyncio.run(_export(out.write, placement))
    except FileExistsError:
        raise typer.BadParameter(f"{file} is there already") from None
    except StreamArchived:
        file.unlink()
        raise
    typer.echo(f"{figure(count, 'line')} in {file}. Check it anywhere: placements audit verify {file}")


def verify(
    file: Annotated[Path | None, typer.Argument(help="An export; without it, the record in the database.")] = None,
    trusted: Annotated[
        str | None, typer.Option("--key", help="The log's verifier key as you know it, not as the file says.")
    ] = None,
    witness: Annotated[
        list[str] | None, typer.Option("--witness", help="A witness's verifier key; may be given several times.")
    ] = None,
    archive: Annotated[
        list[Path] | None,
        typer.Option("--archive", help="A file that events were taken off into; may be given several times."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every hash, chain, checkpoint and proof; exit code 1 when something is wrong.

    A file is checked without database, network or settings. Archives are checked together with the record that they
    were taken off, or with an export of it.
    """
    try:
        known = None if trusted is None else NoteVerifier.read(trusted)
        witnesses = [NoteVerifier.read(each) for each in witness or ()]
        if file is None:
            verifier, found = asyncio.run(_verify_stored(known, witnesses, archive or ()))
        else:
            verifier, found = _verify_file(file, known, witnesses, archive or ())
    except (NoteInvalid, NotAnExport) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FOUND_WRONG) from None
    _say(verifier, found, believed=trusted is None and file is not None, as_json=as_json)
    if not found.sound:
        raise typer.Exit(FOUND_WRONG)


def key() -> None:
    """The verifier key of this record's log, to be told to auditors by another way than the file."""
    typer.echo(own_verifier(Settings()).written())


def make_key() -> None:
    """Make the private key that signs this record, where there is none yet, and print the verifier key."""
    settings = Settings()
    make_private_key(settings.checkpoint_key)
    typer.echo(own_verifier(settings).written())


def own_verifier(settings: Settings) -> NoteVerifier:
    """Of the log that this record is signed as. Exits where there is none."""
    if not settings.record_origin:
        typer.echo("This record has no name: set PLACEMENTS_RECORD_ORIGIN.", err=True)
        raise typer.Exit(FOUND_WRONG)
    try:
        return signer(settings.record_origin, settings.checkpoint_key).verifier
    except KeyUnusable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FOUND_WRONG) from None


async def _export(write: Callable[[bytes], object], named: str | None) -> int:
    settings, count = Settings(), 0
    async with engine(settings) as opened:
        placement = None if named is None else await placement_named(opened, named)
        async with connection(opened) as conn:
            with _progress() as progress:
                task = progress.add_task("Exporting", total=None)
                async for line in export_lines(conn, settings, own_verifier(settings), placement):
                    write(line)
                    count += 1
                    progress.update(task, advance=1)
    return count


async def _verify_stored(
    trusted: NoteVerifier | None, witnesses: Sequence[NoteVerifier], given: Sequence[Path]
) -> tuple[NoteVerifier, Findings]:
    """What is in the database, held against what is kept outside it."""
    settings = Settings()
    own = own_verifier(settings)
    verifier = trusted or own
    outside = Outside(settings.checkpoints_directory)
    async with engine(settings) as opened, connection(opened) as conn:
        with _progress() as progress:
            progress.add_task("Verifying", total=None)
            clock = clock_for(settings)
            at, moved = await clock.now(conn), await runs_since(clock, conn)
            notes = list(outside.named())
            found = await verify_stored(conn, verifier, at, witnesses=witnesses, outside=notes, runs_since=moved)
            add_standing(outside.state()[1], datetime.now(UTC), found)
        if verifier != own:
            found.add(FlawKind.SIGNATURE, "the record's own key", f"the record is of another log, {own.written()}")
        await _with_archives(conn, verifier, given, found)
    return verifier, found


async def _with_archives(
    conn: asyncpg.Connection, verifier: NoteVerifier, given: Sequence[Path], found: Findings
) -> None:
    """Each given archive by itself, and against what the database has kept of it; the others are named."""
    seen = set[bytes]()
    for read in _sound_archives(given, verifier, found):
        await check_held(conn, read, found)
        seen.add(read.sha256)
    for row in await archives(conn):
        if row["sha256"] not in seen:
            told = f"{figure_is(row['events'], 'event')} in {row['name']}, SHA-256 {row['sha256'].hex()}"
            typer.echo(f"{told}: --archive checks what is in it", err=True)


def _sound_archives(given: Sequence[Path], verifier: NoteVerifier, found: Findings) -> Iterator[Archive]:
    """Those of the files that are sound; the flaws of the others are added to what was found."""
    for path in given:
        read, within = read_archive(path, verifier)
        for flaw in within.flaws:
            found.add(flaw.kind, f"{path.name}: {flaw.place}", flaw.detail)
        if within.sound:
            yield read


def _verify_file(
    file: Path, trusted: NoteVerifier | None, witnesses: Sequence[NoteVerifier], given: Sequence[Path]
) -> tuple[NoteVerifier, Findings]:
    with _progress() as progress, progress.open(file, "rb", description="Verifying") as lines:
        first = lines.readline()
        of_archives = Findings()
        verifier = trusted or NoteVerifier.read(header_of(first)["verifier_key"])
        read = list(_sound_archives(given, verifier, of_archives))
        events = {each.sha256: events_of(each.path) for each in read}
        verification = ExportVerification(first, trusted, witnesses=witnesses, archives=events)
        for line in lines:
            verification.line(line)
    found = verification.done()
    for flaw in of_archives.flaws:
        found.add(flaw.kind, flaw.place, flaw.detail)
    return verification.verifier, found


def flaws_of(found: Findings) -> list[dict[str, Any]]:
    return [asdict(flaw) for flaw in found.flaws]


def _say(verifier: NoteVerifier, found: Findings, *, believed: bool, as_json: bool) -> None:
    flaws = flaws_of(found)
    if flaws or as_json:
        show(flaws, columns=FLAW_COLUMNS, as_json=as_json)
    if as_json:
        return
    if found.unnamed:
        typer.echo(f"And {found.unnamed} more.")
    known = (figure(found.events, "event"), figure(found.checkpoints, "checkpoint"))
    typer.echo(f"{', '.join(known)}, {figure(len(flaws) + found.unnamed, 'flaw')}.")
    if found.elsewhere:
        typer.echo(f"Of {found.elsewhere} more there is a hash alone: their content is in another file.")
    if unseen := found.unseen:
        told = f"{unseen} of them {are(unseen)} unproved"
        typer.echo(f"{told}: the file with their content was not checked (--archive FILE).")
    if unsigned := found.unsigned:
        told = f"{figure_is(unsigned, 'event')} under no checkpoint"
        typer.echo(f"{told}: the chains hold, and nobody has signed for that.")
    if found.entries or found.entries_waiting:
        told = figure(found.entries, "command or document", "commands and documents")
        typer.echo(f"{told}, {found.entries_proved} of them signed for, {found.entries_waiting} more since.")
    typer.echo(f"Signed with {verifier.written()}")
    for witness in found.witnesses:
        typer.echo(f"{figure(found.cosigned.get(witness.name, 0), 'event')} cosigned by {witness.name}")
    if believed:
        typer.echo("That key is the file's own word: compare it with what you were told, or give it by --key.")
    typer.echo("What this cannot show: whether what was recorded was true, and what was never recorded.")


def _progress() -> Progress:
    """On a terminal only; plain output elsewhere."""
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not sys.stderr.isatty())
