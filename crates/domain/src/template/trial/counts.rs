//! What became of a variant, in numbers.

use crate::{Channel, NotificationType, TenantId};

/// Users of a variant are spread over so many buckets. Results differ more between users than within one, and the spread
/// of the buckets shows by how much.
pub const USER_BUCKETS: u8 = 32;

/// Numbers of deliveries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VariantCounts {
    /// The provider has taken them; in the inbox: they were shown there.
    pub delivered: i64,
    /// They are dead.
    pub failed: i64,
    /// Those of the others whose template failed, so that they had built-in words.
    pub faults: i64,
    /// Those of the delivered whose notification is read.
    pub read: i64,
    /// Those of the delivered that a reader opened, where that is tracked.
    pub opened: i64,
    /// Those of the delivered in which a reader opened a link, where that is tracked.
    pub clicked: i64,
}

impl VariantCounts {
    /// Adds another's.
    pub fn add(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.failed += other.failed;
        self.faults += other.faults;
        self.read += other.read;
        self.opened += other.opened;
        self.clicked += other.clicked;
    }
}

/// Numbers of one variant in one bucket of users: as they are stored, or what is to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantCount {
    /// Whose.
    pub tenant: TenantId,
    /// Of which type.
    pub notification_type: NotificationType,
    /// In which channel.
    pub channel: Channel,
    /// The version that began the comparison.
    pub trial: u64,
    /// The variant.
    pub variant: String,
    /// The bucket, below [`USER_BUCKETS`].
    pub bucket: u8,
    /// The numbers.
    pub counts: VariantCounts,
}
