"""`placements people` and `placements token`: who may sign in on the embedded set-up, and as whom."""

from pathlib import Path
from typing import Annotated

import typer

from infra.settings import Settings
from services.commands.options import AsJson, show

HOURS = 3600


def people(
    as_json: AsJson = False,
) -> None:
    """Show who there is on the embedded set-up."""
    from services.local.people import PEOPLE

    rows = [{"person": p.slug, "id": p.id, "name": p.name, "roles": list(p.roles), "org": p.org} for p in PEOPLE]
    if as_json:
        show(rows, columns=(), as_json=True)
    else:
        lines = [{**row, "roles": " ".join(each.roles)} for row, each in zip(rows, PEOPLE, strict=True)]
        show(lines, columns=("person", "name", "roles", "org"), as_json=False)


def token(
    person: Annotated[str, typer.Argument(help="As `placements people` names them, such as amara-case-worker.")],
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 30, help="How long it is good for.")] = 12,
) -> None:
    """Print a bearer token for a person of the embedded set-up."""
    from services.local.config import EmbeddedSettings
    from services.local.issuer import load_key, mint
    from services.local.people import PEOPLE, find

    found = find(person)
    if found is None:
        raise typer.BadParameter(f"there is no {person}; there are {', '.join(p.slug for p in PEOPLE)}")
    key = load_key(_local(EmbeddedSettings().local_directory) / "issuer")
    issuer = Settings().issuer
    typer.echo(mint(found, key=key, issuer=issuer, lifetime_seconds=round(hours * HOURS)))


def _local(folder: Path) -> Path:
    """Return the set-up's folder; a key made in a wrong folder would sign tokens that nobody accepts."""
    if not (folder / "issuer").exists():
        raise typer.BadParameter(f"no set-up has run in {folder.resolve()}: start one with `make run`")
    return folder
