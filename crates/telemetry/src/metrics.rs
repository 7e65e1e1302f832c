//! The metrics of the process, made once and reached from anywhere through [`metrics()`].
//!
//! `metric_names` explains each one. The `process_*` metrics (memory, descriptors, CPU) come from the default
//! registry of the library on Linux.

use std::sync::LazyLock;

use prometheus::{
    Gauge, Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, TextEncoder,
};

use crate::register::{
    counter, counter_by, gauge, histogram, histogram_by, whole_gauge, whole_gauge_by,
};
use crate::{buckets, metric_names as names};

static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::register);

/// All metrics of the service; the comments name the labels in the order of `with_label_values`.
#[derive(Debug)]
pub struct Metrics {
    /// Labels: version, role.
    pub build_info: IntGaugeVec,
    /// Labels: method, route, status.
    pub http_requests_total: IntCounterVec,
    /// Labels: method, route.
    pub http_request_duration_seconds: HistogramVec,
    /// Label: reason.
    pub requests_shed_total: IntCounterVec,
    /// Open now.
    pub http_connections: IntGauge,
    /// Label: reason.
    pub http_connections_ended_total: IntCounterVec,
    /// Request bodies in memory now.
    pub request_bytes_in_flight: IntGauge,
    /// Responses in memory now that clients have not read.
    pub answer_bytes_in_flight: IntGauge,
    /// Label: bucket.
    pub rate_limited_total: IntCounterVec,
    /// Requests with a token that was refused.
    pub authentications_failed_total: IntCounter,
    /// Label: how.
    pub api_key_checks_total: IntCounterVec,
    /// Labels: kind, result.
    pub ingest_calls_total: IntCounterVec,
    /// Labels: kind, result.
    pub inbox_cache_requests_total: IntCounterVec,

    /// Label: kind.
    pub streams_open: IntGaugeVec,
    /// Label: limit.
    pub streams_refused_total: IntCounterVec,
    /// Label: reason.
    pub streams_ended_total: IntCounterVec,
    /// Label: event.
    pub stream_events_total: IntCounterVec,
    /// From accept to queue.
    pub stream_lag_seconds: Histogram,
    /// Opened with a cursor.
    pub stream_resumes_total: IntCounter,
    /// From the request to the turn.
    pub stream_opening_wait_seconds: Histogram,
    /// With a cursor older than history.
    pub stream_gaps_total: IntCounter,
    /// In all queues.
    pub stream_bytes_in_queues: IntGauge,
    /// Per query.
    pub stream_read_seconds: Histogram,
    /// Per query.
    pub stream_read_questions: Histogram,

    /// Counted after the commit, never before.
    pub notifications_accepted_total: IntCounter,
    /// How many requests shared a commit.
    pub accept_batch_requests: Histogram,
    /// The commit of a batch.
    pub accept_commit_seconds: Histogram,
    /// Encrypted texts that could not be decrypted.
    pub texts_unreadable_total: IntCounter,
    /// Rotations of data keys that ended.
    pub key_rotations_total: IntCounter,
    /// Label: before.
    pub key_rotation_rows_total: IntCounterVec,
    /// Steps of rotations that failed.
    pub key_rotation_failures_total: IntCounter,

    /// Made for subscribers of topics.
    pub fanout_notifications_total: IntCounter,
    /// Fan-out steps that failed and will be retried.
    pub fanout_step_failures_total: IntCounter,
    /// The commit of a step.
    pub fanout_step_seconds: Histogram,
    /// Notifications recalled because their fan-out was cancelled.
    pub fanout_recalled_total: IntCounter,
    /// Recall steps that failed and will be retried.
    pub fanout_recall_failures_total: IntCounter,
    /// The transaction of a recall step.
    pub fanout_recall_seconds: Histogram,
    /// Label: status.
    pub fanouts_finished_total: IntCounterVec,
    /// Merges of two users that ended.
    pub user_merges_total: IntCounter,
    /// Notifications that merges moved.
    pub user_merge_notifications_total: IntCounter,

    /// Planned notifications.
    pub notifications_planned_total: IntCounter,
    /// Released from waiting for their time.
    pub scheduled_released_total: IntCounter,

    /// Labels: channel, lane, outcome.
    pub messages_published_total: IntCounterVec,
    /// Labels: channel, lane.
    pub messages_received_total: IntCounterVec,
    /// Dispatches published again.
    pub dispatches_rung_again_total: IntCounter,
    /// Label: outcome.
    pub dead_messages_total: IntCounterVec,

