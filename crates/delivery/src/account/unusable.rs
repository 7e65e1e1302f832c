//! The sender of an account of which none can be made.

use async_trait::async_trait;
use campanile_channels::{ChannelSender, Envelope};
use campanile_domain::{Channel, Outcome, OutcomeKind};

/// Takes the place of a sender; makes no calls.
pub struct Unusable(pub Channel);

#[async_trait]
impl ChannelSender for Unusable {
    fn channel(&self) -> Channel {
        self.0
    }

    fn concurrency(&self) -> usize {
        1
    }

    async fn send(&self, _: Envelope<'_>) -> Outcome {
        Outcome::new(
            OutcomeKind::Misconfigured,
            "unusable",
            "the provider account cannot be used",
        )
    }
}
