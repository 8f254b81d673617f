-- How somebody keeps the views of a record: their order, and the one that a list opens with.

-- positions: ids of views; those that are not there any more mean nothing.
CREATE TABLE view_choices (
  org_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL,
  record {text} NOT NULL,
  default_view_id {uuid},
  positions {json} NOT NULL,
  updated_at {int} NOT NULL,
  PRIMARY KEY (org_id, user_id, record)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
