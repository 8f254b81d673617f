-- Imports put customers into segments, and what a plan says of all rows is kept with it.

-- always: tags and a segment that every row gets beside its own; empty when there are none.
ALTER TABLE imports ADD COLUMN always {json};

-- Segments that an import has made; its undo archives those that nobody else uses.
CREATE TABLE import_segments (
  org_id {uuid} NOT NULL,
  import_id {uuid} NOT NULL,
  segment_id {uuid} NOT NULL,
  PRIMARY KEY (org_id, import_id, segment_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
