-- The second guard of the feed's order, behind the grants. A row gets in only while `append` runs, and only with
-- a position drawn after its transaction took the fence; take_fence.sql says how the setting is laid out.
-- The condition stands here and not in the trigger's WHEN, which would be parsed anew by each statement: that
-- cost 22 microseconds an event, this costs three.
CREATE OR REPLACE FUNCTION event_store.refuse_unfenced() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_held bigint := nullif(current_setting('event_store.fence', true), '');
BEGIN
    IF v_held & 1 = 1 AND new.position > v_held >> 13 THEN
        -- The unique index no longer knows the ids of events that were taken off.
        IF EXISTS (SELECT FROM event_store.event_archived a WHERE a.event_id = new.event_id) THEN
            RAISE EXCEPTION 'event id % is that of an archived event', new.event_id USING ERRCODE = 'ES002',
                DETAIL = json_build_object('event_id', new.event_id, 'why', 'is that of an archived event')::text;
        END IF;
        RETURN new;
    END IF;
    RAISE EXCEPTION '% on %.% is refused: events are only ever appended, by event_store.append',
        tg_op, tg_table_schema, tg_table_name
        USING ERRCODE = 'ES006';
END
$$;
