-- Bulk actions: one act on many records, with an outcome for each and a way back.

-- action: what is done, as it was decided when it was asked for; undo_of: the job whose changes this one takes back,
-- undone_by: the other way round; position: the last record that has its outcome; reasons: how many records were
-- skipped or failed, by code; errors: the first that failed; emptied_at: when its records were deleted for their age.
CREATE TABLE bulk_jobs (
  org_id {uuid} NOT NULL,
  job_id {uuid} NOT NULL,
  record {text} NOT NULL,
  action {json} NOT NULL,
  undo_of {uuid},
  undone_by {uuid},
  position {uuid},
  matched {int} NOT NULL,
  changed {int} NOT NULL,
  skipped {int} NOT NULL,
  failed {int} NOT NULL,
  reasons {json} NOT NULL,
  errors {json} NOT NULL,
  asked_by_kind {text} NOT NULL,
  asked_by_id {uuid},
  asked_by_name {text} NOT NULL,
  asked_by_user {uuid},
  asked_by_role {text} NOT NULL,
  created_at {int} NOT NULL,
  finished_at {int},
  emptied_at {int},
  PRIMARY KEY (org_id, job_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX bulk_jobs_open ON bulk_jobs (org_id, job_id) WHERE finished_at IS NULL;
CREATE INDEX bulk_jobs_age ON bulk_jobs (finished_at);

-- The records of each, as they were chosen when it was asked for. was_archived: at that time; before: what the change
-- replaced; version: what the record has had since.
CREATE TABLE bulk_items (
  org_id {uuid} NOT NULL,
  job_id {uuid} NOT NULL,
  record_id {uuid} NOT NULL,
  was_archived {bool} NOT NULL,
  outcome {text},
  before {json},
  version {int},
  PRIMARY KEY (org_id, job_id, record_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
