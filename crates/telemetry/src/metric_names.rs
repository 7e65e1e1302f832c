//! Every metric with the sentence that explains it: the list that dashboards, alerts and the manual go by.
//!
//! No metric is labelled by tenant, user or id: the number of series must stay small and known beforehand.

/// The name of a metric and its help text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricName {
    /// Name on `/metrics`, with the prefix and the unit.
    pub name: &'static str,
    /// One sentence for the reader of a dashboard.
    pub help: &'static str,
}

/// Declares the constants and, from the same lines, the list of all of them, so that none can be forgotten.
macro_rules! metric_names {
    ($($constant:ident = $name:literal, $help:literal;)*) => {
        $(pub(crate) const $constant: MetricName = MetricName { name: concat!("campanile_", $name), help: $help };)*

        /// Lists every metric of the service, in the order of a notification's way through it.
        pub fn all() -> &'static [MetricName] {
            &[$($constant),*]
        }
    };
}

metric_names! {
    BUILD_INFO = "build_info", "Always 1, with the version of the program and the role that it runs as.";
    HTTP_REQUESTS = "http_requests_total", "HTTP requests answered, by method, route template and status.";
    HTTP_REQUEST_DURATION = "http_request_duration_seconds", "Time from the request headers to the response headers.";
    REQUESTS_SHED = "requests_shed_total", "Requests refused to protect the service, by the limit that was reached.";
    HTTP_CONNECTIONS = "http_connections", "Open connections to the listeners of this process.";
    HTTP_CONNECTIONS_ENDED = "http_connections_ended_total", "Connections and HTTP/2 streams that this process closed, by reason: no request arrived, the client did not read the response, the connection was idle, or a new connection needed the slot.";
    REQUEST_BYTES = "request_bytes_in_flight", "Bytes of request bodies that this process holds in memory.";
    ANSWER_BYTES = "answer_bytes_in_flight", "Bytes of responses that this process holds in memory because clients have not read them.";
    RATE_LIMITED = "rate_limited_total", "Requests refused by a rate limit, by the kind of bucket.";
    AUTHENTICATIONS_FAILED = "authentications_failed_total", "Requests with an invalid token, answered with 401 or, above the limit of their address, with 429.";
    API_KEY_CHECKS = "api_key_checks_total", "API keys that were checked, by where the key was found: remembered, or looked_up in the database.";
    INGEST_CALLS = "ingest_calls_total", "Calls with the key of an ingest address, by kind and result: accepted, repeated (sent before, nothing new was sent) or refused.";
    INBOX_CACHE_REQUESTS = "inbox_cache_requests_total", "Inbox queries, by kind (list or count) and result: answered by the cache (hit), not in the cache (miss) or not cacheable (bypass).";

    STREAMS_OPEN = "streams_open", "Open streams of this process, by kind (sse or websocket).";
    STREAMS_REFUSED = "streams_refused_total", "Streams refused because a limit was reached, by the limit: process, tenant, user, busy (too many were being opened), or draining.";
    STREAM_OPENING_WAIT = "stream_opening_wait_seconds", "Time that streams waited for their turn to be opened.";
    STREAMS_ENDED = "streams_ended_total", "Streams that ended, by reason: the client left, the end of their life or of the token, a client that was too slow, took nothing, was silent or sent what it should not, an inbox that cannot be read, or the shutdown.";
    STREAM_EVENTS = "stream_events_total", "Events written to streams, by event.";
    STREAM_LAG = "stream_lag_seconds", "Time from the accept of a notification to its event in the queues of its user's open streams.";
    STREAM_RESUMES = "stream_resumes_total", "Streams that were opened to resume after an earlier one.";
    STREAM_GAPS = "stream_gaps_total", "Streams that asked to resume after something older than the retention period.";
    STREAM_BYTES = "stream_bytes_in_queues", "Bytes of events that wait for the clients of open streams, or are being sent to them.";
    STREAM_READ = "stream_read_seconds", "Duration of a query that reads the changed inboxes of open streams.";
    STREAM_READ_INBOXES = "stream_read_questions", "Inboxes per query that reads the changed inboxes of open streams; a stream that resumes counts as one.";

    NOTIFICATIONS_ACCEPTED = "notifications_accepted_total", "Notifications accepted: stored durably and answered with 202.";
    ACCEPT_BATCH_REQUESTS = "accept_batch_requests", "Send requests per accept transaction.";
    ACCEPT_COMMIT = "accept_commit_seconds", "Duration of the transaction that stores a batch of send requests.";

    TEXTS_UNREADABLE = "texts_unreadable_total", "Encrypted texts that this process could not decrypt, because the key was deleted or the master key is another one; counted for each read.";

    KEY_ROTATIONS = "key_rotations_total", "Rotations of data keys that this process finished.";
    KEY_ROTATION_ROWS = "key_rotation_rows_total", "Rows that rotations encrypted with a new key, by what they were before: former_key or open.";
    KEY_ROTATION_FAILURES = "key_rotation_failures_total", "Steps of rotations that failed and will be retried.";

    FANOUT_NOTIFICATIONS = "fanout_notifications_total", "Notifications created by fan-outs.";
    FANOUT_STEP_FAILURES = "fanout_step_failures_total", "Fan-out steps that failed and will be retried.";
    FANOUT_STEP = "fanout_step_seconds", "Duration of the transaction that creates the next notifications of a fan-out.";
    FANOUT_RECALLED = "fanout_recalled_total", "Notifications recalled because their fan-out was cancelled.";
    FANOUT_RECALL_FAILURES = "fanout_recall_failures_total", "Recall steps of cancelled fan-outs that failed and will be retried.";
    FANOUT_RECALL = "fanout_recall_seconds", "Duration of the transaction that recalls the notifications of one fan-out step.";
    FANOUTS_FINISHED = "fanouts_finished_total", "Fan-outs that this process finished, by final status.";

    USER_MERGES = "user_merges_total", "Merges of two users that this process finished.";
    USER_MERGE_NOTIFICATIONS = "user_merge_notifications_total", "Notifications that merges moved to another user.";

    NOTIFICATIONS_PLANNED = "notifications_planned_total", "Notifications planned, that is, whose deliveries were decided.";
    SCHEDULED_RELEASED = "scheduled_released_total", "Scheduled deliveries that became due and were dispatched.";

    MESSAGES_PUBLISHED = "messages_published_total", "Messages published to the queue, by channel, lane and whether the queue confirmed them.";
    MESSAGES_RECEIVED = "messages_received_total", "Messages received from the queue, including redeliveries, by channel and lane.";
    DISPATCHES_RUNG_AGAIN = "dispatches_rung_again_total", "Dispatches published again because no worker processed them in time.";
    DEAD_MESSAGES = "dead_messages_total", "Messages that the queue dead-lettered, by whether they became dead letters or their dispatch is published again.";

    TEMPLATE_RENDERS = "template_renders_total", "Texts of notifications made for a channel, by channel (in_app: what users see in the inbox) and level: a stored template of the tenant, the words built in for the type, the generic words, or the emergency text.";
    TEMPLATE_FAULTS = "template_faults_total", "Published templates that failed when a notification was made, by channel and kind of fault; built-in words were used.";
    TEMPLATES_OVER_BUDGET = "templates_over_budget_total", "Readers who got built-in words in the inbox because the tenant's templates exceeded their processor time, in this batch or in the last 10 seconds.";
    TEMPLATE_VARIANTS_STOPPED = "template_variants_stopped_total", "Variants of templates that were stopped because more of their deliveries failed than of those of the template itself.";
    CONTENT_UNCHECKED = "content_unchecked_total", "Contents of requests that were accepted without a comparison with the schema of their type, because the schema does not compile any more.";
    TEMPLATE_RENDER = "template_render_seconds", "Duration of rendering the texts of a notification for a channel.";

    ATTEMPTS = "attempts_total", "Delivery attempts (calls to providers), by channel, lane and outcome.";
    ATTEMPT_DURATION = "attempt_duration_seconds", "Duration of a call to a provider.";
    ATTEMPTS_IN_FLIGHT = "attempts_in_flight", "Calls to providers in progress, by channel.";
    DELIVERIES_FINISHED = "deliveries_finished_total", "Deliveries that ended, by channel and final status.";
    DELIVERIES_DEFERRED = "deliveries_deferred_total", "Deliveries deferred without an attempt, by channel and reason.";
    DELIVERIES_SUPPRESSED = "deliveries_suppressed_total", "Deliveries suppressed when planned or when due, by channel and reason: preferences, rate rules, no address, or an address that no longer belongs to the user.";
    ACCOUNT_BREAKERS_OPEN = "account_breakers_open", "Provider accounts whose circuit breaker is open or half-open in this process, by channel.";
    ACCOUNTS_MISCONFIGURED = "accounts_misconfigured", "Provider accounts that need an operator's intervention, including paused accounts and those that defer the messages of a platform, as seen by this process, by channel.";
    ACCOUNTS_PAUSED = "accounts_paused", "Provider accounts that are paused because their receiver answered 410, until an operator resumes them, by channel.";
    ACCOUNT_PLATFORMS_HELD = "account_platforms_held", "Push accounts that defer the messages of a platform because their credential for it is missing or wrong, by platform.";
    ACCEPT_TO_ATTEMPT = "accept_to_attempt_seconds", "Time from accepting a notification to its first delivery attempt.";
    RECORD_BATCH_DELIVERIES = "record_batch_deliveries", "Deliveries per transaction that records outcomes.";

    AUDIT_ROWS = "audit_rows_total", "Rows added to the audit log, by action.";
    SUPPRESSIONS_ADDED = "suppressions_added_total", "Addresses that operators and reports added to suppression lists, by reason.";
    MAIL_REPORTS = "mail_reports_total", "Reports about mails, by kind (hard_bounce, soft_bounce, complaint, other) and result: added, known (on the list before), outdated (decided otherwise since), ignored or unknown_mail.";
    MAIL_REACTIONS = "mail_reactions_total", "First reactions to mails, of tenants that track them, by kind (open, click) and by whom: reader, machine (proxies and scanners), or lost if they could not be noted.";
    UNSUBSCRIBES = "unsubscribes_total", "Users who unsubscribed by a link in a mail, by scope: one notification type or all mails.";
    MAGIC_LINKS = "magic_links_total", "Links without a login, by purpose and event: sent, not_sent (the mail was not accepted), returned, unknown (no such user), used, used_before or expired.";
    INBOX_WRITES = "inbox_writes_total", "Changes that users made to their inbox, by action.";
    NOTIFICATIONS_CANCELLED = "notifications_cancelled_total", "Notifications that senders cancelled before all deliveries had left.";
    DELIVERIES_CANCELLED = "deliveries_cancelled_total", "Deliveries cancelled before an attempt succeeded, because the user read, archived or deleted the notification or the sender cancelled it, by channel and reason.";

    QUEUE_UP = "queue_up", "1 while the message queue answers, 0 while it does not.";
    CACHE_UP = "cache_up", "1 while the cache answers, 0 while it does not.";
    DATABASE_UP = "database_up", "1 while the database answers, 0 while it does not.";
    DATABASE_CONNECTION_WAIT = "database_connection_wait_seconds", "Time until a query got a connection to Postgres, by the database role of the pool.";
    DATABASE_SLOW_QUERIES = "database_slow_queries_total", "Queries that took as long as DATABASE_SLOW_QUERY_MS or longer, by the operation that made them.";

    OUTBOX_WAITING = "outbox_waiting", "Accepted notifications waiting to be planned.";
    DISPATCHED_WAITING = "dispatched_waiting", "Dispatched deliveries waiting for a worker.";
    SCHEDULED_WAITING = "scheduled_waiting", "Deliveries waiting for their scheduled time: retries, quiet hours, send_at.";
    OLDEST_WAITING = "oldest_waiting_seconds", "Age of the oldest item that is due and not yet processed.";
    DEAD_LETTERS = "dead_letters", "Dead letters of all tenants.";
    FANOUTS_DUE = "fanouts_due", "Fan-outs that are due and not finished.";
    FANOUT_SUBSCRIBERS_WAITING = "fanout_subscribers_waiting", "Subscribers of due fan-outs whose notification has not been created yet.";
    FANOUT_RECALLS = "fanout_recalls", "Cancelled fan-outs whose recall is in progress.";
    STATISTICS_CHECKED = "statistics_checked_timestamp_seconds", "When this process last saw that no table lacks statistics, in seconds since 1970.";
    TABLES_ANALYZED = "tables_analyzed_total", "Tables and daily partitions that this process analysed because they had grown tenfold.";
    RETENTION_ROWS_REMOVED = "retention_rows_removed_total", "Rows removed individually because of a tenant's own retention period, by kind; rows of dropped partitions are not counted.";
    RETENTION_PARTITIONS_DROPPED = "retention_partitions_dropped_total", "Daily partitions dropped because the retention periods of all tenants were over.";
    RETENTION_PARTITIONS_KEPT = "retention_partitions_kept", "Daily partitions past all retention periods that the last run of this process kept, by reason.";
    RETENTION_LAST_RUN = "retention_last_run_timestamp_seconds", "When this process last finished a retention run, in seconds since 1970.";
    WORKER_HEARTBEAT_AGE = "worker_heartbeat_age_seconds", "Time since this worker last renewed its heartbeat in the database.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_name_is_prefixed_unique_and_explained_in_one_sentence() {
        let mut seen = HashSet::new();
        for metric in all() {
            assert!(metric.name.starts_with("campanile_"), "{}", metric.name);
            assert!(
                seen.insert(metric.name),
                "{} is declared twice",
                metric.name
            );
            assert!(metric.help.ends_with('.'), "{}", metric.name);
            assert_eq!(metric.help.matches(". ").count(), 0, "{}", metric.name);
        }
    }
}
