-- Imports: customers and companies from a file, row by row, with a result for each and a way back.

-- profile: what the columns hold; mapping: what they are taken for; pass and position: where the work goes on;
-- emptied_at: when its rows were deleted for their age; undo_by: with whose rights the way back is gone.
CREATE TABLE imports (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  record {text} NOT NULL,
  state {text} NOT NULL,
  file_name {text} NOT NULL,
  file_bytes {int} NOT NULL,
  kind {text} NOT NULL,
  encoding {text},
  delimiter {text},
  sheet {text},
  sheets {json} NOT NULL,
  has_header {bool} NOT NULL,
  row_count {int} NOT NULL,
  header_key {text} NOT NULL,
  profile {json} NOT NULL,
  notes {json} NOT NULL,
  mapping {json} NOT NULL,
  offers {json} NOT NULL,
  on_duplicate {text} NOT NULL,
  overwrite_owner {bool} NOT NULL,
  pass {int} NOT NULL,
  position {int} NOT NULL,
  processed {int} NOT NULL,
  created {int} NOT NULL,
  updated {int} NOT NULL,
  unchanged {int} NOT NULL,
  skipped {int} NOT NULL,
  failed {int} NOT NULL,
  undone_archived {int} NOT NULL,
  undone_restored {int} NOT NULL,
  undone_kept {int} NOT NULL,
  error {text},
  job_id {uuid},
  created_by_kind {text} NOT NULL,
  created_by_id {uuid},
  created_by_name {text} NOT NULL,
  created_by_user {uuid},
  created_by_role {text} NOT NULL,
  undo_by_user {uuid},
  undo_by_role {text},
  created_at {int} NOT NULL,
  started_at {int},
  finished_at {int},
  emptied_at {int},
  updated_at {int} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX imports_recent ON imports (org_id, created_at, id);
CREATE INDEX imports_age ON imports (created_at);
CREATE INDEX imports_busy ON imports (updated_at) WHERE state IN ('planning', 'running', 'undoing');

-- The rows as they came. cells: a JSON array; broken: why it could not be read.
CREATE TABLE import_rows (
  org_id {uuid} NOT NULL,
  import_id {uuid} NOT NULL,
  position {int} NOT NULL,
  number {int} NOT NULL,
  cells {text} NOT NULL,
  broken {text},
  PRIMARY KEY (org_id, import_id, position)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres

-- phase: plan, run or undo. before: what an update found, for the way back.
CREATE TABLE import_results (
  org_id {uuid} NOT NULL,
  import_id {uuid} NOT NULL,
  phase {text} NOT NULL,
  position {int} NOT NULL,
  result {text} NOT NULL,
  record_id {uuid},
  reason {text},
  column_name {text},
  value {text},
  before {text},
  PRIMARY KEY (org_id, import_id, phase, position)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX import_results_failed ON import_results (org_id, import_id, phase, position) WHERE result = 'failed';
-- The rows about a record.
CREATE INDEX import_results_record ON import_results (org_id, import_id, record_id, position)
  WHERE phase = 'run' AND result IN ('created', 'updated');

-- Companies that an import made beside its rows, because a row named them.
CREATE TABLE import_companies (
  org_id {uuid} NOT NULL,
  import_id {uuid} NOT NULL,
  company_id {uuid} NOT NULL,
  PRIMARY KEY (org_id, import_id, company_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres

-- What columns of the same names were last taken for.
CREATE TABLE import_mappings (
  org_id {uuid} NOT NULL,
  record {text} NOT NULL,
  header_key {text} NOT NULL,
  mapping {json} NOT NULL,
  updated_at {int} NOT NULL,
  PRIMARY KEY (org_id, record, header_key)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
