-- Records that were folded into others: for as long as they are, all that it takes to have them back.

-- record: customer or company; survivor_id: into whom it was folded, who may have been folded into another one since;
-- position: the order of the merges into one survivor; cells: what they wrote over of the survivor's; image: what the
-- loser had that no other row tells.
CREATE TABLE merges (
  org_id {uuid} NOT NULL,
  record {text} NOT NULL,
  loser_id {uuid} NOT NULL,
  survivor_id {uuid} NOT NULL,
  position {int} NOT NULL,
  cells {json} NOT NULL,
  image {json} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, record, loser_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE UNIQUE INDEX merges_survivor ON merges (org_id, record, survivor_id, position);

-- Whose a row was that went over to the survivor. place: its table; row_id: what tells it apart there.
CREATE TABLE merged_rows (
  org_id {uuid} NOT NULL,
  record {text} NOT NULL,
  loser_id {uuid} NOT NULL,
  place {text} NOT NULL,
  row_id {uuid} NOT NULL,
  PRIMARY KEY (org_id, record, loser_id, place, row_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
