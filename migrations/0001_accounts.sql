-- Organisations, people who sign in, and what the platform keeps for them.

CREATE TABLE organisations (
  id {uuid} NOT NULL PRIMARY KEY,
  name {text} NOT NULL,
  timezone {text} NOT NULL,
  currency {text} NOT NULL,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL
) STRICT; --@sqlite
); --@postgres

-- A user may belong to several organisations; what they may do is in the membership.
CREATE TABLE users (
  id {uuid} NOT NULL PRIMARY KEY,
  email {text} NOT NULL,
  full_name {text} NOT NULL,
  password_hash {text},
  password_changed_at {int},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL
) STRICT; --@sqlite
); --@postgres
CREATE UNIQUE INDEX users_email ON users (email);

CREATE TABLE memberships (
  org_id {uuid} NOT NULL REFERENCES organisations (id),
  user_id {uuid} NOT NULL REFERENCES users (id),
  role {text} NOT NULL,
  disabled_at {int},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, user_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX memberships_user ON memberships (user_id, created_at);

-- Only the SHA-256 of a token is stored.
CREATE TABLE sessions (
  id {uuid} NOT NULL PRIMARY KEY,
  org_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL,
  token_hash {bytes} NOT NULL,
  user_agent {text},
  ip_address {text},
  created_at {int} NOT NULL,
  last_seen_at {int} NOT NULL,
  expires_at {int} NOT NULL
) STRICT; --@sqlite
); --@postgres
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_user ON sessions (org_id, user_id, created_at);

CREATE TABLE api_keys (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  name {text} NOT NULL,
  role {text} NOT NULL,
  prefix {text} NOT NULL,
  token_hash {bytes} NOT NULL,
  created_by_id {uuid},
  created_by_name {text} NOT NULL,
  created_at {int} NOT NULL,
  expires_at {int},
  last_used_at {int},
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE UNIQUE INDEX api_keys_token ON api_keys (token_hash);

-- Failed logins per account and per address, to slow guessing down.
CREATE TABLE login_throttles (
  subject {bytes} NOT NULL PRIMARY KEY,
  failures {int} NOT NULL,
  blocked_until {int} NOT NULL,
  updated_at {int} NOT NULL
) STRICT; --@sqlite
); --@postgres

-- Where a person has signed in from: guessing from elsewhere must not slow them down there. The subject is
-- the SHA-256 of the address and the place.
CREATE TABLE login_places (
  subject {bytes} NOT NULL PRIMARY KEY,
  last_login_at {int} NOT NULL
) STRICT; --@sqlite
); --@postgres
CREATE INDEX login_places_age ON login_places (last_login_at);
CREATE INDEX login_throttles_age ON login_throttles (updated_at);

-- The answer to a POST that carried an Idempotency-Key, written with what the POST did.
CREATE TABLE idempotency_keys (
  org_id {uuid} NOT NULL,
  principal_id {uuid} NOT NULL,
  key {text} NOT NULL,
  request_hash {bytes} NOT NULL,
  status {int} NOT NULL,
  body {text} NOT NULL,
  etag {text},
  location {text},
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, principal_id, key)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Acts of administrators, append-only; each row's hash covers the one before it.
CREATE TABLE audit_log (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  action {text} NOT NULL,
  detail {json} NOT NULL,
  actor_kind {text} NOT NULL,
  actor_id {uuid},
  actor_name {text} NOT NULL,
  ip_address {text},
  occurred_at {int} NOT NULL,
  position {int} NOT NULL,
  previous_hash {bytes} NOT NULL,
  hash {bytes} NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE UNIQUE INDEX audit_log_position ON audit_log (org_id, position);

-- The end of each chain: writers take turns on it, and rows cut off the end of the log are missed.
CREATE TABLE audit_heads (
  org_id {uuid} NOT NULL PRIMARY KEY,
  position {int} NOT NULL,
  hash {bytes} NOT NULL
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres

-- Durable background work.
CREATE TABLE jobs (
  id {uuid} NOT NULL PRIMARY KEY,
  org_id {uuid},
  kind {text} NOT NULL,
  payload {json} NOT NULL,
  state {text} NOT NULL,
  run_at {int} NOT NULL,
  attempts {int} NOT NULL,
  attempts_max {int} NOT NULL,
  lease_id {uuid},
  lease_until {int},
  dedupe_key {text},
  cancel_requested {bool} NOT NULL,
  progress_done {int} NOT NULL,
  progress_total {int},
  result {json},
  error {text},
  created_at {int} NOT NULL,
  started_at {int},
  finished_at {int}
) STRICT; --@sqlite
); --@postgres
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE state = 'queued';
CREATE INDEX jobs_leases ON jobs (lease_until) WHERE state = 'running';
-- One unfinished job per key; a finished one does not stand in the way of the next.
CREATE UNIQUE INDEX jobs_dedupe ON jobs (dedupe_key) WHERE finished_at IS NULL;
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;

-- Work that comes again; next_run_at moves by compare-and-set, so one node enqueues each period's job.
CREATE TABLE job_schedules (
  name {text} NOT NULL PRIMARY KEY,
  next_run_at {int} NOT NULL
) STRICT; --@sqlite
); --@postgres
