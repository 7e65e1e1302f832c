//! Whether the rows of a chain fit together.

use crate::{AuditHash, AuditHead, AuditRow, TenantId};

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainFault {
    /// Rows are missing before this one.
    Missing {
        /// The first number that is missing.
        first: u64,
        /// The last number that is missing.
        last: u64,
    },
    /// A row has the number of an earlier one.
    Repeated {
        /// The number.
        seq: u64,
    },
    /// A row is not what was stored, or does not follow the row before it.
    Changed {
        /// The number of the row.
        seq: u64,
    },
    /// The last row is not the one that the chain ends with.
    WrongEnd {
        /// The number of the last row.
        seq: u64,
    },
}

impl std::fmt::Display for ChainFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing { first, last } if first == last => write!(f, "row {first} is missing"),
            Self::Missing { first, last } => write!(f, "rows {first} to {last} are missing"),
            Self::Repeated { seq } => write!(f, "there are several rows {seq}"),
            Self::Changed { seq } => write!(
                f,
                "row {seq} was changed, or the row before it was replaced"
            ),
            Self::WrongEnd { seq } => write!(f, "the chain does not end with row {seq}"),
        }
    }
}

/// Looks at the rows of a tenant in their order, oldest first.
#[derive(Debug, Clone)]
pub struct ChainCheck {
    tenant: TenantId,
    head: AuditHead,
    seq: u64,
    hash: AuditHash,
    rows: u64,
    faults: Vec<ChainFault>,
}

/// Faults that are kept; a chain with more is broken as a whole.
const MOST_FAULTS: usize = 100;

impl ChainCheck {
    /// Begins after the rows that retention removed. `head` must be read before the rows: rows that are added meanwhile
    /// are looked at too.
    pub fn new(tenant: TenantId, head: AuditHead) -> Self {
        Self {
            tenant,
            seq: head.anchor_seq,
            hash: head.anchor_hash,
            head,
            rows: 0,
            faults: Vec::new(),
        }
    }

    /// Looks at the next row.
    pub fn row(&mut self, row: &AuditRow) {
        self.rows += 1;
        let expected = self.seq + 1;
        if row.seq < expected {
            self.fault(ChainFault::Repeated { seq: row.seq });
            return;
        }
        if row.seq > expected {
            let last = row.seq - 1;
            self.fault(ChainFault::Missing {
                first: expected,
                last,
            });
        } else if row.hash_after(&self.tenant, &self.hash) != row.hash {
            self.fault(ChainFault::Changed { seq: row.seq });
        }
        if row.seq == self.head.seq && (row.hash, row.id) != (self.head.hash, self.head.id) {
            self.fault(ChainFault::WrongEnd { seq: row.seq });
        }
        (self.seq, self.hash) = (row.seq, row.hash);
    }

    /// Ends the check: how many rows there were, the last number and hash, and what does not fit.
    pub fn finish(mut self) -> (u64, u64, AuditHash, Vec<ChainFault>) {
        if self.seq < self.head.seq {
            let (first, last) = (self.seq + 1, self.head.seq);
            self.fault(ChainFault::Missing { first, last });
        }
        (self.rows, self.seq, self.hash, self.faults)
    }

    fn fault(&mut self, fault: ChainFault) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }
}
