-- Closes the table to this transaction again; the fence itself is held until the transaction has ended.
CREATE FUNCTION event_store.close_table() RETURNS text
LANGUAGE sql
RETURN set_config('event_store.fence', ((current_setting('event_store.fence')::bigint) & ~1::bigint)::text, true);
