//! Where streams are opened and notifications sent.

use std::net::SocketAddr;

use tokio::sync::watch;

use super::audience::Audience;
use super::others::Others;
use super::sent::Sender;
use crate::cli::StreamsOptions;

/// How a stream is asked for.
pub(super) trait Source: Send + Sync + 'static {
    /// The whole request of a user, who has seen this event last.
    fn request(&self, user: u32, last_event_id: Option<&str>) -> String;

    /// The event that says that the stream is open; without one, the head of the answer does.
    fn greeting(&self) -> Option<&'static str>;
}

/// A service with streams.
pub(super) trait Venue {
    const NAME: &'static str;
    type Sender: Sender;

    /// Where its streams are; it changes when the process is killed.
    fn address(&self) -> watch::Receiver<SocketAddr>;

    fn source(&self) -> Box<dyn Source>;

    fn sender(&self) -> Self::Sender;

    /// The memory (PSS) of the processes that hold the streams.
    fn memory_kib(&self) -> anyhow::Result<u64>;

    /// And what it was before the first stream.
    fn memory_before_kib(&self) -> u64;

    /// Cuts streams and kills processes while the load goes on, as was asked for.
    fn disturb(
        &mut self,
        options: &StreamsOptions,
        audience: &Audience,
    ) -> impl Future<Output = anyhow::Result<()>> + Send;

    /// Sends one notification to all users; gives when that was answered, in microseconds since 1970.
    fn send_to_all(&self) -> impl Future<Output = anyhow::Result<u64>> + Send;

    /// Those who make other calls, if the service has others.
    fn others(&self) -> impl Future<Output = anyhow::Result<Option<Others>>> + Send;
}
