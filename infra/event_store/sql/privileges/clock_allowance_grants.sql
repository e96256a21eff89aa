GRANT SELECT ON event_store.clock_allowance TO placements_app;
