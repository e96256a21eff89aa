"""Commands that are imported when they are given: the list of them needs their names and one sentence each alone."""

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

_PREFIX: Final = re.compile(r"^(?:value|assertion) error, ", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lazy:
    """Where a command or a group of them is, and what the list says of it: as it says itself."""

    module: str
    name: str
    words: str

    def load(self, given_as: str) -> Any:
        found: typer.Typer | Callable[..., Any] = getattr(importlib.import_module(self.module), self.name)
        if isinstance(found, typer.Typer):
            loaded: Any = get_group(found)
        else:
            alone = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)
            alone.command(given_as)(found)
            loaded = get_command(alone)
        loaded.name = given_as
        return loaded


@contextmanager
def plain_errors() -> Iterator[None]:
    """Say what is wrong with an option as it is, without the words of the library that checked it."""
    try:
        yield
    except typer.BadParameter as error:
        error.message = plain(error.message)
        raise


def plain(message: str) -> str:
    """A fault of a value without pydantic's prefix: `'x' is not one of ...`, not `Value error, 'x' is not ...`."""
    return _PREFIX.sub("", message)


def group_of(commands: Mapping[str, Lazy]) -> type[TyperGroup]:
    """A group with these commands beside those that it has of its own.

    The types are the ones of the library beneath Typer, which is Typer's own affair.
    """

    class LazyGroup(TyperGroup):
        def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
            with plain_errors():
                return super().make_context(info_name, args, parent, **extra)

        def invoke(self, ctx: Any) -> Any:
            with plain_errors():
                return super().invoke(ctx)

        def list_commands(self, ctx: Any) -> list[str]:
            return [*super().list_commands(ctx), *commands]

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            if cmd_name in commands:
                # For the list: the command itself is loaded once it is given.
                return TyperCommand(cmd_name, help=commands[cmd_name].words)
            return super().get_command(ctx, cmd_name)

        def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
            name, command, rest = super().resolve_command(ctx, args)
            return name, commands[name].load(name) if name and name in commands else command, rest

    return LazyGroup
