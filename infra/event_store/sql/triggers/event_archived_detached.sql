CREATE OR REPLACE TRIGGER event_archived_detached AFTER INSERT ON event_store.event_archived
REFERENCING NEW TABLE AS stubs FOR EACH STATEMENT EXECUTE FUNCTION event_store.refuse_stubs();
