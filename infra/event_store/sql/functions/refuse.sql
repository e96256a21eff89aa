-- Raised by the guards below: ES006 is the code that infra/event_store/append.py knows as well.
CREATE OR REPLACE FUNCTION event_store.refuse() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: events are only ever appended, by event_store.append',
        tg_op, tg_table_schema, tg_table_name
        USING ERRCODE = 'ES006';
END
$$;
