GRANT USAGE ON SCHEMA event_store TO placements_app;
GRANT SELECT ON event_store.event, event_store.stream TO placements_app;
-- To read the last value; drawing a number would need USAGE or UPDATE.
GRANT SELECT ON SEQUENCE event_store.event_position_seq TO placements_app;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA event_store FROM PUBLIC;
GRANT EXECUTE ON FUNCTION event_store.append, event_store.append_one TO placements_app;
GRANT EXECUTE ON FUNCTION event_store.event_hash TO placements_app;
