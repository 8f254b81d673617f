-- What fails is set aside so that the rest goes on, and imports take back the tags they made.

-- Organisations whose news a follower of the log has failed on: it goes on with the others, and reads these from here on
-- by themselves. position: what it has read of them; retry_at: when it tries again.
CREATE TABLE news_set_aside (
  name {text} NOT NULL,
  org_id {uuid} NOT NULL,
  position {int} NOT NULL,
  failures {int} NOT NULL,
  retry_at {int} NOT NULL,
  PRIMARY KEY (name, org_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres

-- How often looking for the duplicates of a customer has failed.
ALTER TABLE duplicate_checks ADD COLUMN failures {int} NOT NULL DEFAULT 0;
CREATE INDEX duplicate_checks_failed ON duplicate_checks (failures) WHERE failures > 0;

-- Tags that an import has put into the library; its undo removes those that nobody else uses.
CREATE TABLE import_tags (
  org_id {uuid} NOT NULL,
  import_id {uuid} NOT NULL,
  tag_id {uuid} NOT NULL,
  PRIMARY KEY (org_id, import_id, tag_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
