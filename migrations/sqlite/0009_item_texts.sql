-- Why: users see the same title, text, link and actions in the inbox, in streams, webhooks, pushes and mails. They are made
-- once, at the accept, in the user's language.

-- Where they differ from the sender's own `title` and `body`.
ALTER TABLE notifications ADD COLUMN item_title TEXT;
ALTER TABLE notifications ADD COLUMN item_body TEXT;
ALTER TABLE notifications ADD COLUMN link TEXT;
-- A JSON list.
ALTER TABLE notifications ADD COLUMN actions TEXT;
-- Which of the tenant's published templates made them, and do so for every channel; NULL: the words that are built in.
ALTER TABLE notifications ADD COLUMN template_version INTEGER;
ALTER TABLE notifications ADD COLUMN locale TEXT;

ALTER TABLE fanouts ADD COLUMN link TEXT;
ALTER TABLE fanouts ADD COLUMN actions TEXT;

-- Schemes besides https that links may have: a list with commas.
ALTER TABLE tenants ADD COLUMN link_schemes TEXT;
-- Of users who have none.
ALTER TABLE tenants ADD COLUMN locale TEXT;
-- Whether pushes tell apps how many notifications are unread. It costs a count for each push.
ALTER TABLE tenants ADD COLUMN push_badge INTEGER NOT NULL DEFAULT 0;
