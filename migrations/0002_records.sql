-- Companies, customers, their contacts and tags, and the log of what happened.
-- A column ending in _key is the folded form of the text beside it: what filters compare and lists sort by.

CREATE TABLE companies (
  seq INTEGER PRIMARY KEY, --@sqlite
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  name {text} NOT NULL,
  name_key {text} NOT NULL,
  legal_name {text},
  legal_name_key {text},
  website {text},
  linkedin_url {text},
  industry {text},
  industry_key {text},
  size_band {text},
  employee_count {int},
  annual_revenue {int},
  country {text},
  city {text},
  city_key {text},
  parent_id {uuid},
  owner_id {uuid},
  archived_at {int},
  merged_into_id {uuid},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL
) STRICT; --@sqlite
); --@postgres
CREATE UNIQUE INDEX companies_key ON companies (org_id, id);
CREATE INDEX companies_name ON companies (org_id, name_key, id);
CREATE INDEX companies_parent ON companies (org_id, parent_id, name_key, id);
CREATE INDEX companies_created ON companies (org_id, created_at, id) WHERE archived_at IS NULL;
CREATE VIRTUAL TABLE company_search USING fts5(text, content='', contentless_delete=1, tokenize='trigram'); --@sqlite
CREATE EXTENSION IF NOT EXISTS pg_trgm; --@postgres
CREATE INDEX companies_name_part ON companies USING gin (name_key gin_trgm_ops); --@postgres

-- live_domain is the domain while its company is not archived: only the living exclude each other.
CREATE TABLE company_domains (
  org_id {uuid} NOT NULL,
  company_id {uuid} NOT NULL,
  position {int} NOT NULL,
  domain {text} NOT NULL,
  registrable {text} NOT NULL,
  live_domain {text},
  PRIMARY KEY (org_id, company_id, position),
  FOREIGN KEY (org_id, company_id) REFERENCES companies (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE UNIQUE INDEX company_domains_live ON company_domains (org_id, live_domain);
CREATE INDEX company_domains_registrable ON company_domains (org_id, registrable);

-- company_by_domain: the link to the company was made by the address's domain, or there is none and one may be made;
-- false once a person has decided.
CREATE TABLE customers (
  seq INTEGER PRIMARY KEY, --@sqlite
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  first_name {text},
  first_name_key {text},
  last_name {text},
  last_name_key {text},
  full_name {text} NOT NULL,
  name_key {text} NOT NULL,
  job_title {text},
  job_title_key {text},
  avatar_url {text},
  language {text},
  timezone {text},
  country {text},
  company_id {uuid},
  company_by_domain {bool} NOT NULL,
  claimed_by_id {uuid},
  claimed_at {int},
  source {text} NOT NULL,
  do_not_contact {bool} NOT NULL,
  archived_at {int},
  merged_into_id {uuid},
  last_activity_at {int} NOT NULL,
  last_inbound_at {int},
  last_outbound_at {int},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL
) STRICT; --@sqlite
); --@postgres
CREATE UNIQUE INDEX customers_key ON customers (org_id, id);
CREATE INDEX customers_recent ON customers (org_id, last_activity_at, id) WHERE archived_at IS NULL;
CREATE INDEX customers_created ON customers (org_id, created_at, id) WHERE archived_at IS NULL;
CREATE INDEX customers_name ON customers (org_id, name_key, id);
CREATE INDEX customers_company ON customers (org_id, company_id, last_activity_at, id);
CREATE INDEX customers_owner ON customers (org_id, claimed_by_id, last_activity_at, id) WHERE archived_at IS NULL;

-- One folded text per customer (name and contact values) in a substring index.
CREATE VIRTUAL TABLE customer_search USING fts5(text, content='', contentless_delete=1, tokenize='trigram'); --@sqlite
CREATE TABLE customer_search ( --@postgres
  org_id UUID NOT NULL, --@postgres
  customer_id UUID NOT NULL, --@postgres
  text TEXT NOT NULL, --@postgres
  PRIMARY KEY (org_id, customer_id) --@postgres
); --@postgres
CREATE INDEX customer_search_part ON customer_search USING gin (text gin_trgm_ops); --@postgres

-- live_canonical is the canonical value while the customer is not archived, for the channels where it
-- must be unique; it is empty for phones, which people share.
CREATE TABLE contacts (
  org_id {uuid} NOT NULL,
  customer_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  channel {text} NOT NULL,
  value {text} NOT NULL,
  canonical {text} NOT NULL,
  match_key {text} NOT NULL,
  live_canonical {text},
  label {text} NOT NULL,
  is_primary {bool} NOT NULL,
  status {text} NOT NULL,
  verified_at {int},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, customer_id, id),
  FOREIGN KEY (org_id, customer_id) REFERENCES customers (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE UNIQUE INDEX contacts_key ON contacts (org_id, id);
CREATE UNIQUE INDEX contacts_live ON contacts (org_id, channel, live_canonical);
CREATE INDEX contacts_match ON contacts (org_id, channel, match_key);

CREATE TABLE tags (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  name {text} NOT NULL,
  name_key {text} NOT NULL,
  color {text} NOT NULL,
  description {text},
  is_system {bool} NOT NULL,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE UNIQUE INDEX tags_name ON tags (org_id, name_key);

-- company_id and last_activity_at ride along, so that a page of one tag's customers, newest first and
-- narrowed to some companies, is a walk over one index.
CREATE TABLE customer_tags (
  org_id {uuid} NOT NULL,
  customer_id {uuid} NOT NULL,
  tag_id {uuid} NOT NULL,
  company_id {uuid},
  last_activity_at {int} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, customer_id, tag_id),
  FOREIGN KEY (org_id, customer_id) REFERENCES customers (org_id, id),
  FOREIGN KEY (org_id, tag_id) REFERENCES tags (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX customer_tags_page ON customer_tags (org_id, tag_id, last_activity_at, customer_id, company_id);

-- Append-only. Ids are time-ordered, so the table itself is the log in order of writing.
CREATE TABLE activities (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  customer_id {uuid},
  company_id {uuid},
  deal_id {uuid},
  type {text} NOT NULL,
  detail {json} NOT NULL,
  actor_kind {text} NOT NULL,
  actor_id {uuid},
  actor_name {text} NOT NULL,
  occurred_at {int} NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX activities_customer ON activities (org_id, customer_id, occurred_at, id);
CREATE INDEX activities_company ON activities (org_id, company_id, occurred_at, id) WHERE company_id IS NOT NULL;
