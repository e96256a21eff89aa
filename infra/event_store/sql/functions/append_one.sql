-- Appends one event to one stream at an exact version: what nearly every command does, in one statement. Gives
-- nothing where that does not fit (a conflict, a repeat), and the caller asks `append`, which answers each case.
-- The parameters are those of `append`.
--
-- Parsed when it is made, so that no search path of a caller's can put other names under it, and it needs none of
-- its own, which would cost as much as the fence.
CREATE OR REPLACE FUNCTION event_store.append_one(
    p_stream text, p_expected bigint, p_event_id uuid, p_type text, p_schema_version integer, p_data text,
    p_personal bytea, p_meta text, p_recorded_at timestamptz,
    OUT version bigint, OUT recorded timestamptz, OUT "position" bigint, OUT closed text
)
LANGUAGE sql SECURITY DEFINER
BEGIN ATOMIC
    -- CASE keeps the order: the stream's row is locked by the update, then the fence is taken, then the position
    -- is drawn. The update may have waited for a writer whose event the statement's own snapshot cannot see.
    WITH head AS (
        UPDATE event_store.stream s
        SET version = s.version + 1, recorded_at = greatest(s.recorded_at, p_recorded_at)
        WHERE s.stream_id = p_stream AND s.version = p_expected AND s.archive IS NULL
        RETURNING s.version, s.recorded_at, (
            SELECT e.hash FROM event_store.event e
            WHERE e.stream_id = p_stream AND e.version = p_expected) AS before
    ), drawn AS MATERIALIZED (
        SELECT h.version, h.recorded_at, coalesce(h.before, event_store.hash_at(p_stream, p_expected)) AS before,
            CASE WHEN event_store.take_fence(p_recorded_at) THEN nextval('event_store.event_position_seq') END AS position
        FROM head h
    )
    INSERT INTO event_store.event AS e (
        position, stream_id, version, event_id, type, schema_version, data, personal, meta, recorded_at, hash)
    OVERRIDING SYSTEM VALUE
    SELECT d.position, p_stream, d.version, p_event_id, p_type, p_schema_version, p_data, p_personal, p_meta,
        d.recorded_at, event_store.event_hash(
            d.before, d.position, p_stream, d.version, p_event_id, p_type, p_schema_version, p_data, p_personal,
            p_meta, d.recorded_at)
    FROM drawn d
    RETURNING e.version, e.recorded_at, e.position, event_store.close_table();
END;
