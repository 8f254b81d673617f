-- Saved views of lists: columns, filter, order.

CREATE TABLE saved_views (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  record {text} NOT NULL,
  name {text} NOT NULL,
  name_key {text} NOT NULL,
  visibility {text} NOT NULL,
  author_id {uuid},
  columns {json} NOT NULL,
  filter {json},
  sort {text},
  group_by {text},
  layout {text} NOT NULL,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX saved_views_name ON saved_views (org_id, name_key, id);
