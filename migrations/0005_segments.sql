-- Segments, who is in them, and the news of the activity log for those who follow it.

-- How often something happened to a customer, and to whom something happened.
CREATE INDEX activities_type ON activities (org_id, type, customer_id, occurred_at) WHERE customer_id IS NOT NULL;

-- live_key is the folded name while the segment is not archived: only the living exclude each other.
CREATE TABLE segments (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  name {text} NOT NULL,
  name_key {text} NOT NULL,
  live_key {text},
  description {text},
  kind {text} NOT NULL,
  rule {json},
  created_by_id {uuid},
  archived_at {int},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE UNIQUE INDEX segments_live ON segments (org_id, live_key);
CREATE INDEX segments_name ON segments (org_id, name_key, id);

-- One row per customer and segment that they are or have been in. listed: somebody has put them there, which is what
-- membership of a static segment is. left_at is empty while the last that was told of them is that they joined.
CREATE TABLE segment_members (
  org_id {uuid} NOT NULL,
  customer_id {uuid} NOT NULL,
  segment_id {uuid} NOT NULL,
  listed {bool} NOT NULL,
  joined_at {int} NOT NULL,
  left_at {int},
  PRIMARY KEY (org_id, customer_id, segment_id),
  FOREIGN KEY (org_id, customer_id) REFERENCES customers (org_id, id),
  FOREIGN KEY (org_id, segment_id) REFERENCES segments (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX segment_members_of ON segment_members (org_id, segment_id, customer_id, listed, left_at);

-- Rows of the log that have no place among the news yet. Whoever writes the log adds them in the same transaction.
CREATE TABLE news_arrivals (
  activity_id {uuid} NOT NULL,
  org_id {uuid} NOT NULL,
  PRIMARY KEY (activity_id, org_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres

-- The news in the order in which their transactions became visible. Kept until every follower has read them.
CREATE TABLE news (
  position {int} NOT NULL,
  org_id {uuid} NOT NULL,
  activity_id {uuid} NOT NULL,
  PRIMARY KEY (position)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres

-- How far each follower has read; the one without a name is the last position given.
CREATE TABLE news_cursors (
  name {text} NOT NULL,
  position {int} NOT NULL,
  PRIMARY KEY (name)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
INSERT INTO news_cursors (name, position) VALUES ('', 0);
