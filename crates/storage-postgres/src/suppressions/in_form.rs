//! Entries of the list get another form of their address.

use std::borrow::Cow;
use std::sync::LazyLock;

use campanile_domain::{Channel, TenantId};
use campanile_storage::suppression_merge::{STRONGER_STAYS, WEAKER_LAST};
use sqlx::PgConnection;

use crate::error::Fault;

/// What is stored in the new form is what the deletion says it has deleted: an entry that another transaction has removed since
/// the statement began does not come back.
static IN_FORM: LazyLock<String> = LazyLock::new(|| {
    format!(
        "WITH wanted AS MATERIALIZED (
             SELECT DISTINCT * FROM UNNEST($2::text[], $3::text[], $4::text[]) AS x (channel, form, target)
         ), gone AS (
             DELETE FROM suppressions WHERE ctid = ANY (ARRAY (
                 SELECT s.place FROM wanted x CROSS JOIN LATERAL (
                     SELECT s.ctid AS place FROM suppressions s
                     WHERE s.tenant = $1 AND s.channel = x.channel AND s.address = x.form COLLATE \"C\"
                     OFFSET 0
                 ) s
             ))
             RETURNING channel, address, notification_type, reason, source, since, user_id
         )
         INSERT INTO suppressions (tenant, channel, address, notification_type, reason, source, since, user_id)
         SELECT DISTINCT ON (g.channel, x.target, g.notification_type)
             $1, g.channel, x.target, g.notification_type, g.reason, g.source, g.since, g.user_id
         FROM gone g JOIN wanted x ON x.channel = g.channel AND x.form COLLATE \"C\" = g.address
         ORDER BY g.channel, x.target, g.notification_type, {WEAKER_LAST}, g.since
         {STRONGER_STAYS}"
    )
});

/// Forms that addresses may have on the list, and the ones that they are to get.
#[derive(Debug, Default)]
pub(crate) struct Forms<'a> {
    channels: Vec<&'static str>,
    others: Vec<Cow<'a, str>>,
    targets: Vec<&'a str>,
}

impl<'a> Forms<'a> {
    pub(crate) fn add(
        &mut self,
        channel: Channel,
        other: impl Into<Cow<'a, str>>,
        target: &'a str,
    ) {
        self.channels.push(channel.name());
        self.others.push(other.into());
        self.targets.push(target);
    }

    /// Says how many entries have changed.
    pub(crate) async fn store(
        &self,
        connection: &mut PgConnection,
        tenant: &TenantId,
    ) -> Result<u64, Fault> {
        if self.channels.is_empty() {
            return Ok(0);
        }
        let done = sqlx::query(&IN_FORM)
            .bind(tenant.as_str())
            .bind(&self.channels)
            .bind(&self.others)
            .bind(&self.targets)
            .execute(connection)
            .await?;
        Ok(done.rows_affected())
    }
}
