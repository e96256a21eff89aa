-- The hash covers text as UTF-8; in another encoding the stored bytes would be others than the hashed ones.
DO $$
BEGIN
    IF pg_catalog.current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'the event store needs a database made with ENCODING UTF8';
    END IF;
END
$$;
