//! Every metric with the sentence that explains it: the list that dashboards, alerts and the manual go by.
//!
//! No metric is labelled by tenant, user or id: the number of series must stay small and known beforehand.

/// The name of a metric and what it tells.
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
    HTTP_REQUESTS = "http_requests_total", "Requests answered, by method, route template and status.";
    HTTP_REQUEST_DURATION = "http_request_duration_seconds", "Time from the head of a request to the head of its answer.";
    REQUESTS_SHED = "requests_shed_total", "Requests refused to protect the service, by the bound that was reached.";
    HTTP_CONNECTIONS = "http_connections", "Connections to this process's listeners that are open now.";
    HTTP_CONNECTIONS_ENDED = "http_connections_ended_total", "Connections and HTTP/2 streams that this process ended, by why: no request came, nothing of an answer was taken, no request for long, or a newcomer needed the seat.";
    REQUEST_BYTES = "request_bytes_in_flight", "Bytes of requests' bodies that this process holds now.";
    ANSWER_BYTES = "answer_bytes_in_flight", "Bytes of answers that this process holds now because their callers have not taken them.";
    RATE_LIMITED = "rate_limited_total", "Requests refused by a rate limit, by the kind of bucket that was empty.";
    AUTHENTICATIONS_FAILED = "authentications_failed_total", "Requests with a token that was refused, whether they were answered with 401 or, beyond the limit of their address, with 429.";
    INBOX_CACHE_REQUESTS = "inbox_cache_requests_total", "Questions about inboxes, by kind (list or count) and whether the cache answered (hit), did not know (miss) or was not asked (bypass).";

    NOTIFICATIONS_ACCEPTED = "notifications_accepted_total", "Notifications that are durable and were answered with 202.";
    ACCEPT_BATCH_REQUESTS = "accept_batch_requests", "Requests that shared one commit when accepting.";
    ACCEPT_COMMIT = "accept_commit_seconds", "Time of the transaction that makes a batch of requests durable.";

    FANOUT_NOTIFICATIONS = "fanout_notifications_total", "Notifications made for subscribers of topics.";
    FANOUT_STEP_FAILURES = "fanout_step_failures_total", "Steps of sends to topics that failed and are tried again later.";
    FANOUT_STEP = "fanout_step_seconds", "Time of the transaction that makes the next notifications of a send to a topic.";
    FANOUT_RECALLED = "fanout_recalled_total", "Notifications called back because their send to a topic was called off.";
    FANOUT_RECALL_FAILURES = "fanout_recall_failures_total", "Steps that call back what a send to a topic has made, and failed, and are tried again later.";
    FANOUT_RECALL = "fanout_recall_seconds", "Time of the transaction that calls back what one step of a send to a topic has made.";
    FANOUTS_FINISHED = "fanouts_finished_total", "Sends to topics whose last step this process did, by how they ended.";

    NOTIFICATIONS_PLANNED = "notifications_planned_total", "Notifications whose deliveries were decided.";
    SCHEDULED_RELEASED = "scheduled_released_total", "Deliveries whose time had come and that were given to the queue again.";

    MESSAGES_PUBLISHED = "messages_published_total", "Messages given to the queue, by channel, lane and whether it confirmed them.";
    MESSAGES_RECEIVED = "messages_received_total", "Messages taken from the queue, repeated ones included, by channel and lane.";
    DISPATCHES_RUNG_AGAIN = "dispatches_rung_again_total", "Dispatches published once more because nobody had worked on them in time.";
    DEAD_MESSAGES = "dead_messages_total", "Messages that the queue itself had given up, by whether they were listed as dead letters or their row rings again.";

    ATTEMPTS = "attempts_total", "Calls to providers, by channel and what came of them.";
    ATTEMPT_DURATION = "attempt_duration_seconds", "Time of one call to a provider.";
    ATTEMPTS_IN_FLIGHT = "attempts_in_flight", "Calls to providers that are running now, by channel.";
    DELIVERIES_FINISHED = "deliveries_finished_total", "Deliveries that reached an end, by channel and final state.";
    DELIVERIES_DEFERRED = "deliveries_deferred_total", "Deliveries held back without an attempt, by channel and reason.";
    DELIVERIES_SUPPRESSED = "deliveries_suppressed_total", "Deliveries that ended where they were planned or fell due because they are not wanted, too many, lead nowhere or would go to an address that is not their user's any more, by channel and reason.";
    ACCOUNT_BREAKERS_OPEN = "account_breakers_open", "Provider accounts that this process leaves alone or tries out after failures, by channel.";
    ACCOUNTS_MISCONFIGURED = "accounts_misconfigured", "Provider accounts that only a person can mend, paused ones and those that hold back a platform included, as this process sees them, by channel.";
    ACCOUNTS_PAUSED = "accounts_paused", "Provider accounts whose receiver answered 410 and that nobody calls until they are resumed, by channel.";
    ACCOUNT_PLATFORMS_HELD = "account_platforms_held", "Push accounts that hold back the messages to a platform because their credential for it is missing or wrong, by platform.";
    ACCEPT_TO_ATTEMPT = "accept_to_attempt_seconds", "Time from accepting a notification to its first call to a provider.";
    RECORD_BATCH_DELIVERIES = "record_batch_deliveries", "Deliveries whose results shared one commit.";

    INBOX_WRITES = "inbox_writes_total", "Calls by which users changed their inbox, by what they did.";
    NOTIFICATIONS_CANCELLED = "notifications_cancelled_total", "Calls by which senders called a notification back in time.";
    DELIVERIES_CANCELLED = "deliveries_cancelled_total", "Deliveries called back before they left because the user was done with the notification or its sender called it back, by channel and reason.";

    QUEUE_UP = "queue_up", "1 while the message queue answers, 0 while it does not.";
    CACHE_UP = "cache_up", "1 while the cache answers, 0 while it does not.";
    DATABASE_UP = "database_up", "1 while the database answers, 0 while it does not.";

    OUTBOX_WAITING = "outbox_waiting", "Accepted notifications that wait to be planned.";
    DISPATCHED_WAITING = "dispatched_waiting", "Deliveries in the queue that wait for a worker.";
    SCHEDULED_WAITING = "scheduled_waiting", "Deliveries that wait for their time: retries, quiet hours, send_at.";
    OLDEST_WAITING = "oldest_waiting_seconds", "Age of the oldest item that is due and has not been worked on.";
    DEAD_LETTERS = "dead_letters", "Dead letters of all tenants that wait to be replayed or purged.";
    FANOUTS_DUE = "fanouts_due", "Sends to topics that are due and not over.";
    FANOUT_SUBSCRIBERS_WAITING = "fanout_subscribers_waiting", "Subscribers of topics whose notification is due and not made yet.";
    FANOUT_RECALLS = "fanout_recalls", "Sends to topics that were called off and whose notifications are being called back.";
    TABLES_ANALYZED = "tables_analyzed_total", "Tables and days of which this process has taken statistics because they had grown tenfold.";
    RETENTION_ROWS_REMOVED = "retention_rows_removed_total", "Rows removed one by one because a tenant's own term was over, by kind; the rows of dropped days are not counted.";
    RETENTION_DAYS_DROPPED = "retention_days_dropped_total", "Days dropped whole because every tenant's term was over.";
    RETENTION_DAYS_KEPT = "retention_days_kept", "Days past every term that the last run of this process kept, by why.";
    RETENTION_LAST_RUN = "retention_last_run_timestamp_seconds", "When this process last ended a run of retention, in seconds since 1970.";
    WORKER_HEARTBEAT_AGE = "worker_heartbeat_age_seconds", "Time since this worker last renewed its sign of life in the database.";
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
