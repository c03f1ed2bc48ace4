-- 002: when the entity of an event was last seen stands beside its text, which would be another one every second
-- otherwise (0: the text says it). And the last day of metrics: one row per step of time, in a ring of slots.
ALTER TABLE events ADD COLUMN last_seen INTEGER NOT NULL DEFAULT 0;

CREATE TABLE metric_series (
  id         INTEGER PRIMARY KEY,
  ns         TEXT NOT NULL,
  entity     TEXT NOT NULL,
  check_name TEXT NOT NULL,  -- '' = metrics of no check
  series     TEXT NOT NULL
);
CREATE UNIQUE INDEX metric_series_key ON metric_series (ns, entity, check_name);

CREATE TABLE metric_steps (
  owner INTEGER NOT NULL,    -- metric_series.id
  slot  INTEGER NOT NULL,
  at    INTEGER NOT NULL,
  data  BLOB NOT NULL,
  PRIMARY KEY (owner, slot)
) WITHOUT ROWID;
