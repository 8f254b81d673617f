-- Contents of attachments get places that are never used twice, so that a removal that comes late meets nothing new.

-- place: where the content is, within what the organisation has.
ALTER TABLE attachment_files ADD COLUMN place {text} NOT NULL DEFAULT '';
UPDATE attachment_files SET place = sha256;

-- Contents that no row refers to any more and whose removal has not been confirmed.
CREATE TABLE attachment_removals (
  org_id {uuid} NOT NULL,
  place {text} NOT NULL,
  PRIMARY KEY (org_id, place)
) STRICT, WITHOUT ROWID; --@sqlite
); --@postgres
