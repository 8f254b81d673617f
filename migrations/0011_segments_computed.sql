-- When everybody was last compared with the rule of a dynamic segment.

ALTER TABLE segments ADD COLUMN computed_at {int};
