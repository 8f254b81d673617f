-- Language models: the endpoints that an organisation may ask, what was used of them, and what they made of customers.

-- api_key is sealed. failures counts those in a row of the endpoint as a whole, reason and said are of the last; until
-- paused_until nobody asks.
CREATE TABLE ai_providers (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  name {text} NOT NULL,
  base_url {text} NOT NULL,
  api_key {bytes},
  chat_model {text},
  embed_model {text},
  tokens_per_day {int} NOT NULL,
  failures {int} NOT NULL,
  reason {text},
  said {text},
  paused_until {int},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres

-- day is that of UTC, counted from 1970.
CREATE TABLE ai_usage (
  org_id {uuid} NOT NULL,
  day {int} NOT NULL,
  provider_id {uuid} NOT NULL,
  calls {int} NOT NULL,
  failed {int} NOT NULL,
  tokens_in {int} NOT NULL,
  tokens_out {int} NOT NULL,
  PRIMARY KEY (org_id, day, provider_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres

-- Where a customer stands with a conversation criterion. input is the hash of what was read last and answered. ask_at:
-- when the model is asked next.
CREATE TABLE fit_readings (
  org_id {uuid} NOT NULL,
  customer_id {uuid} NOT NULL,
  criterion_id {uuid} NOT NULL,
  state {text} NOT NULL,
  ask_at {int},
  attempts {int} NOT NULL,
  input {bytes},
  reason {text},
  said {text},
  updated_at {int} NOT NULL,
  PRIMARY KEY (org_id, customer_id, criterion_id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX fit_readings_due ON fit_readings (org_id, ask_at, customer_id, criterion_id) WHERE ask_at IS NOT NULL;
CREATE INDEX fit_readings_state ON fit_readings (org_id, criterion_id, state, reason);
