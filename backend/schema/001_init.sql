-- 001_init: objects of every kind, events, the texts of events' entities.
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE objects (
  kind     TEXT NOT NULL,
  ns       TEXT NOT NULL,
  name     TEXT NOT NULL,
  body     TEXT NOT NULL,
  revision INTEGER NOT NULL
);
CREATE UNIQUE INDEX objects_key ON objects (kind, ns, name);

-- The entity of an event, once per content: hundreds of checks of one agent share a row. Rows that no event refers to
-- are deleted with the last reference (the writer counts).
CREATE TABLE entity_texts (
  id   INTEGER PRIMARY KEY,
  text TEXT NOT NULL
);

-- Rows are larger than a quarter page, so the key is an index of its own and the row stays in one piece.
CREATE TABLE events (
  ns          TEXT NOT NULL,
  entity      TEXT NOT NULL,
  check_name  TEXT NOT NULL,
  entity_text INTEGER NOT NULL,
  revision    INTEGER NOT NULL,
  head        TEXT NOT NULL
);
CREATE UNIQUE INDEX events_key ON events (ns, entity, check_name);
