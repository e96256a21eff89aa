-- For each row: a statement trigger would not be made for partitions.
CREATE TRIGGER event_appended BEFORE INSERT ON event_store.event
FOR EACH ROW EXECUTE FUNCTION event_store.refuse_unfenced();
