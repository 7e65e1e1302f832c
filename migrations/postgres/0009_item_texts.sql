-- Why: users see the same title, text, link and actions in the inbox, in streams, webhooks, pushes and mails. They are made
-- once, at the accept, in the user's language. A release that knows none of this goes on accepting: its rows have none, and
-- what the sender wrote is shown.

ALTER TABLE notifications
    -- Where they differ from the sender's own `title` and `body`.
    ADD COLUMN item_title       text,
    ADD COLUMN item_body        text,
    ADD COLUMN link             text,
    ADD COLUMN actions          json,
    -- Which of the tenant's published templates made them, and do so for every channel; NULL: the words that are built in.
    ADD COLUMN template_version bigint,
    ADD COLUMN locale           text;
ALTER TABLE notifications
    ALTER COLUMN item_title SET STATISTICS 0,
    ALTER COLUMN item_body SET STATISTICS 0,
    ALTER COLUMN link SET STATISTICS 0,
    ALTER COLUMN actions SET STATISTICS 0;

ALTER TABLE fanouts
    ADD COLUMN link    text,
    ADD COLUMN actions json;
ALTER TABLE fanouts
    ALTER COLUMN link SET STATISTICS 0,
    ALTER COLUMN actions SET STATISTICS 0;

ALTER TABLE tenants
    -- Schemes besides https that links may have.
    ADD COLUMN link_schemes text[],
    -- Of users who have none.
    ADD COLUMN locale       text,
    -- Whether pushes tell apps how many notifications are unread. It costs a count for each push.
    ADD COLUMN push_badge   boolean NOT NULL DEFAULT false;

-- A fan-out makes texts in a worker.
GRANT SELECT (locale) ON users TO campanile_worker;
