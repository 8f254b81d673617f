-- Notes: what people write down about a customer, a company or a deal, and what was there before each edit.

-- body is as it was written, byte for byte; text is its folded form, for searching. Of the anchors one is filled.
-- visibility: org, or private to its author.
CREATE TABLE notes (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  body {text} NOT NULL,
  text {text} NOT NULL,
  customer_id {uuid},
  company_id {uuid},
  deal_id {uuid},
  author_kind {text} NOT NULL,
  author_id {uuid},
  author_name {text} NOT NULL,
  pinned {bool} NOT NULL,
  visibility {text} NOT NULL,
  deleted_at {int},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX notes_created ON notes (org_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX notes_customer ON notes (org_id, customer_id, created_at, id) WHERE customer_id IS NOT NULL;
CREATE INDEX notes_company ON notes (org_id, company_id, created_at, id) WHERE company_id IS NOT NULL;
CREATE INDEX notes_deal ON notes (org_id, deal_id, created_at, id) WHERE deal_id IS NOT NULL;

-- A body that an edit has replaced, with who had written it and until when it stood.
CREATE TABLE note_revisions (
  org_id {uuid} NOT NULL,
  note_id {uuid} NOT NULL,
  version {int} NOT NULL,
  body {text} NOT NULL,
  author_kind {text} NOT NULL,
  author_id {uuid},
  author_name {text} NOT NULL,
  replaced_at {int} NOT NULL,
  PRIMARY KEY (org_id, note_id, version),
  FOREIGN KEY (org_id, note_id) REFERENCES notes (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres

-- Members whom a note names.
CREATE TABLE note_mentions (
  org_id {uuid} NOT NULL,
  note_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL,
  PRIMARY KEY (org_id, note_id, user_id),
  FOREIGN KEY (org_id, note_id) REFERENCES notes (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres

-- What somebody is to see: a mention, a task that was given to them or is due.
CREATE TABLE notifications (
  org_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  detail {json} NOT NULL,
  read_at {int},
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, user_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX notifications_unread ON notifications (org_id, user_id, id) WHERE read_at IS NULL;
