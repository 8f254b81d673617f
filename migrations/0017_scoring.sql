-- Scoring: what a customer's fit to a product is made of, what it came to, and what people said of it.

-- rules_version is the version that last changed type or params: what assessments are of. job_id is the latest job that
-- scores everybody by it.
CREATE TABLE fit_criteria (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  product_id {uuid} NOT NULL,
  name {text} NOT NULL,
  type {text} NOT NULL,
  weight {float} NOT NULL,
  params {json} NOT NULL,
  position {int} NOT NULL,
  active {bool} NOT NULL,
  rules_version {int} NOT NULL,
  job_id {uuid},
  archived_at {int},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, product_id) REFERENCES products (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX fit_criteria_product ON fit_criteria (org_id, product_id, position, id) WHERE archived_at IS NULL;

-- History: rows are written once. Ids are ordered by time, so the newest is the last of a range of the key.
CREATE TABLE fit_assessments (
  org_id {uuid} NOT NULL,
  customer_id {uuid} NOT NULL,
  criterion_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  criterion_version {int} NOT NULL,
  score {float} NOT NULL,
  evidence {json} NOT NULL,
  source {text} NOT NULL,
  actor_kind {text} NOT NULL,
  actor_id {uuid},
  actor_name {text} NOT NULL,
  expires_at {int},
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, customer_id, criterion_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres

-- Where a customer stands with a criterion: assessment_id, with its score and expiry, is the one that counts; rule_id the
-- last that was computed, or nothing while nothing can be. by_hand: there are others than computed ones. due_at: when the
-- clock alone changes something.
CREATE TABLE fit_scores (
  org_id {uuid} NOT NULL,
  customer_id {uuid} NOT NULL,
  criterion_id {uuid} NOT NULL,
  assessment_id {uuid},
  score {float},
  expires_at {int},
  rule_id {uuid},
  by_hand {bool} NOT NULL,
  due_at {int},
  PRIMARY KEY (org_id, customer_id, criterion_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX fit_scores_due ON fit_scores (org_id, due_at, customer_id) WHERE due_at IS NOT NULL;

-- A customer without an assessment that counts has no row.
CREATE TABLE fits (
  org_id {uuid} NOT NULL,
  customer_id {uuid} NOT NULL,
  product_id {uuid} NOT NULL,
  overall {float} NOT NULL,
  coverage {float} NOT NULL,
  updated_at {int} NOT NULL,
  PRIMARY KEY (org_id, customer_id, product_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX fits_rank ON fits (org_id, product_id, overall, customer_id);

-- note_id: the note that the feedback became, which may be gone by now.
CREATE TABLE fit_reviews (
  org_id {uuid} NOT NULL,
  customer_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  product_id {uuid} NOT NULL,
  decision {text} NOT NULL,
  feedback {text},
  reviewer_id {uuid},
  reviewer_name {text} NOT NULL,
  deal_id {uuid},
  note_id {uuid},
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, customer_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres

CREATE TABLE intent_signals (
  org_id {uuid} NOT NULL,
  customer_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  name {text} NOT NULL,
  name_key {text} NOT NULL,
  strength {float} NOT NULL,
  expires_at {int} NOT NULL,
  actor_kind {text} NOT NULL,
  actor_id {uuid},
  actor_name {text} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, customer_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
