//! The wake-up bus carries no data; the woken task reads the rows.

use async_trait::async_trait;
use tokio::sync::broadcast;

/// Why a task is woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wake {
    /// The outbox has new rows.
    Outbox,
    /// A tenant's templates have a new current version, or a type has another schema.
    Templates,
    /// An API key has ended, or a tenant has been suspended, resumed or deleted.
    Access,
}

impl Wake {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::Outbox, Self::Templates, Self::Access];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Outbox => "outbox",
            Self::Templates => "templates",
            Self::Access => "access",
        }
    }
}

/// One line about its state for operators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusHealth {
    /// Whether wakes pass now.
    pub up: bool,
    /// One readable sentence.
    pub detail: String,
}

/// Wakes other processes. A wake may be lost; everyone who waits for one also polls.
#[async_trait]
pub trait Bus: Send + Sync + 'static {
    /// Wakes all listeners. Returns at once and never fails; concurrent calls may be merged into one.
    fn wake(&self, wake: Wake);

    /// Listens from now on. `Lagged` means "woken more than once".
    fn listen(&self) -> broadcast::Receiver<Wake>;

    /// Whether wakes pass now.
    async fn health(&self) -> BusHealth;
}

/// The bus of one process.
pub struct InProcessBus(broadcast::Sender<Wake>);

impl InProcessBus {
    /// A bus without listeners.
    pub fn new() -> Self {
        Self(broadcast::channel(16).0)
    }
}

impl Default for InProcessBus {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Bus for InProcessBus {
    fn wake(&self, wake: Wake) {
        // It is no error if there are no listeners: they poll.
        let _ = self.0.send(wake);
    }

    fn listen(&self) -> broadcast::Receiver<Wake> {
        self.0.subscribe()
    }

    async fn health(&self) -> BusHealth {
        BusHealth {
            up: true,
            detail: "in process".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wake_reaches_everyone_who_listens() {
        let bus = InProcessBus::new();
        bus.wake(Wake::Outbox);
        let (mut one, mut two) = (bus.listen(), bus.listen());
        bus.wake(Wake::Outbox);
        assert_eq!(one.recv().await, Ok(Wake::Outbox));
        assert_eq!(two.recv().await, Ok(Wake::Outbox));
        assert!(one.is_empty());
    }
}
