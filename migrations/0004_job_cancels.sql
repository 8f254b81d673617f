-- A request to stop a running job has a row of its own, because the job's row belongs to who holds its lease.

CREATE TABLE job_cancels (
  job_id {uuid} NOT NULL PRIMARY KEY,
  requested_at {int} NOT NULL
) STRICT; --@sqlite
); --@postgres
INSERT INTO job_cancels (job_id, requested_at)
  SELECT id, created_at FROM jobs WHERE cancel_requested AND finished_at IS NULL;
ALTER TABLE jobs DROP COLUMN cancel_requested;
