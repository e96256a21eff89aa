"""What `placements up` prints once everything runs: addresses, people and a first command to try."""

from rich.console import Console

from services.local.config import EmbeddedSettings
from services.local.people import PEOPLE
from services.local.ports import LOOPBACK
from services.local.progress import say


def people_lines() -> list[str]:
    """Return who there is, with the roles and the organisation that their tokens name; lines, to be copied from."""
    rows = [(person.slug, person.name, " ".join(person.roles), person.org) for person in PEOPLE]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def welcome(console: Console, settings: EmbeddedSettings) -> None:
    gateway = f"http://{LOOPBACK}:{settings.gateway_port}"
    say(console, "")
    say(console, f"The API         {gateway}/api/docs", style="bold")
    say(console, f"Temporal's UI   http://{LOOPBACK}:{settings.temporal_ui_port}")
    say(console, f"Logs            {settings.local_directory / 'logs'}")
    say(console, "")
    for line in people_lines():
        say(console, line)
    say(console, "")
    say(console, "Try, in another terminal in this folder:", style="bold")
    say(console, f"  TOKEN=$(.venv/bin/placements token {PEOPLE[0].slug})")
    say(console, f'  curl -H "Authorization: Bearer $TOKEN" {gateway}/api/v1/placements')
    say(console, "")
    say(console, "Ctrl-C ends all of it and keeps the data.")
