CREATE FUNCTION event_store.conflict(p_stream_id text, p_expected bigint, p_actual bigint) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'stream % is at version %', p_stream_id, p_actual USING ERRCODE = 'ES001',
        DETAIL = json_build_object('stream_id', p_stream_id, 'expected', p_expected, 'actual', p_actual)::text;
END
$$;
