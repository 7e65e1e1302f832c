//! The channel itself.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{Channel, Clock, Outcome};
use lettre::message::Mailbox;

use super::classify::taken;
use super::connect::Connector;
use super::dkim::DkimKey;
use super::failure::Failure;
use super::message::{Mail, mail};
use super::pool::Pool;
use super::reply::Reply;
use super::{EmailError, EmailSettings};
use crate::outbound::Guard;
use crate::{ChannelSender, Envelope};

/// Sends mail with one account.
pub struct EmailChannel {
    from: Mailbox,
    dkim: Option<DkimKey>,
    pool: Pool,
    connections: usize,
    clock: Arc<dyn Clock>,
}

impl EmailChannel {
    /// Takes an account; with a guard, its relay must be where that allows it. Nothing is connected
    /// before the first mail.
    ///
    /// # Errors
    /// With the field that no TLS client can use.
    pub(crate) fn new(
        mut settings: EmailSettings,
        guard: Option<Guard>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, EmailError> {
        let (connections, patience) = (settings.connections, settings.patience);
        let (from, dkim) = (settings.from.clone(), settings.dkim.take());
        let connector = Connector::new(settings, guard)?;
        Ok(Self {
            from,
            dkim,
            pool: Pool::new(connector, connections, patience),
            connections,
            clock,
        })
    }

    async fn deliver(&self, mail: &Mail) -> Result<Reply, Failure> {
        let mut lease = self.pool.lease().await?;
        let was_used = lease.session.mails() > 0;
        let mut sent = lease.session.send(mail).await;
        // The relay may close a parked connection whenever it likes; that is no attempt.
        if was_used && sent.as_ref().is_err_and(Failure::is_stale) {
            lease = self.pool.renew(lease).await?;
            sent = lease.session.send(mail).await;
        }
        lease.give_back();
        sent
    }
}

#[async_trait]
impl ChannelSender for EmailChannel {
    fn channel(&self) -> Channel {
        Channel::Email
    }

    fn concurrency(&self) -> usize {
        self.connections
    }

    async fn probe(&self) -> Result<&'static str, Outcome> {
        let lease = self.pool.lease().await.map_err(|fault| fault.outcome())?;
        lease.give_back();
        Ok("the relay lets us in")
    }

    async fn send(&self, envelope: Envelope<'_>) -> Outcome {
        let mail = match mail(&envelope, &self.from, self.dkim.as_ref(), self.clock.now()) {
            Ok(mail) => mail,
            Err(outcome) => return outcome,
        };
        match self.deliver(&mail).await {
            Ok(reply) => taken(&reply),
            Err(failure) => failure.outcome(),
        }
    }
}