    /// Labels: channel, level.
    pub template_renders_total: IntCounterVec,
    /// Labels: channel, code.
    pub template_faults_total: IntCounterVec,
    /// Readers.
    pub templates_over_budget_total: IntCounter,
    /// Variants.
    pub template_variants_stopped_total: IntCounter,
    /// Contents.
    pub content_unchecked_total: IntCounter,
    /// Label: channel.
    pub template_render_seconds: HistogramVec,

    /// Labels: channel, lane, outcome.
    pub attempts_total: IntCounterVec,
    /// Label: channel.
    pub attempt_duration_seconds: HistogramVec,
    /// Label: channel.
    pub attempts_in_flight: IntGaugeVec,
    /// Labels: channel, state.
    pub deliveries_finished_total: IntCounterVec,
    /// Labels: channel, reason.
    pub deliveries_deferred_total: IntCounterVec,
    /// Labels: channel, reason.
    pub deliveries_suppressed_total: IntCounterVec,
    /// Label: channel.
    pub account_breakers_open: IntGaugeVec,
    #[doc = "See `metric_names`."]
    pub accounts_misconfigured: IntGaugeVec,
    /// Label: channel.
    pub accounts_paused: IntGaugeVec,
    /// Label: platform.
    pub account_platforms_held: IntGaugeVec,
    /// Label: channel.
    pub accept_to_attempt_seconds: HistogramVec,
    /// How many deliveries shared a commit.
    pub record_batch_deliveries: Histogram,

    /// Label: action.
    pub audit_rows_total: IntCounterVec,
    /// Labels: kind, by.
    pub mail_reactions_total: IntCounterVec,
    /// Users who unsubscribed by a link.
    pub unsubscribes_total: IntCounterVec,
    /// Labels: purpose, event.
    pub magic_links_total: IntCounterVec,
    /// Addresses added to suppression lists.
    pub suppressions_added_total: IntCounterVec,
    /// Bounces and complaints that were reported after the mail server had taken the mail.
    pub mail_reports_total: IntCounterVec,
    /// Label: verb.
    pub inbox_writes_total: IntCounterVec,
    /// Answered with success.
    pub notifications_cancelled_total: IntCounter,
    /// Labels: channel, reason.
    pub deliveries_cancelled_total: IntCounterVec,

    /// 1 or 0.
    pub queue_up: IntGauge,
    /// 1 or 0.
    pub cache_up: IntGauge,
    /// 1 or 0.
    pub database_up: IntGauge,
    /// Label: role.
    pub database_connection_wait_seconds: HistogramVec,
    /// Label: operation.
    pub database_slow_queries_total: IntCounterVec,

    /// Waiting to be planned.
    pub outbox_waiting: IntGauge,
    /// Waiting for a worker.
    pub dispatched_waiting: IntGauge,
    /// Waiting for their time.
    pub scheduled_waiting: IntGauge,
    /// Age of the oldest due item.
    pub oldest_waiting_seconds: IntGauge,
    /// Waiting for an operator.
    pub dead_letters: IntGauge,
    /// Sends to topics that are due.
    pub fanouts_due: IntGauge,
    /// Their subscribers without a notification.
    pub fanout_subscribers_waiting: IntGauge,
    /// Fan-outs that are being recalled.
    pub fanout_recalls: IntGauge,
    /// When none lacked statistics.
    pub statistics_checked_timestamp_seconds: IntGauge,
    /// Analyzed because they had grown.
    pub tables_analyzed_total: IntCounter,
    /// Label: kind.
    pub retention_rows_removed_total: IntCounterVec,
    /// Dropped whole.
    pub retention_partitions_dropped_total: IntCounter,
    /// Label: reason.
    pub retention_partitions_kept: IntGaugeVec,
    /// The last run's end.
    pub retention_last_run_timestamp_seconds: IntGauge,
    /// Age of this worker's heartbeat.
    pub worker_heartbeat_age_seconds: Gauge,
}

