-- The hash of one event. Volatile, so that it sees what was committed after the calling statement began.
CREATE FUNCTION event_store.hash_at(p_stream text, p_version bigint) RETURNS bytea
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT e.hash FROM event_store.event e WHERE e.stream_id = p_stream AND e.version = p_version);
END
$$;
