ALTER TABLE event_store.archive ENABLE ALWAYS TRIGGER archive_unchanged;
