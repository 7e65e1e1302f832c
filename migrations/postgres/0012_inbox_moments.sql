-- Why: a kept answer ends when the inbox changes by itself, so each that is to be kept asks for the
-- next moment. Hardly any row has one: the indexes stay small, and only a snooze writes to them.
-- The days' own parts are built after it, one by one, while others write.
CREATE INDEX notifications_send_at ON ONLY notifications (tenant, user_id, send_at)
    WHERE send_at IS NOT NULL;
CREATE INDEX notifications_snoozed_until ON ONLY notifications (tenant, user_id, snoozed_until)
    WHERE snoozed_until IS NOT NULL;
