INSERT INTO event_store.clock_allowance (one, ahead) VALUES (1, interval '1 minute') ON CONFLICT DO NOTHING;
