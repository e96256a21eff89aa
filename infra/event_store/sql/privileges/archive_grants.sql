GRANT SELECT ON event_store.archive, event_store.event_archived TO placements_app;
REVOKE ALL ON FUNCTION event_store.refuse_lost FROM PUBLIC;
