"""What `placements up` prints once everything runs: addresses, the people to sign in as, and where to begin."""

from rich.console import Console

from services.local.config import EmbeddedSettings
from services.local.people import PEOPLE, by_organisation
from services.local.ports import LOOPBACK
from services.local.progress import say


def pages_lines() -> list[str]:
    """Return who there is to sign in as by page, under whom they work for, with what they do."""
    lines = []
    for organisation, people in by_organisation(PEOPLE):
        lines.append(f"  {organisation}")
        lines += [f"    {person.name:<22}{person.does}" for person in people]
    return lines


def welcome(console: Console, settings: EmbeddedSettings) -> None:
    gateway = f"http://{LOOPBACK}:{settings.gateway_port}"
    say(console, "")
    say(console, f"The API         {gateway}/api/docs")
    say(console, f"Temporal's UI   http://{LOOPBACK}:{settings.temporal_ui_port}")
    say(console, f"Logs            {settings.local_directory / 'logs'}")
    say(console, f"A token         .venv/bin/placements token {PEOPLE[0].slug}")
    say(console, "")
    say(
        console,
        "Open the pages and sign in as one of these people. They are invented and have no password.",
        style="bold",
    )
    for line in pages_lines():
        say(console, line)
    say(console, "")
    say(console, f"  {gateway}/", style="bold")
    say(console, "")
    say(console, "Ctrl-C ends all of it and keeps the data.")
