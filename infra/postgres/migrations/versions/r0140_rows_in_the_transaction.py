"""Deadlines, reviews and outcomes written in the transaction that moves their placement, and not by subscriptions.

Safe beside the release before: what its subscriptions write stays valid, and whoever writes a placement's rows next
writes all of them. The subscriptions end when a worker of this release calls `end_list_subscriptions`; from then on
none of them can begin again, nor can a rebuild of the release before put a table of its own in place of a list.
"""

from infra.postgres.migrations.script import run

revision = "0140"
down_revision: str | None = "0127"

SOURCE = "ALTER TABLE deadline ADD COLUMN source text NOT NULL DEFAULT 'placement'"
COLUMNS = "ALTER TABLE placement ADD COLUMN rows_version integer, ADD COLUMN rows_basis integer"
ENDING = """
CREATE FUNCTION end_list_subscriptions() RETURNS integer
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    WITH ended AS (
        DELETE FROM public.subscription
        WHERE name IN ('deadlines', 'reviews', 'outcomes', 'provider-deadlines', 'deadlines.rebuilding',
            'reviews.rebuilding', 'outcomes.rebuilding', 'provider-deadlines.rebuilding')
        RETURNING name
    )
    SELECT count(*)::integer FROM ended
$$
"""
GRANTS = (
    "REVOKE ALL ON FUNCTION end_list_subscriptions FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION end_list_subscriptions TO placements_app",
)
NOT_CALLED = "REVOKE ALL ON FUNCTION ignore_list_subscription FROM PUBLIC"
NOT_AGAIN = """
CREATE FUNCTION ignore_list_subscription() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN NULL;
END
$$
"""
# The runner of the release before finds no row to claim, does nothing, and is tried again by its supervisor.
TRIGGER = """
CREATE TRIGGER list_subscription_ended BEFORE INSERT ON subscription FOR EACH ROW
WHEN (NEW.name IN ('deadlines', 'reviews', 'outcomes', 'provider-deadlines', 'deadlines.rebuilding',
    'reviews.rebuilding', 'outcomes.rebuilding', 'provider-deadlines.rebuilding'))
EXECUTE FUNCTION ignore_list_subscription()
"""
ALWAYS = "ALTER TABLE subscription ENABLE ALWAYS TRIGGER list_subscription_ended"


def sql() -> list[str]:
    """Every statement of this revision, in order."""
    return [SOURCE, COLUMNS, ENDING, *GRANTS, NOT_AGAIN, NOT_CALLED, TRIGGER, ALWAYS]


def upgrade() -> None:
    for statement in sql():
        run(statement)
