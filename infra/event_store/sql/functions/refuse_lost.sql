-- An event leaves the table only when its stream is marked as archived, and its place, id and hash are in
-- event_archived; for the owner as well.
CREATE OR REPLACE FUNCTION event_store.refuse_lost() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM gone) OR EXISTS (
        SELECT position, stream_id, version, event_id, recorded_at, hash FROM gone
        EXCEPT SELECT a.position, a.stream_id, a.version, a.event_id, a.recorded_at, a.hash
        FROM event_store.event_archived a JOIN event_store.stream s USING (stream_id)
        WHERE s.archive IS NOT NULL
    ) THEN
        RAISE EXCEPTION '% on %.% is refused: events are only ever appended, or archived',
            tg_op, tg_table_schema, tg_table_name
            USING ERRCODE = 'ES006';
    END IF;
    RETURN NULL;
END
$$;
