-- Why: users choose what they hear, by which way and when; tenants choose for those who have not.
CREATE TABLE preferences (
    tenant      TEXT    NOT NULL,
    user_id     TEXT    NOT NULL,
    preferences TEXT    NOT NULL CHECK (json_valid(preferences)),
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant, user_id)
) WITHOUT ROWID;

CREATE TABLE tenant_preferences (
    tenant      TEXT    NOT NULL PRIMARY KEY,
    preferences TEXT    NOT NULL CHECK (json_valid(preferences)),
    updated_at  INTEGER NOT NULL
) WITHOUT ROWID;

-- Whose quiet hours a delivery waits for; of all other rows it is NULL. When they choose anew, or move
-- to another zone, what waits is looked at at once.
ALTER TABLE schedule ADD COLUMN user_id TEXT;
CREATE INDEX schedule_user ON schedule (tenant, user_id, key) WHERE user_id IS NOT NULL;

-- Each time that a delivery was held back for its user's sake: the reason in its row is the last only.
ALTER TABLE deliveries ADD COLUMN deferrals TEXT;
