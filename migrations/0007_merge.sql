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

-- Pairs of customers that may be one person, the smaller id first. score: thousandths; evidence: what speaks for it.
-- state: open, same, different, later (until later_until), merged. What has been decided stays, so that it is not
-- asked again.
CREATE TABLE duplicate_pairs (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  first_customer_id {uuid} NOT NULL,
  second_customer_id {uuid} NOT NULL,
  score {int} NOT NULL,
  evidence {json} NOT NULL,
  state {text} NOT NULL,
  later_until {int},
  decided_at {int},
  decided_by_kind {text},
  decided_by_id {uuid},
  decided_by_name {text},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, first_customer_id) REFERENCES customers (org_id, id),
  FOREIGN KEY (org_id, second_customer_id) REFERENCES customers (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE UNIQUE INDEX duplicate_pairs_pair ON duplicate_pairs (org_id, first_customer_id, second_customer_id);
CREATE INDEX duplicate_pairs_second ON duplicate_pairs (org_id, second_customer_id);
CREATE INDEX duplicate_pairs_queue ON duplicate_pairs (org_id, state, score, id);
CREATE INDEX duplicate_pairs_later ON duplicate_pairs (later_until) WHERE state = 'later';

-- Customers whose name, company or addresses have changed since their duplicates were looked for.
CREATE TABLE duplicate_checks (
  org_id {uuid} NOT NULL,
  customer_id {uuid} NOT NULL,
  marked_at {int} NOT NULL,
  PRIMARY KEY (org_id, customer_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
INSERT INTO duplicate_checks (org_id, customer_id, marked_at)
  SELECT org_id, id, updated_at FROM customers WHERE archived_at IS NULL;
