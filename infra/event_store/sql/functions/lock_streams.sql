-- Locks the head of each stream and returns the heads as they are then. A missing stream that may be begun
-- (expected: any, or none; and there are events for it) gets its row here, at version 0: nobody else sees it unless the append succeeds.
-- In sorted order, whatever the order of the request: two writers then never wait for each other in a circle.
CREATE OR REPLACE FUNCTION event_store.lock_streams(
    p_streams text[], p_expected bigint[], p_counts integer[], p_recorded_at timestamptz,
    OUT p_sorted text[], OUT p_heads bigint[], OUT p_recorded timestamptz[]
)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_head     bigint;
    v_recorded timestamptz;
    v_archive  bytea;
BEGIN
    SELECT array_agg(DISTINCT s COLLATE "C" ORDER BY s COLLATE "C") INTO p_sorted FROM unnest(p_streams) AS s;
    FOR i IN 1 .. cardinality(p_sorted) LOOP
        IF EXISTS (
            SELECT FROM unnest(p_streams, p_expected, p_counts) AS u (stream_id, expected, events)
            WHERE u.stream_id = p_sorted[i] AND u.expected IN (0, -1) AND u.events > 0
        ) THEN
            INSERT INTO event_store.stream (stream_id, version, recorded_at)
            VALUES (p_sorted[i], 0, p_recorded_at)
            ON CONFLICT (stream_id) DO NOTHING;
        END IF;
        SELECT s.version, s.recorded_at, s.archive INTO v_head, v_recorded, v_archive
        FROM event_store.stream s WHERE s.stream_id = p_sorted[i] FOR NO KEY UPDATE;
        IF v_archive IS NOT NULL THEN
            RAISE EXCEPTION 'stream % is archived', p_sorted[i] USING ERRCODE = 'ES007',
                DETAIL = json_build_object('stream_id', p_sorted[i], 'archive', encode(v_archive, 'hex'))::text;
        END IF;
        p_heads[i] := coalesce(v_head, 0);
        p_recorded[i] := greatest(v_recorded, p_recorded_at);
    END LOOP;
END
$$;
