-- Notes: what people write down about a customer, a company or a deal, what was there before each edit, the files that
-- go with them, and whom they call.

-- body is as it was written, byte for byte; text is its folded form, for searching. Of the anchors one is filled. author
-- made the note; editor has written the body that stands since, at edited_at. visibility: org, or private to its author.
CREATE TABLE notes (
  seq INTEGER PRIMARY KEY, --@sqlite
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
  editor_kind {text},
  editor_id {uuid},
  editor_name {text},
  edited_at {int},
  pinned {bool} NOT NULL,
  visibility {text} NOT NULL,
  deleted_at {int},
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL
) STRICT; --@sqlite
); --@postgres
CREATE UNIQUE INDEX notes_key ON notes (org_id, id);
CREATE INDEX notes_created ON notes (org_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX notes_updated ON notes (org_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX notes_author ON notes (org_id, author_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX notes_customer ON notes (org_id, customer_id, pinned, created_at, id) WHERE customer_id IS NOT NULL;
CREATE INDEX notes_company ON notes (org_id, company_id, pinned, created_at, id) WHERE company_id IS NOT NULL;
CREATE INDEX notes_deal ON notes (org_id, deal_id, pinned, created_at, id) WHERE deal_id IS NOT NULL;
CREATE INDEX notes_deleted ON notes (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE VIRTUAL TABLE note_search USING fts5(text, content='', contentless_delete=1, tokenize='trigram'); --@sqlite
CREATE INDEX notes_text_part ON notes USING gin (text gin_trgm_ops); --@postgres

-- A body that an edit has replaced: who had written it and when, and until when it stood. version is the note's at the
-- time.
CREATE TABLE note_revisions (
  org_id {uuid} NOT NULL,
  note_id {uuid} NOT NULL,
  version {int} NOT NULL,
  body {text} NOT NULL,
  author_kind {text} NOT NULL,
  author_id {uuid},
  author_name {text} NOT NULL,
  written_at {int} NOT NULL,
  replaced_at {int} NOT NULL,
  PRIMARY KEY (org_id, note_id, version),
  FOREIGN KEY (org_id, note_id) REFERENCES notes (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres

-- Members whom a note names, or has named: is_current says which. notified: they have been told, and are not told again.
CREATE TABLE note_mentions (
  org_id {uuid} NOT NULL,
  note_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL,
  is_current {bool} NOT NULL,
  notified {bool} NOT NULL,
  PRIMARY KEY (org_id, note_id, user_id),
  FOREIGN KEY (org_id, note_id) REFERENCES notes (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX note_mentions_user ON note_mentions (org_id, user_id, note_id);

-- Content that has been uploaded, one row per organisation and SHA-256; the file's name is the hash. unused_since: no
-- attachment has it; empty while one has. The file goes in the transaction that removes its row.
CREATE TABLE attachment_files (
  org_id {uuid} NOT NULL,
  sha256 {text} NOT NULL,
  bytes {int} NOT NULL,
  unused_since {int},
  PRIMARY KEY (org_id, sha256)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX attachment_files_unused ON attachment_files (unused_since) WHERE unused_since IS NOT NULL;

-- An uploaded file as somebody sees it. Until a note has it, it is its uploader's alone; without one it goes in a while.
CREATE TABLE attachments (
  org_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  sha256 {text} NOT NULL,
  file_name {text} NOT NULL,
  media_type {text} NOT NULL,
  bytes {int} NOT NULL,
  uploader_kind {text} NOT NULL,
  uploader_id {uuid},
  note_id {uuid},
  position {int} NOT NULL,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, sha256) REFERENCES attachment_files (org_id, sha256),
  FOREIGN KEY (org_id, note_id) REFERENCES notes (org_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX attachments_file ON attachments (org_id, sha256);
CREATE INDEX attachments_note ON attachments (org_id, note_id, position) WHERE note_id IS NOT NULL;
CREATE INDEX attachments_uploader ON attachments (org_id, uploader_id) WHERE note_id IS NULL;
CREATE INDEX attachments_loose ON attachments (updated_at) WHERE note_id IS NULL;

-- What somebody is to see; of the columns for what it is about one is filled.
CREATE TABLE notifications (
  org_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  note_id {uuid},
  actor_kind {text} NOT NULL,
  actor_id {uuid},
  actor_name {text} NOT NULL,
  read_at {int},
  created_at {int} NOT NULL,
  PRIMARY KEY (org_id, user_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX notifications_unread ON notifications (org_id, user_id, id) WHERE read_at IS NULL;
CREATE INDEX notifications_note ON notifications (org_id, note_id) WHERE note_id IS NOT NULL;
CREATE INDEX notifications_created ON notifications (created_at);

-- Events that one person alone sees, on their timelines: as activities, but no filter, segment or report knows of them.
CREATE TABLE private_activities (
  org_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL,
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
  PRIMARY KEY (org_id, user_id, id)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
CREATE INDEX private_activities_customer ON private_activities (org_id, customer_id, user_id, occurred_at, id)
  WHERE customer_id IS NOT NULL;
CREATE INDEX private_activities_company ON private_activities (org_id, company_id, user_id, occurred_at, id)
  WHERE company_id IS NOT NULL;
CREATE INDEX private_activities_deal ON private_activities (org_id, deal_id, user_id, occurred_at, id)
  WHERE deal_id IS NOT NULL;
