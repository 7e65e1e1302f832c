//! What being held back does to a plan.

use crate::{DeliveryState, Plan, PlannedDelivery};

impl Plan {
    /// Whether it disturbs the user, now or after quiet hours.
    pub fn disturbs(&self) -> bool {
        self.deliveries.iter().any(disturbs)
    }

    /// Whether anything of it waits for a moment.
    pub fn defers(&self) -> bool {
        self.deliveries.iter().any(|line| line.until.is_some())
    }

    /// The same with what disturbs suppressed. Each line keeps its address and so its id: planned
    /// again, a line that is stored stays what it is, however marks lie by then.
    #[must_use]
    pub fn held_back(mut self, reason: &'static str) -> Self {
        for line in self.deliveries.iter_mut().filter(|line| disturbs(line)) {
            line.state = DeliveryState::Suppressed;
            line.reason = Some(reason);
            line.until = None;
        }
        self
    }
}

fn disturbs(line: &PlannedDelivery) -> bool {
    line.channel.disturbs() && line.state.is_open()
}
