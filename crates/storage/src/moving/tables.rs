//! Every table that is moved, in the order in which it is.

use super::{MovedColumn, MovedKind, MovedTable};

macro_rules! tables {
    ($($table:ident $([$required:ident])? $(($replaces:ident))? { $($column:ident $kind:ident,)* })*) => {
        &[$(
            MovedTable {
                name: stringify!($table),
                columns: &[$(MovedColumn { name: stringify!($column), kind: MovedKind::$kind }),*],
                required: tables!(@required $($required)?),
                replaces: tables!(@replaces $($replaces)?),
            }
        ),*]
    };
    (@required $required:ident) => { Some(stringify!($required)) };
    (@required) => { None };
    (@replaces replaces) => { true };
    (@replaces) => { false };
}

/// All tables with rows of tenants but for [`NOT_MOVED`](super::NOT_MOVED). A notification comes before its deliveries.
///
/// In square brackets: the column without which a row is only a lock. `replaces`: the target may have rows already.
pub const TABLES: &[MovedTable] = tables! {
    // The tenant, and what it is allowed.
    tenants (replaces) {
        created_at Moment, retry_ladder_ms Numbers, retention_days Whole, link_schemes Names, locale Text,
        push_badge Flag, suspended_at Moment, removing_since Moment, max_api_keys Whole, max_requests Text,
        max_sends Text, max_streams Whole, max_types Whole, max_recipients Whole, track_opens Flag, track_clicks Flag,
        token_keys Text, max_queued Whole, max_notifications Whole,
    }
    tenant_preferences {
        preferences Json, updated_at Moment,
    }
    tenant_keys {
        wrapped WrappedKey, created_at Moment,
    }
    tenant_former_keys {
        wrapped WrappedKey, created_at Moment,
    }
    link_keys {
        key OpenKey, created_at Moment,
    }
    api_keys {
        id Id, hash Bytes, name Text, scopes Text, user_id Text, networks Text, created_at Moment, created_by Text,
        expires_at Moment, revoked_at Moment, last_used_at Moment, replaces Id,
    }
    audit_log (replaces) {
        id Id, seq Whole, at Moment, actor_kind Text, actor Text, key_id Text, action Text, target Text, before Text,
        after Text, request_id Text, address Text, hash Bytes,
    }
    audit_heads (replaces) {
        seq Whole, id Id, hash Bytes, anchor_seq Whole, anchor_hash Bytes, days Whole,
    }
    // Where deliveries go.
    users {
        user_id Text, email Text, email_gone_at Moment, locale Text, timezone Text, attributes Json,
        created_at Moment, updated_at Moment,
    }
    devices {
        id Id, user_id Text, kind Text, value Text, platform Text, app_version Text, locale Text, timezone Text,
        detached_at Moment, created_at Moment, last_seen Moment,
    }
    user_addresses {
        user_id Text, channel Text, address Text, created_at Moment, updated_at Moment, gone_at Moment,
    }
    preferences {
        user_id Text, preferences Json, updated_at Moment,
    }
    topics {
        topic Text, subscribers Whole, revision Whole, created_at Moment, updated_at Moment,
    }
    topic_subscribers {
        topic Text, user_id Text, revision Whole, created_at Moment,
    }
    user_merges {
        from_user Text, into_user Text, stage Text, after_id Id, total Whole, notifications Whole, devices Whole,
        addresses Whole, topics Whole, started_at Moment, subscribed_at Moment, updated_at Moment, due_at Moment,
        ended_at Moment,
    }
    suppressions {
        channel Text, address Text, notification_type Text, reason Text, source Text, since Moment, user_id Text,
    }
    providers {
        name Text, channel Text, settings Json, sealed Bytes, weight Whole, failover_to Text, version Id,
        updated_at Moment,
    }
    account_pauses {
        name Text, channel Text, version Text, code Text, paused_at Moment,
    }
    // Words.
    template_types {
        notification_type Text, current_version Whole, latest_version Whole, content_schema Text, schema_strict Flag,
        schema_revision Whole, draft_bytes Whole, current_bytes Whole, last_revision Whole,
    }
    template_drafts {
        notification_type Text, channel Text, locale Text, parts Json, revision Whole, updated_at Moment,
        updated_by Text,
    }
    template_brands {
        brand Json, revision Whole, updated_at Moment, updated_by Text,
    }
    template_versions {
        notification_type Text, version Whole, snapshot Json, shared_version Whole, comment Text, made_by Text,
        made_at Moment, due_at Moment, published_at Moment, content_version Whole, attempt_at Moment, failures Whole,
        bytes Whole,
    }
    template_variants {
        notification_type Text, channel Text, variant Text, weight Whole, templates Json, revision Whole,
        updated_at Moment, updated_by Text,
    }
    variant_counts {
        notification_type Text, channel Text, trial Whole, variant Text, bucket Whole, delivered Whole, failed Whole,
        faults Whole, read Whole, opened Whole, clicked Whole,
    }
    // What was accepted, and what became of it.
    ingest_addresses {
        id Id, kind Text, name Text, key_digest Bytes, users Texts, topic Text, settings Json, sealed Bytes,
        created_at Moment, revoked_at Moment,
    }
    ingest_groups {
        address_id Id, digest Bytes, last_state Bytes, notification_ids Ids, fanout_id Id, updated_at Moment,
        changes Whole,
    }
    notifications {
        id Id, user_id Text, notification_type Text, priority Text, title Text, body Text, content Json,
        channels Names, in_inbox Flag, send_at Moment, expires_at Moment, collapse_key Text, correlation_id Text,
        read_at Moment, seen_at Moment, archived_at Moment, snoozed_until Moment, deleted_at Moment,
        cancelled_at Moment, created_at Moment, updated_at Moment, item_title Text, item_body Text, link Text,
        actions Json, sealed Bytes, template_version Whole, locale Text, traceparent Text, variants Json,
    }
    deliveries {
        notification_id Id, id Id, channel Text, address Text, state Text, reason Text, next_attempt_at Moment,
        attempts JsonDocument, ladder_from Whole, deferrals JsonDocument, unfinished_starts Whole,
        started_account Text, created_at Moment, updated_at Moment, opened_at Moment, clicked_at Moment,
        machine_opened_at Moment, machine_clicked_at Moment,
    }
    dead_letters {
        id Id, notification_id Id, user_id Text, channel Text, lane Whole, code Text, detail Text, attempts Whole,
        died_at Moment,
    }
    fanouts {
        id Id, topic Text, as_of Whole, accepted Whole, notification_type Text, priority Text, title Text, body Text,
        content Json, channels Names, in_inbox Flag, send_at Moment, expires_at Moment, collapse_key Text,
        correlation_id Text, expanded Whole, status Text, recalled Whole, created_at Moment, updated_at Moment,
        finished_at Moment, link Text, actions Json, sealed Bytes,
    }
    fanout_batches {
        fanout_id Id, first_id Id, last_id Id,
    }
    idempotency_keys {
        key Text, fingerprint Bytes, response Text, created_at Moment, expires_at Moment,
    }
    plan_marks [notification_id] {
        user_id Text, key Id, notification_id Id, marked_at Moment, expires_at Moment,
    }
    remembered {
        kind Text, digest Bytes, at Moment, expires_at Moment,
    }
    // What is pending. A tenant that is moved is suspended, so nothing of it leaves.
    fanout_work {
        id Id, lane Whole, due_at Moment, accepted Whole, expanded Whole, failures Whole, cursor Text,
        updated_at Moment,
    }
    fanout_recalls {
        id Id, due_at Moment, recalled Whole, failures Whole, updated_at Moment, marks_read Flag,
    }
    reschedules {
        after_user Text, after_key Id, stepped_at Moment,
    }
    outbox {
        lane Whole, id Id, notification_ids Ids, created_at Moment,
    }
    schedule {
        kind Text, key Id, notification_id Id, channel Text, lane Whole, user_id Text, due_at Moment,
    }
    dispatch {
        id Id, channel Text, lane Whole, epoch Whole, notification_ids Ids, delivery_ids Ids, size Whole,
        publish_after Moment, created_at Moment,
    }
};
