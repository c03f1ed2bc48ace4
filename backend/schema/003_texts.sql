-- 003: whether any event refers to a text is asked of the events themselves, not counted beside them: a count that
-- could not be read (a full disk) let texts go that events still had.
CREATE INDEX events_text ON events (entity_text);
DELETE FROM entity_texts WHERE NOT EXISTS (SELECT 1 FROM events WHERE entity_text = entity_texts.id);
