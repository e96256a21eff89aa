-- What the store already knows of one append's event ids. True: all of them stand in this stream, one after
-- another, with the same content, so the append happened before; `p_first` is then the version of the first.
-- False: none is stored. Anything between is an error. Called with the stream's row locked.
-- `meta` and `recorded_at` are not compared: a retry has a new time and may have a new cause.
CREATE FUNCTION event_store.find_repeat(
    p_stream_id text, p_expected bigint, p_event_ids uuid[], p_types text[], p_schema_versions integer[],
    p_data text[], p_personal bytea[], OUT p_repeated boolean, OUT p_first bigint
)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_stored  integer;
    v_fault   text;
    v_culprit uuid;
BEGIN
    SELECT count(*) INTO v_stored FROM event_store.event e WHERE e.event_id = ANY (p_event_ids);
    p_repeated := v_stored > 0;
    IF NOT p_repeated THEN
        RETURN;
    END IF;

    -- Past -1 and -2 (any, stream exists) the caller says where its events begin; else the first one stored does.
    SELECT CASE WHEN p_expected >= 0 THEN p_expected + 1 ELSE e.version - g.n + 1 END
    INTO p_first
    FROM unnest(p_event_ids) WITH ORDINALITY AS g (id, n)
    JOIN event_store.event e ON e.event_id = g.id
    ORDER BY g.n LIMIT 1;

    SELECT f.fault, f.event_id INTO v_fault, v_culprit
    FROM (
        SELECT g.n, e.event_id, CASE
            WHEN e.stream_id <> p_stream_id THEN 'is stored in another stream'
            WHEN (e.type, e.schema_version, e.data) IS DISTINCT FROM (g.type, g.schema_version, g.data)
                OR e.personal IS DISTINCT FROM g.personal THEN 'is stored with other content'
            WHEN e.version <> p_first + g.n - 1 THEN 'is stored at another version'
        END AS fault
        FROM unnest(p_event_ids, p_types, p_schema_versions, p_data, p_personal)
            WITH ORDINALITY AS g (id, type, schema_version, data, personal, n)
        JOIN event_store.event e ON e.event_id = g.id
    ) f
    WHERE f.fault IS NOT NULL
    ORDER BY f.n LIMIT 1;

    IF v_fault IS NOT NULL THEN
        RAISE EXCEPTION 'event id % %', v_culprit, v_fault USING ERRCODE = 'ES002',
            DETAIL = json_build_object('event_id', v_culprit, 'why', v_fault)::text;
    END IF;
    IF v_stored < cardinality(p_event_ids) THEN
        RAISE EXCEPTION 'some events of this append to % are stored and some are new', p_stream_id
            USING ERRCODE = 'ES003', DETAIL = json_build_object('stream_id', p_stream_id)::text;
    END IF;
END
$$;