impl Metrics {
    fn register() -> Self {
        Self {
            build_info: whole_gauge_by(names::BUILD_INFO, &["version", "role"]),
            http_requests_total: counter_by(names::HTTP_REQUESTS, &["method", "route", "status"]),
            http_request_duration_seconds: histogram_by(
                names::HTTP_REQUEST_DURATION,
                buckets::SECONDS,
                &["method", "route"],
            ),
            requests_shed_total: counter_by(names::REQUESTS_SHED, &["reason"]),
            http_connections: whole_gauge(names::HTTP_CONNECTIONS),
            http_connections_ended_total: counter_by(names::HTTP_CONNECTIONS_ENDED, &["reason"]),
            request_bytes_in_flight: whole_gauge(names::REQUEST_BYTES),
            answer_bytes_in_flight: whole_gauge(names::ANSWER_BYTES),
            rate_limited_total: counter_by(names::RATE_LIMITED, &["bucket"]),
            authentications_failed_total: counter(names::AUTHENTICATIONS_FAILED),
            api_key_checks_total: counter_by(names::API_KEY_CHECKS, &["how"]),
            ingest_calls_total: counter_by(names::INGEST_CALLS, &["kind", "result"]),
            inbox_cache_requests_total: counter_by(
                names::INBOX_CACHE_REQUESTS,
                &["kind", "result"],
            ),
            streams_open: whole_gauge_by(names::STREAMS_OPEN, &["kind"]),
            streams_refused_total: counter_by(names::STREAMS_REFUSED, &["limit"]),
            streams_ended_total: counter_by(names::STREAMS_ENDED, &["reason"]),
            stream_events_total: counter_by(names::STREAM_EVENTS, &["event"]),
            stream_lag_seconds: histogram(names::STREAM_LAG, buckets::SECONDS),
            stream_resumes_total: counter(names::STREAM_RESUMES),
            stream_opening_wait_seconds: histogram(names::STREAM_OPENING_WAIT, buckets::SECONDS),
            stream_gaps_total: counter(names::STREAM_GAPS),
            stream_bytes_in_queues: whole_gauge(names::STREAM_BYTES),
            stream_read_seconds: histogram(names::STREAM_READ, buckets::SECONDS),
            stream_read_questions: histogram(names::STREAM_READ_INBOXES, buckets::PIECES),
            notifications_accepted_total: counter(names::NOTIFICATIONS_ACCEPTED),
            accept_batch_requests: histogram(names::ACCEPT_BATCH_REQUESTS, buckets::PIECES),
            accept_commit_seconds: histogram(names::ACCEPT_COMMIT, buckets::SECONDS),
            texts_unreadable_total: counter(names::TEXTS_UNREADABLE),
            key_rotations_total: counter(names::KEY_ROTATIONS),
            key_rotation_rows_total: counter_by(names::KEY_ROTATION_ROWS, &["before"]),
            key_rotation_failures_total: counter(names::KEY_ROTATION_FAILURES),
            fanout_notifications_total: counter(names::FANOUT_NOTIFICATIONS),
            fanout_step_failures_total: counter(names::FANOUT_STEP_FAILURES),
            fanout_step_seconds: histogram(names::FANOUT_STEP, buckets::SECONDS),
            fanout_recalled_total: counter(names::FANOUT_RECALLED),
            fanout_recall_failures_total: counter(names::FANOUT_RECALL_FAILURES),
            fanout_recall_seconds: histogram(names::FANOUT_RECALL, buckets::SECONDS),
            fanouts_finished_total: counter_by(names::FANOUTS_FINISHED, &["status"]),
            user_merges_total: counter(names::USER_MERGES),
            user_merge_notifications_total: counter(names::USER_MERGE_NOTIFICATIONS),
            notifications_planned_total: counter(names::NOTIFICATIONS_PLANNED),
            scheduled_released_total: counter(names::SCHEDULED_RELEASED),
            messages_published_total: counter_by(
                names::MESSAGES_PUBLISHED,
                &["channel", "lane", "outcome"],
            ),
            messages_received_total: counter_by(names::MESSAGES_RECEIVED, &["channel", "lane"]),
            dispatches_rung_again_total: counter(names::DISPATCHES_RUNG_AGAIN),
            dead_messages_total: counter_by(names::DEAD_MESSAGES, &["outcome"]),
            template_renders_total: counter_by(names::TEMPLATE_RENDERS, &["channel", "level"]),
            template_faults_total: counter_by(names::TEMPLATE_FAULTS, &["channel", "code"]),
            templates_over_budget_total: counter(names::TEMPLATES_OVER_BUDGET),
            template_variants_stopped_total: counter(names::TEMPLATE_VARIANTS_STOPPED),
            content_unchecked_total: counter(names::CONTENT_UNCHECKED),
            template_render_seconds: histogram_by(
                names::TEMPLATE_RENDER,
                buckets::RENDERING,
                &["channel"],
            ),
            attempts_total: counter_by(names::ATTEMPTS, &["channel", "lane", "outcome"]),
            attempt_duration_seconds: histogram_by(
                names::ATTEMPT_DURATION,
                buckets::SECONDS,
                &["channel"],
            ),
            attempts_in_flight: whole_gauge_by(names::ATTEMPTS_IN_FLIGHT, &["channel"]),
            deliveries_finished_total: counter_by(
                names::DELIVERIES_FINISHED,
                &["channel", "state"],
            ),
            deliveries_deferred_total: counter_by(
                names::DELIVERIES_DEFERRED,
                &["channel", "reason"],
            ),
            deliveries_suppressed_total: counter_by(
                names::DELIVERIES_SUPPRESSED,
                &["channel", "reason"],
            ),
            account_breakers_open: whole_gauge_by(names::ACCOUNT_BREAKERS_OPEN, &["channel"]),
            accounts_misconfigured: whole_gauge_by(names::ACCOUNTS_MISCONFIGURED, &["channel"]),
            accounts_paused: whole_gauge_by(names::ACCOUNTS_PAUSED, &["channel"]),
            account_platforms_held: whole_gauge_by(names::ACCOUNT_PLATFORMS_HELD, &["platform"]),
            accept_to_attempt_seconds: histogram_by(
                names::ACCEPT_TO_ATTEMPT,
                buckets::SECONDS,
                &["channel"],
            ),
            record_batch_deliveries: histogram(names::RECORD_BATCH_DELIVERIES, buckets::PIECES),
            audit_rows_total: counter_by(names::AUDIT_ROWS, &["action"]),
            suppressions_added_total: counter_by(names::SUPPRESSIONS_ADDED, &["reason"]),
            mail_reports_total: counter_by(names::MAIL_REPORTS, &["kind", "result"]),
            mail_reactions_total: counter_by(names::MAIL_REACTIONS, &["kind", "by"]),
            unsubscribes_total: counter_by(names::UNSUBSCRIBES, &["scope"]),
            magic_links_total: counter_by(names::MAGIC_LINKS, &["purpose", "event"]),
            inbox_writes_total: counter_by(names::INBOX_WRITES, &["verb"]),
            notifications_cancelled_total: counter(names::NOTIFICATIONS_CANCELLED),
            deliveries_cancelled_total: counter_by(
                names::DELIVERIES_CANCELLED,
                &["channel", "reason"],
            ),
            queue_up: whole_gauge(names::QUEUE_UP),
            cache_up: whole_gauge(names::CACHE_UP),
            database_up: whole_gauge(names::DATABASE_UP),
            database_connection_wait_seconds: histogram_by(
                names::DATABASE_CONNECTION_WAIT,
                buckets::SECONDS,
                &["role"],
            ),
            database_slow_queries_total: counter_by(names::DATABASE_SLOW_QUERIES, &["operation"]),
            outbox_waiting: whole_gauge(names::OUTBOX_WAITING),
            dispatched_waiting: whole_gauge(names::DISPATCHED_WAITING),
            scheduled_waiting: whole_gauge(names::SCHEDULED_WAITING),
            oldest_waiting_seconds: whole_gauge(names::OLDEST_WAITING),
            dead_letters: whole_gauge(names::DEAD_LETTERS),
            fanouts_due: whole_gauge(names::FANOUTS_DUE),
            fanout_subscribers_waiting: whole_gauge(names::FANOUT_SUBSCRIBERS_WAITING),
            fanout_recalls: whole_gauge(names::FANOUT_RECALLS),
            statistics_checked_timestamp_seconds: whole_gauge(names::STATISTICS_CHECKED),
            tables_analyzed_total: counter(names::TABLES_ANALYZED),
            retention_rows_removed_total: counter_by(names::RETENTION_ROWS_REMOVED, &["kind"]),
            retention_partitions_dropped_total: counter(names::RETENTION_PARTITIONS_DROPPED),
            retention_partitions_kept: whole_gauge_by(
                names::RETENTION_PARTITIONS_KEPT,
                &["reason"],
            ),
            retention_last_run_timestamp_seconds: whole_gauge(names::RETENTION_LAST_RUN),
            worker_heartbeat_age_seconds: gauge(names::WORKER_HEARTBEAT_AGE),
        }
    }
}

