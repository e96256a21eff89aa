-- A stub gets in only while event_store.detach runs, for an event that is in the table, of a stream that is marked
-- with a file, which `archive` names and which has as many events as that. A stub beside all this would let
-- DELETE destroy an event whose content is nowhere.
CREATE OR REPLACE FUNCTION event_store.refuse_stubs() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_context text;
BEGIN
    GET DIAGNOSTICS v_context = PG_CONTEXT;
    IF v_context !~ '\nPL/pgSQL function event_store\.detach\('
        OR EXISTS (
            SELECT FROM stubs n
            LEFT JOIN event_store.stream s USING (stream_id)
            LEFT JOIN event_store.archive a ON a.sha256 = s.archive
            WHERE a.sha256 IS NULL)
        OR EXISTS (
            SELECT position, stream_id, version, event_id, recorded_at, hash FROM stubs
            EXCEPT SELECT position, stream_id, version, event_id, recorded_at, hash FROM event_store.event)
    THEN
        RAISE EXCEPTION '% on %.% is refused: only event_store.detach takes events off',
            tg_op, tg_table_schema, tg_table_name
            USING ERRCODE = 'ES006';
    END IF;
    RETURN NULL;
END
$$;
