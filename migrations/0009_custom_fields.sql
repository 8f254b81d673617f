-- Fields that an organisation has added to its records, and their values.

-- record: customer or company; kind and key never change; options: of select and multi_select, in their order, each
-- with an id that values name. An archived field keeps its values.
CREATE TABLE custom_fields (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  record {text} NOT NULL,
  key {text} NOT NULL,
  label {text} NOT NULL,
  kind {text} NOT NULL,
  options {json} NOT NULL,
  required {bool} NOT NULL,
  position {int} NOT NULL,
  archived_at {int},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE UNIQUE INDEX custom_fields_key ON custom_fields (org_id, record, key);

-- One row per value; item tells those of a multi_select apart. Of the typed columns one is filled, by the field's kind:
-- text_key is the folded form of text_value, day the days since 1970-01-01, ref_id an option or a user. Each has its own
-- index of the rows that have it, which finds, compares and sorts.
CREATE TABLE customer_custom_values (
  org_id {uuid} NOT NULL,
  customer_id {uuid} NOT NULL,
  field_id {uuid} NOT NULL,
  item {int} NOT NULL,
  text_value {text},
  text_key {text},
  number {float},
  day {int},
  flag {bool},
  ref_id {uuid},
  PRIMARY KEY (org_id, customer_id, field_id, item),
  FOREIGN KEY (org_id, customer_id) REFERENCES customers (org_id, id),
  FOREIGN KEY (org_id, field_id) REFERENCES custom_fields (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX customer_custom_text ON customer_custom_values (org_id, field_id, text_key, customer_id) WHERE text_key IS NOT NULL;
CREATE INDEX customer_custom_number ON customer_custom_values (org_id, field_id, number, customer_id) WHERE number IS NOT NULL;
CREATE INDEX customer_custom_day ON customer_custom_values (org_id, field_id, day, customer_id) WHERE day IS NOT NULL;
CREATE INDEX customer_custom_flag ON customer_custom_values (org_id, field_id, flag, customer_id) WHERE flag IS NOT NULL;
CREATE INDEX customer_custom_ref ON customer_custom_values (org_id, field_id, ref_id, customer_id) WHERE ref_id IS NOT NULL;

CREATE TABLE company_custom_values (
  org_id {uuid} NOT NULL,
  company_id {uuid} NOT NULL,
  field_id {uuid} NOT NULL,
  item {int} NOT NULL,
  text_value {text},
  text_key {text},
  number {float},
  day {int},
  flag {bool},
  ref_id {uuid},
  PRIMARY KEY (org_id, company_id, field_id, item),
  FOREIGN KEY (org_id, company_id) REFERENCES companies (org_id, id),
  FOREIGN KEY (org_id, field_id) REFERENCES custom_fields (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX company_custom_text ON company_custom_values (org_id, field_id, text_key, company_id) WHERE text_key IS NOT NULL;
CREATE INDEX company_custom_number ON company_custom_values (org_id, field_id, number, company_id) WHERE number IS NOT NULL;
CREATE INDEX company_custom_day ON company_custom_values (org_id, field_id, day, company_id) WHERE day IS NOT NULL;
CREATE INDEX company_custom_flag ON company_custom_values (org_id, field_id, flag, company_id) WHERE flag IS NOT NULL;
CREATE INDEX company_custom_ref ON company_custom_values (org_id, field_id, ref_id, company_id) WHERE ref_id IS NOT NULL;
