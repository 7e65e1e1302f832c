//! Whether the rows of a chain fit together.

use serde_json::{Value, json};

use crate::{AuditAction, AuditHash, AuditHead, AuditRow, TenantId};

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
    /// The rows that are said to have been removed are not those that retention has recorded.
    WrongBegin {
        /// The number of the last row that is said to have been removed.
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
            Self::WrongBegin { seq } => write!(
                f,
                "rows up to {seq} are gone, and retention has recorded the removal of others"
            ),
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
    /// The latest row that records a removal, and whether it is the one that left the anchor.
    removal: Option<(u64, bool)>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainEnd {
    /// How many rows there were.
    pub rows: u64,
    /// The number of the last row; 0 if there is none.
    pub last: u64,
    /// Its hash.
    pub hash: AuditHash,
    /// What does not fit, oldest first.
    pub faults: Vec<ChainFault>,
    /// The row that records which rows retention removed last; `None` if none does, as in a log from before there were such rows.
    pub removal_recorded_by: Option<u64>,
}

/// What retention records of its removal of the rows up to this one.
pub fn removal_record(rows: u64, (seq, hash): (u64, AuditHash)) -> Value {
    json!({"rows": rows, "through": through(seq, hash)})
}

fn through(seq: u64, hash: AuditHash) -> Value {
    json!({"seq": seq, "hash": hash.to_string()})
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
            removal: None,
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
        if row.action == AuditAction::AuditRemove.name() {
            let says: Option<Value> = row
                .after
                .as_deref()
                .and_then(|text| serde_json::from_str(text).ok());
            let anchor = through(self.head.anchor_seq, self.head.anchor_hash);
            let is_anchor = says.is_some_and(|says| says["through"] == anchor);
            self.removal = Some((row.seq, is_anchor));
        }
        (self.seq, self.hash) = (row.seq, row.hash);
    }

    /// Ends the check.
    pub fn finish(mut self) -> ChainEnd {
        if self.seq < self.head.seq {
            let (first, last) = (self.seq + 1, self.head.seq);
            self.fault(ChainFault::Missing { first, last });
        }
        // Each removal records itself, so the latest record is that of the anchor.
        if let Some((_, false)) = self.removal {
            let seq = self.head.anchor_seq;
            self.fault(ChainFault::WrongBegin { seq });
        }
        ChainEnd {
            rows: self.rows,
            last: self.seq,
            hash: self.hash,
            faults: self.faults,
            removal_recorded_by: self
                .removal
                .and_then(|(seq, is_anchor)| is_anchor.then_some(seq)),
        }
    }

    fn fault(&mut self, fault: ChainFault) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }
}
