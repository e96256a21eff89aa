"""The groups of the command line. Each command is imported when it is given, so that help is there at once."""

from collections.abc import Mapping

import typer

from services.commands.lazy import Lazy, group_of


def _group(words: str, commands: Mapping[str, Lazy]) -> typer.Typer:
    group = typer.Typer(cls=group_of(commands), help=words, no_args_is_help=True)

    @group.callback(help=words)
    def of_itself() -> None:
        """Nothing: a group needs one, where it has no command beside those that are imported late."""

    return group


def lazy(module: str, name: str, words: str) -> Lazy:
    return Lazy(module=f"services.commands.{module}", name=name, words=words)


AUDIT = {
    "evidence": lazy(
        "evidence",
        "evidence",
        "Show for each clause the event that proves it, what is outstanding, and what was missed.",
    ),
    "diff": lazy("diff", "diff", "Show what the record says at one moment that it did not say at another, in words."),
    "what-if": lazy(
        "what_if",
        "what_if",
        "Show what would have been timely, late or refused under another regime or reading, where that differs.",
    ),
    "export": lazy(
        "proof",
        "export",
        "Write the record, or one placement of it, into one file that proves itself. Personal parts stay sealed.",
    ),
    "verify": lazy(
        "proof", "verify", "Check every hash, chain, checkpoint and proof; exit code 1 when something is wrong."
    ),
    "access-log": lazy(
        "access_log",
        "access_log",
        "Show who read which record, what of it, when and why, newest first. This reading is logged too.",
    ),
    "key": lazy(
        "proof", "key", "The verifier key of this record's log, to be told to auditors by another way than the file."
    ),
    "make-key": lazy(
        "proof",
        "make_key",
        "Make the private key that signs this record, where there is none yet, and print the verifier key.",
    ),
    "archive": lazy(
        "archive",
        "archive",
        "Write placements that are over and erased into one file that proves itself. Nothing is taken off by this.",
    ),
    "detach": lazy(
        "archive",
        "detach_file",
        "Verify an archive and take its events off the database, where their hashes stay. Cannot be undone.",
    ),
    "replay": lazy(
        "audit", "replay_record", "Fold the events afresh and show what they come to, or show all events of some types."
    ),
}
KEYS = {
    "rotate": lazy(
        "keys",
        "rotate",
        "Wrap every pupil's key by a new key-encryption key, or by the one of the service that the settings name.",
    ),
}
PUPIL = {
    "erase": lazy(
        "erasure",
        "erase",
        "Destroy a pupil's key before its time: names, texts and documents can be read nowhere again.",
    ),
    "access-pack": lazy(
        "pupil",
        "pack",
        "Write everything that is kept about a pupil into one archive, in clear. The reading of each record is logged.",
    ),
}
REBUILD = {
    "workflows": lazy(
        "rebuild",
        "workflows",
        "Start again what Temporal has lost: the workflow of each open placement, and what follows the record.",
    ),
    "read-models": lazy(
        "rebuild",
        "read_models",
        "Write the lists again from the record, placement by placement, while the service runs.",
    ),
}
RETURNS = {
    "census": lazy(
        "returns",
        "census",
        "Draw up a term's census return: a row for each placement, with what is missing or wrong in it.",
    ),
    "register": lazy(
        "returns",
        "register",
        "List registered pupils of a council's schools who are educated otherwise than at a school, today.",
    ),
}

audit = _group("The record replayed, and proved.", AUDIT)
keys = _group("The keys that open personal data.", KEYS)
pupil = _group("What is kept about one pupil.", PUPIL)
rebuild = _group("Make again what follows from the store.", REBUILD)
returns = _group("What a school or a council returns.", RETURNS)
