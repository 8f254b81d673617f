-- What a note said while it was private stays its author's, and a task that comes again does so once, on its own day.

-- visibility: the note's while this text stood. Nobody noted that before: texts of a note that something was done to while
-- it was private are its author's alone.
ALTER TABLE note_revisions ADD COLUMN visibility {text} NOT NULL DEFAULT 'private';
UPDATE note_revisions SET visibility = 'org'
  WHERE lower(hex(note_id)) NOT IN (SELECT replace(detail ->> 'noteId', '-', '') --@sqlite
  WHERE CAST(note_id AS TEXT) NOT IN (SELECT detail ->> 'noteId' --@postgres
    FROM private_activities WHERE type LIKE 'note.%');

-- was_org: others have seen it, so that they have been told of it.
ALTER TABLE notes ADD COLUMN was_org {bool} NOT NULL DEFAULT FALSE;
UPDATE notes SET was_org = TRUE WHERE visibility = 'org'
  OR lower(hex(id)) NOT IN (SELECT replace(detail ->> 'noteId', '-', '') --@sqlite
  OR CAST(id AS TEXT) NOT IN (SELECT detail ->> 'noteId' --@postgres
    FROM private_activities WHERE type = 'note.added');

-- next_task_id: the one that was made when this one was done. recurs_from: the time from which the steps of a recurrence
-- are counted, where that is not due_at.
ALTER TABLE tasks ADD COLUMN next_task_id {uuid};
ALTER TABLE tasks ADD COLUMN recurs_from {int};