/// Gives the metrics of this process; the first call registers them.
pub fn metrics() -> &'static Metrics {
    &METRICS
}

/// Renders everything on the default registry in Prometheus' text format, for `/metrics`.
pub fn render_metrics() -> String {
    // A scrape before the first event must already show the plain counters at zero, or rates start with a hole.
    LazyLock::force(&METRICS);
    TextEncoder::new()
        .encode_to_string(&prometheus::gather())
        .expect("families of the registry are consistent, and a String takes any text")
}

/// Renders the same with exemplars, as [`OPEN_METRICS`](crate::OPEN_METRICS).
pub fn render_open_metrics() -> String {
    LazyLock::force(&METRICS);
    crate::open_metrics::render(&prometheus::gather())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rendering_shows_every_metric_that_has_a_series_with_its_help() {
        let m = metrics();
        m.http_requests_total
            .with_label_values(&["GET", "/healthz", "200"])
            .inc();
        m.http_request_duration_seconds
            .with_label_values(&["GET", "/healthz"])
            .observe(0.002);
        m.requests_shed_total
            .with_label_values(&["queue_full"])
            .inc();
        m.http_connections_ended_total
            .with_label_values(&["idle"])
            .inc();
        m.rate_limited_total.with_label_values(&["user"]).inc();
        m.fanouts_finished_total.with_label_values(&["done"]).inc();
        m.retention_rows_removed_total
            .with_label_values(&["notifications"])
            .inc();
        m.retention_partitions_kept
            .with_label_values(&["pending"])
            .set(0);
        m.api_key_checks_total
            .with_label_values(&["remembered"])
            .inc();
        m.ingest_calls_total
            .with_label_values(&["ntfy", "accepted"])
            .inc();
        m.inbox_cache_requests_total
            .with_label_values(&["list", "hit"])
            .inc();
        m.streams_open.with_label_values(&["sse"]).set(1);
        m.streams_refused_total.with_label_values(&["user"]).inc();
        m.streams_ended_total
            .with_label_values(&["client_left"])
            .inc();
        m.stream_events_total.with_label_values(&["count"]).inc();
        m.messages_published_total
            .with_label_values(&["push", "main", "confirmed"])
            .inc();
        m.messages_received_total
            .with_label_values(&["push", "main"])
            .inc();
        m.dead_messages_total.with_label_values(&["listed"]).inc();
        m.template_renders_total
            .with_label_values(&["push", "built_in"])
            .inc();
        m.template_faults_total
            .with_label_values(&["email", "out_of_steps"])
            .inc();
        m.template_render_seconds
            .with_label_values(&["push"])
            .observe(0.000_02);
        m.attempts_total
            .with_label_values(&["push", "main", "delivered"])
            .inc();
        m.attempt_duration_seconds
            .with_label_values(&["push"])
            .observe(0.1);
        m.attempts_in_flight.with_label_values(&["push"]).set(3);
        m.deliveries_finished_total
            .with_label_values(&["push", "sent"])
            .inc();
        m.deliveries_deferred_total
            .with_label_values(&["push", "breaker_open"])
            .inc();
        m.deliveries_suppressed_total
            .with_label_values(&["push", "type_off"])
            .inc();
        m.account_breakers_open.with_label_values(&["push"]).set(1);
        m.accounts_misconfigured.with_label_values(&["push"]).set(1);
        m.accounts_paused.with_label_values(&["webhook"]).set(1);
        m.account_platforms_held.with_label_values(&["ios"]).set(1);
        m.accept_to_attempt_seconds
            .with_label_values(&["push"])
            .observe(0.2);
        m.audit_rows_total.with_label_values(&["brand.save"]).inc();
        m.suppressions_added_total
            .with_label_values(&["manual"])
            .inc();
        m.mail_reports_total
            .with_label_values(&["hard_bounce", "added"])
            .inc();
        m.mail_reactions_total
            .with_label_values(&["open", "reader"])
            .inc();
        m.unsubscribes_total.with_label_values(&["type"]).inc();
        m.magic_links_total
            .with_label_values(&["settings_view", "used"])
            .inc();
        m.inbox_writes_total.with_label_values(&["read"]).inc();
        m.deliveries_cancelled_total
            .with_label_values(&["push", "read"])
            .inc();
        m.key_rotation_rows_total
            .with_label_values(&["former_key"])
            .inc();

        m.build_info.with_label_values(&["1.0.0", "api"]).set(1);
        m.database_connection_wait_seconds
            .with_label_values(&["app"])
            .observe(0.001);
        m.database_slow_queries_total
            .with_label_values(&["claim_outbox"])
            .inc();

        let text = render_metrics();
        for metric in names::all() {
            let help = format!("# HELP {} {}", metric.name, metric.help);
            assert!(text.contains(&help), "missing: {help}");
        }
        assert!(text.contains("campanile_attempts_in_flight{channel=\"push\"} 3"));
        assert!(!text.contains("tenant=\""));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_process_collector_is_there() {
        assert!(render_metrics().contains("process_resident_memory_bytes"));
    }
}
