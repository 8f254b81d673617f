-- Products, pipelines and deals.

-- live_key is the folded name while the product is not archived: only the living exclude each other.
CREATE TABLE products (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  name {text} NOT NULL,
  name_key {text} NOT NULL,
  live_key {text},
  description {text},
  status {text} NOT NULL,
  owner_id {uuid},
  price {int},
  currency {text},
  hot_at {float} NOT NULL,
  warm_at {float} NOT NULL,
  archived_at {int},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE UNIQUE INDEX products_live ON products (org_id, live_key);
CREATE INDEX products_name ON products (org_id, name_key, id);

-- default_of is the organisation while the pipeline is its default: there is one.
CREATE TABLE pipelines (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  name {text} NOT NULL,
  live_key {text},
  is_default {bool} NOT NULL,
  default_of {uuid},
  position {int} NOT NULL,
  archived_at {int},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE UNIQUE INDEX pipelines_live ON pipelines (org_id, live_key);
CREATE UNIQUE INDEX pipelines_default ON pipelines (org_id, default_of);

-- A stage that was taken out of its pipeline keeps its row, for the history of deals: removed_at says when.
CREATE TABLE pipeline_stages (
  org_id {uuid} NOT NULL,
  pipeline_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  name {text} NOT NULL,
  stage {text} NOT NULL,
  probability {float} NOT NULL,
  rot_days {int},
  position {int} NOT NULL,
  removed_at {int},
  PRIMARY KEY (org_id, pipeline_id, id),
  FOREIGN KEY (org_id, pipeline_id) REFERENCES pipelines (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE UNIQUE INDEX pipeline_stages_key ON pipeline_stages (org_id, id);

-- stage is that of stage_id, for filters and reports. owner_name is the owner of a file who is no member. rank orders
-- the cards of a stage, compared byte by byte.
CREATE TABLE deals (
  seq INTEGER PRIMARY KEY, --@sqlite
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  name {text} NOT NULL,
  name_key {text} NOT NULL,
  customer_id {uuid},
  company_id {uuid},
  owner_id {uuid},
  owner_name {text},
  pipeline_id {uuid} NOT NULL,
  stage_id {uuid} NOT NULL,
  stage {text} NOT NULL,
  stage_entered_at {int} NOT NULL,
  rank {text} NOT NULL,
  amount {int},
  currency {text},
  probability {float} NOT NULL,
  expected_close_date {int},
  closed_at {int},
  lost_reason {text},
  lost_reason_key {text},
  source {text} NOT NULL,
  last_activity_at {int} NOT NULL,
  archived_at {int},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL
) STRICT; --@sqlite
); --@postgres
CREATE UNIQUE INDEX deals_key ON deals (org_id, id);
CREATE INDEX deals_board ON deals (org_id, stage_id, rank, id) WHERE archived_at IS NULL;
CREATE INDEX deals_created ON deals (org_id, created_at, id) WHERE archived_at IS NULL;
CREATE INDEX deals_name ON deals (org_id, name_key, id);
CREATE INDEX deals_owner ON deals (org_id, owner_id, stage_id, rank, id) WHERE archived_at IS NULL;
CREATE INDEX deals_customer ON deals (org_id, customer_id, created_at, id);
CREATE INDEX deals_company ON deals (org_id, company_id, created_at, id);
CREATE INDEX deals_amount ON deals (org_id, amount, id) WHERE archived_at IS NULL;
CREATE INDEX deals_expected ON deals (org_id, expected_close_date, id) WHERE archived_at IS NULL;
CREATE INDEX deals_closed ON deals (org_id, closed_at, id) WHERE closed_at IS NOT NULL;
CREATE VIRTUAL TABLE deal_search USING fts5(text, content='', contentless_delete=1, tokenize='trigram'); --@sqlite
CREATE INDEX deals_name_part ON deals USING gin (name_key gin_trgm_ops); --@postgres

-- How many living deals a stage has and what they amount to, kept with every write of a deal: a board is read without
-- counting. The rows without a currency count the deals, those with one add up amounts. A deal always counts in the same
-- slot, so that writers at one time seldom meet in one row; a stage has the rows of all slots from its beginning, so that
-- whoever takes it away meets them.
CREATE TABLE deal_totals (
  org_id {uuid} NOT NULL,
  stage_id {uuid} NOT NULL,
  currency {text} NOT NULL,
  slot {int} NOT NULL,
  deals {int} NOT NULL,
  amount {int} NOT NULL,
  PRIMARY KEY (org_id, stage_id, currency, slot)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres

-- What a deal is about. unit_price is in the deal's currency; without one it is not known.
CREATE TABLE deal_products (
  org_id {uuid} NOT NULL,
  deal_id {uuid} NOT NULL,
  position {int} NOT NULL,
  product_id {uuid} NOT NULL,
  quantity {int} NOT NULL,
  unit_price {int},
  PRIMARY KEY (org_id, deal_id, position),
  FOREIGN KEY (org_id, deal_id) REFERENCES deals (org_id, id),
  FOREIGN KEY (org_id, product_id) REFERENCES products (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX deal_products_product ON deal_products (org_id, product_id, deal_id);

-- Every stage that a deal has been in; left_at is empty for the one that it is in.
CREATE TABLE deal_stage_changes (
  org_id {uuid} NOT NULL,
  deal_id {uuid} NOT NULL,
  position {int} NOT NULL,
  pipeline_id {uuid} NOT NULL,
  stage_id {uuid} NOT NULL,
  stage {text} NOT NULL,
  entered_at {int} NOT NULL,
  left_at {int},
  actor_kind {text} NOT NULL,
  actor_id {uuid},
  actor_name {text} NOT NULL,
  PRIMARY KEY (org_id, deal_id, position),
  FOREIGN KEY (org_id, deal_id) REFERENCES deals (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres

-- As customer_custom_values.
CREATE TABLE deal_custom_values (
  org_id {uuid} NOT NULL,
  deal_id {uuid} NOT NULL,
  field_id {uuid} NOT NULL,
  item {int} NOT NULL,
  text_value {text},
  text_key {text},
  number {float},
  day {int},
  flag {bool},
  ref_id {uuid},
  PRIMARY KEY (org_id, deal_id, field_id, item),
  FOREIGN KEY (org_id, deal_id) REFERENCES deals (org_id, id),
  FOREIGN KEY (org_id, field_id) REFERENCES custom_fields (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX deal_custom_text ON deal_custom_values (org_id, field_id, text_key, deal_id) WHERE text_key IS NOT NULL;
CREATE INDEX deal_custom_number ON deal_custom_values (org_id, field_id, number, deal_id) WHERE number IS NOT NULL;
CREATE INDEX deal_custom_day ON deal_custom_values (org_id, field_id, day, deal_id) WHERE day IS NOT NULL;
CREATE INDEX deal_custom_flag ON deal_custom_values (org_id, field_id, flag, deal_id) WHERE flag IS NOT NULL;
CREATE INDEX deal_custom_ref ON deal_custom_values (org_id, field_id, ref_id, deal_id) WHERE ref_id IS NOT NULL;

CREATE INDEX activities_deal ON activities (org_id, deal_id, occurred_at, id) WHERE deal_id IS NOT NULL;
