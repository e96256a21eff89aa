"""A short reference of each placement, as `domain.shared.references` defines it: assigned in the order of positions.

The database assigns it when a placement's row comes, whichever release writes the row. The row comes before the append
draws a position, and who wants a reference that another transaction holds waits for its end: so of two that would have
the same one, the first to begin has it, and a rebuild in the order of positions assigns the same.
"""

from infra.postgres.migrations.script import run

revision = "0170"
down_revision: str | None = "0190"

COLUMN = "ALTER TABLE placement ADD COLUMN reference text"
DIGEST = """
CREATE FUNCTION placement_reference_digest(p_placement uuid, p_counter bigint) RETURNS bytea
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT sha256(uuid_send(p_placement) || int8send(p_counter))
$$
"""
REFERENCE = """
CREATE FUNCTION placement_reference(p_placement uuid, p_counter bigint) RETURNS text
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_alphabet CONSTANT text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    v_digest   CONSTANT bytea := public.placement_reference_digest(p_placement, p_counter);
    v_number   bigint := 0;
    v_signs    text := '';
    v_value    integer;
    v_sum      integer := 0;
BEGIN
    FOR i IN 0 .. 5 LOOP
        v_number := (v_number << 8) | get_byte(v_digest, i);
    END LOOP;
    v_number := v_number >> 3;
    FOR i IN REVERSE 8 .. 0 LOOP
        v_value := ((v_number >> (5 * i)) & 31)::integer;
        v_signs := v_signs || substr(v_alphabet, v_value + 1, 1);
        -- From the right every second sign is doubled, the last of the nine first.
        IF i % 2 = 0 THEN
            v_value := v_value * 2;
        END IF;
        v_sum := v_sum + v_value / 32 + v_value % 32;
    END LOOP;
    v_signs := v_signs || substr(v_alphabet, (32 - v_sum % 32) % 32 + 1, 1);
    RETURN 'AP-' || substr(v_signs, 1, 4) || '-' || substr(v_signs, 5, 4) || '-' || substr(v_signs, 9, 2);
END
$$
"""
# The unique index decides: where another transaction is about to have the reference, the update waits for its end.
ASSIGN = """
CREATE FUNCTION assign_placement_reference(p_placement uuid) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_counter bigint := 0;
BEGIN
    LOOP
        BEGIN
            UPDATE public.placement SET reference = public.placement_reference(p_placement, v_counter)
            WHERE placement_id = p_placement AND reference IS NULL;
            RETURN;
        EXCEPTION WHEN unique_violation THEN
            v_counter := v_counter + 1;
        END;
    END LOOP;
END
$$
"""
ASSIGN_ALL = """
CREATE FUNCTION assign_placement_references() RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_placement uuid;
    v_assigned  integer := 0;
BEGIN
    FOR v_placement IN
        SELECT p.placement_id FROM public.placement p
        LEFT JOIN event_store.event e ON e.stream_id = 'placement-' || p.placement_id AND e.version = 1
        LEFT JOIN event_store.event_archived a ON a.stream_id = 'placement-' || p.placement_id AND a.version = 1
        WHERE p.reference IS NULL
        ORDER BY coalesce(e.position, a.position), p.placement_id
    LOOP
        PERFORM public.assign_placement_reference(v_placement);
        v_assigned := v_assigned + 1;
    END LOOP;
    RETURN v_assigned;
END
$$
"""
BEGUN = """
CREATE FUNCTION placement_begun() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM public.assign_placement_reference(NEW.placement_id);
    RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE TRIGGER placement_begun AFTER INSERT ON placement FOR EACH ROW
WHEN (NEW.reference IS NULL) EXECUTE FUNCTION placement_begun()
"""
ALWAYS = "ALTER TABLE placement ENABLE ALWAYS TRIGGER placement_begun"
# In the revision's transaction: no row has a reference yet, and one of those that come is given at once.
INDEX = """
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX placement_reference_idx ON placement (reference)
"""
GRANTS = (
    "REVOKE ALL ON FUNCTION placement_reference_digest FROM PUBLIC",
    "REVOKE ALL ON FUNCTION placement_reference FROM PUBLIC",
    "REVOKE ALL ON FUNCTION assign_placement_reference FROM PUBLIC",
    "REVOKE ALL ON FUNCTION assign_placement_references FROM PUBLIC",
    "REVOKE ALL ON FUNCTION placement_begun FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION placement_reference_digest, placement_reference TO placements_app",
    "GRANT EXECUTE ON FUNCTION assign_placement_reference, assign_placement_references TO placements_app",
)
FILL = "SELECT assign_placement_references()"


def sql() -> list[str]:
    """Every statement of this revision, in order."""
    made = [COLUMN, INDEX, DIGEST, REFERENCE, ASSIGN, ASSIGN_ALL, BEGUN, TRIGGER, ALWAYS]
    return [*made, *GRANTS, FILL]


def upgrade() -> None:
    for statement in sql():
        run(statement)
