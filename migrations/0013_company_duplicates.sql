-- Companies that may be one, as duplicate_pairs and duplicate_checks keep it of customers.

CREATE TABLE company_duplicate_pairs (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  first_company_id {uuid} NOT NULL,
  second_company_id {uuid} NOT NULL,
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
  FOREIGN KEY (org_id, first_company_id) REFERENCES companies (org_id, id),
  FOREIGN KEY (org_id, second_company_id) REFERENCES companies (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE UNIQUE INDEX company_duplicate_pairs_pair
  ON company_duplicate_pairs (org_id, first_company_id, second_company_id);
CREATE INDEX company_duplicate_pairs_second ON company_duplicate_pairs (org_id, second_company_id);
CREATE INDEX company_duplicate_pairs_queue ON company_duplicate_pairs (org_id, state, score, id);
CREATE INDEX company_duplicate_pairs_later ON company_duplicate_pairs (later_until) WHERE state = 'later';

CREATE TABLE company_duplicate_checks (
  org_id {uuid} NOT NULL,
  company_id {uuid} NOT NULL,
  marked_at {int} NOT NULL,
  failures {int} NOT NULL DEFAULT 0,
  PRIMARY KEY (org_id, company_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX company_duplicate_checks_failed ON company_duplicate_checks (failures) WHERE failures > 0;
INSERT INTO company_duplicate_checks (org_id, company_id, marked_at)
  SELECT org_id, id, updated_at FROM companies WHERE archived_at IS NULL;

-- What living companies are found by: written when their duplicates are looked for. kind: domain (the registered one of
-- a domain or the website), label (that without its ending), linkedin (the page), name (without its legal form).
CREATE TABLE company_match_keys (
  org_id {uuid} NOT NULL,
  company_id {uuid} NOT NULL,
  kind {text} NOT NULL,
  key {text} NOT NULL,
  PRIMARY KEY (org_id, company_id, kind, key),
  FOREIGN KEY (org_id, company_id) REFERENCES companies (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX company_match_keys_key ON company_match_keys (org_id, kind, key, company_id);
