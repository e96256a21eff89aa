"""`placements keys`: the key-encryption key that wraps the pupils' keys."""

import asyncio

import typer
from rich.console import Console
from rich.progress import Progress

from domain.shared.words import are, figure
from infra.encryption.key_store.configured import keys_for
from infra.settings import Settings


def rotate() -> None:
    """Wrap every pupil's key by a new key-encryption key, or by the one of the service that the settings name.

    Events stay as they are, and the service goes on meanwhile. One that was cut off is finished by the next.
    """
    provider = keys_for(Settings())
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Wrapping again", total=None)
        count = asyncio.run(provider.rotate(lambda done, all_: bar.update(task, completed=done, total=all_)))
    typer.echo(
        f"{figure(count, 'key')} {are(count)} wrapped again. No key needs the former key-encryption key any more."
    )
