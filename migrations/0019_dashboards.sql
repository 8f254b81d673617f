-- Dashboards: what is shown of the records' numbers, and how it is laid out.

-- The one whose id is the organisation's own is its standard one; without a row it is as the program makes it.
CREATE TABLE dashboards (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  name {text} NOT NULL,
  name_key {text} NOT NULL,
  visibility {text} NOT NULL,
  author_id {uuid},
  widgets {json} NOT NULL,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX dashboards_name ON dashboards (org_id, name_key, id);

-- The dashboard that somebody's home opens with.
CREATE TABLE dashboard_choices (
  org_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL,
  dashboard_id {uuid} NOT NULL,
  updated_at {int} NOT NULL,
  PRIMARY KEY (org_id, user_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
