//! Which rows an inbox has, and which of them a question is about.

use campanile_domain::{NotificationId, NotificationType, UserId};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Postgres, QueryBuilder};

use super::Question;

/// An id is made when its notification is; this much apart at most, so that a span of time can be
/// asked for by ids too and only its partitions are read.
const APART: TimeDelta = TimeDelta::hours(1);

/// No id is made ahead of the clock by more than seconds (see `accept`); a day leaves room for a
/// reader whose clock is wrong.
pub(crate) const AHEAD: TimeDelta = TimeDelta::days(1);

/// Where a statement has the tenant from.
#[derive(Clone, Copy)]
pub(super) enum TenantFrom {
    /// A value bound to it: the transaction has named its tenants.
    Bound,
    /// A column of what comes before, which has named it.
    Column(&'static str),
}

/// The rows of the inbox.
fn push_whose(query: &mut QueryBuilder<Postgres>, question: &Question<'_>, tenant: TenantFrom) {
    query.push(" WHERE n.tenant = ");
    match tenant {
        TenantFrom::Bound => query.push_bind(question.tenant.as_str().to_owned()),
        TenantFrom::Column(column) => query.push(column),
    };
    query
        .push(" AND n.user_id = ")
        .push_bind(question.user.as_str().to_owned());
}

/// No id of a day that is made ahead.
fn ahead(question: &Question<'_>) -> NotificationId {
    NotificationId::floor(question.now + AHEAD)
}

/// The rows of the inbox, but for days that are made ahead: those are left out before they are opened.
pub(super) fn push_whose_so_far(
    query: &mut QueryBuilder<Postgres>,
    question: &Question<'_>,
    tenant: TenantFrom,
) {
    push_whose(query, question, tenant);
    query.push(" AND n.id < ").push_bind(ahead(question).0);
}

/// What the question is about, before this id if there is one. The text differs only by which filters are there, so each
/// kind of question is prepared once.
pub(super) fn push_where(
    query: &mut QueryBuilder<Postgres>,
    question: &Question<'_>,
    tenant: TenantFrom,
    before: Option<NotificationId>,
) {
    let filter = question.filter;
    push_whose(query, question, tenant);
    push_span(query, question, before);
    query.push(" AND ");
    push_shown(query, filter.archived, question.now);
    if filter.unread_only {
        query.push(" AND n.read_at IS NULL");
    }
    if let Some(kind) = &filter.notification_type {
        query
            .push(" AND n.notification_type = ")
            .push_bind(kind.as_str().to_owned());
    }
    if let Some(from) = filter.from {
        query.push(" AND n.created_at >= ").push_bind(from);
    }
    if let Some(to) = filter.to {
        query.push(" AND n.created_at < ").push_bind(to);
    }
}

/// The ids that the question is about, by which days are left out.
fn push_span(
    query: &mut QueryBuilder<Postgres>,
    question: &Question<'_>,
    before: Option<NotificationId>,
) {
    let floor = NotificationId::floor;
    let to = question.filter.to.map(|to| floor(to + APART));
    let bounds = [to, before].into_iter().flatten();
    let before = bounds.fold(ahead(question), NotificationId::min);
    let Some(from) = question.filter.from else {
        query.push(" AND n.id < ").push_bind(before.0);
        return;
    };
    query.push(" AND n.id >= ").push_bind(floor(from - APART).0);
    let kind = question.filter.notification_type.as_ref();
    push_before(query, question.user, kind, before);
}

/// The upper bound of the ids of an inbox, beside a lower one.
///
/// Between two plain bounds the planner expects a few hundredths of the tenant's rows. On a day that has few, it would find an
/// inbox by the primary key, and keep that plan. So this one is of user and id, or of user, type and id, which only the
/// inbox's indexes have, and [`push_days_before`] leaves the days out.
pub(crate) fn push_before(
    query: &mut QueryBuilder<Postgres>,
    user: &UserId,
    kind: Option<&NotificationType>,
    id: NotificationId,
) {
    query
        .push(match kind {
            None => " AND (n.user_id, n.id) < (",
            Some(_) => " AND (n.user_id, n.notification_type, n.id) < (",
        })
        .push_bind(user.as_str().to_owned());
    if let Some(kind) = kind {
        query.push(", ").push_bind(kind.as_str().to_owned());
    }
    query.push(", ").push_bind(id.0).push(")");
    push_days_before(query, id);
}

/// Leaves out days after this id: a comparison with one element of an array does that as a plain one does, but an index in
/// the order of ids is not bounded by it, and beside another bound the planner expects no narrow span.
pub(crate) fn push_days_before(query: &mut QueryBuilder<Postgres>, id: NotificationId) {
    query
        .push(" AND n.id < ANY (ARRAY[")
        .push_bind(id.0)
        .push("])");
}

/// What the inbox (or its archive) shows at this moment.
pub(crate) fn push_shown(query: &mut QueryBuilder<Postgres>, archived: bool, now: DateTime<Utc>) {
    query
        // One that was cancelled before its time is never shown.
        .push("n.in_inbox AND n.deleted_at IS NULL AND (n.send_at > n.cancelled_at) IS NOT TRUE")
        .push(" AND (n.send_at IS NULL OR n.send_at <= ")
        .push_bind(now)
        .push(") AND (n.snoozed_until IS NULL OR n.snoozed_until <= ")
        .push_bind(now)
        .push(if archived {
            ") AND n.archived_at IS NOT NULL"
        } else {
            ") AND n.archived_at IS NULL"
        });
}
