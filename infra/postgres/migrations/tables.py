"""Every table the code describes, compared with what the revisions made."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from infra.postgres.db import metadata

# A table exists for SQLAlchemy once its module is imported.
_MODULES = (
    "infra.audit_jobs",
    "infra.clock",
    "infra.commands",
    "infra.projections.council_numbers",
    "infra.projections.council_overlaps",
    "infra.documents.store",
    "infra.projections.due",
    "infra.letters.outbox",
    "infra.projections.placements",
    "infra.proof.checkpoints",
    "infra.proof.entries",
    "infra.proof.tree",
    "infra.proof.witnesses",
    "infra.projections.pupil_names",
    "infra.projections.pupil_numbers",
    "infra.identity.form_drafts",
    "infra.identity.people",
    "infra.identity.read_log",
    "infra.identity.searches",
    "infra.identity.sessions",
    "infra.projections.deadlines",
    "infra.projections.outcomes",
    "infra.projections.provider_deadlines",
    "infra.projections.reviews",
    "infra.projections.waiting",
    "infra.subscriptions.subscription",
)


def differences(conn: Connection) -> list[Any]:
    """What the described tables and the database disagree on; empty when the revisions are complete."""
    from infra.event_store.tables import event_store_metadata  # an upgrade need not load it

    for module in _MODULES:
        import_module(module)
    options = {"include_schemas": True, "include_name": _ours, "compare_server_default": True}
    context = MigrationContext.configure(conn, opts=options)
    return list(compare_metadata(context, [metadata, event_store_metadata]))  # type: ignore[arg-type]  # takes several too


def _ours(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
    """Whether something found in the database is ours to compare; the default schema has no name."""
    if kind == "schema":
        return name in {None, "event_store"}
    return not (kind == "table" and parents["schema_name"] is None and name == "alembic_version")
