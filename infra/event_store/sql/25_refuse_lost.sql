-- An event leaves the table only when its place, id and hash stand in event_archived; for the owner as well.
CREATE OR REPLACE FUNCTION event_store.refuse_lost() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM gone) OR EXISTS (
        SELECT position, stream_id, version, event_id, recorded_at, hash FROM gone
        EXCEPT SELECT position, stream_id, version, event_id, recorded_at, hash FROM event_store.event_archived
    ) THEN
        RAISE EXCEPTION '% on %.% is refused: events are only ever appended, or archived',
            tg_op, tg_table_schema, tg_table_name
            USING ERRCODE = 'ES006';
    END IF;
    RETURN NULL;
END
$$;
