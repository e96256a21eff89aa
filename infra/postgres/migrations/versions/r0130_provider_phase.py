"""How far a placement has come for its provider, beside its row: what the provider may see follows from it."""

from infra.postgres.migrations.script import run

revision = "0130"
down_revision: str | None = "0153"

COLUMN = "ALTER TABLE placement ADD COLUMN provider_phase text"
# What a provider sees ends where it ended before: with the evaluation, unless a concern is still to be answered.
FILL = """
UPDATE placement SET provider_phase = CASE
    WHEN stage IN ('agreement_pending', 'ready_to_start', 'active', 'paused', 'reintegrating') THEN 'placed'
    WHEN stage IN ('screening', 'awaiting_decision', 'determined') THEN CASE
        WHEN (
            SELECT type FROM event_store.event
            WHERE stream_id = 'placement-' || placement_id
                AND type IN (
                    'ProviderProposed', 'ProviderOfferRequested', 'ProviderOfferMade', 'ProviderOfferDeclined'
                )
            ORDER BY version DESC LIMIT 1
        ) IN ('ProviderOfferRequested', 'ProviderOfferMade') THEN 'asked'
        ELSE 'none'
    END
    WHEN stage IN ('ended', 'closed') THEN CASE
        WHEN EXISTS (
            SELECT FROM event_store.event raised
            WHERE raised.stream_id = 'placement-' || placement_id AND raised.type = 'SafeguardingConcernRaised'
                AND NOT EXISTS (
                    SELECT FROM event_store.event answered
                    WHERE answered.stream_id = raised.stream_id
                        AND answered.type IN ('SafeguardingConcernAnswered', 'PlacementPaused')
                        AND answered.data::jsonb ->> 'concern_id' = raised.data::jsonb ->> 'concern_id'
                )
        ) THEN CASE stage WHEN 'ended' THEN 'placed' ELSE 'ended' END
        WHEN EXISTS (
            SELECT FROM event_store.event
            WHERE stream_id = 'placement-' || placement_id AND type = 'EvaluationRecorded'
        ) THEN 'none'
        ELSE 'ended'
    END
    ELSE 'none'
END
"""


def sql() -> tuple[str, ...]:
    return (COLUMN, FILL)


def upgrade() -> None:
    for statement in sql():
        run(statement)
