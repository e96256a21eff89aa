-- A stream that lost its head could be begun again under the same id.
CREATE TRIGGER stream_kept BEFORE DELETE OR TRUNCATE ON event_store.stream
FOR EACH STATEMENT EXECUTE FUNCTION event_store.refuse();
