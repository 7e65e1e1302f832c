//! How long a relay may take.

use std::time::Duration;

/// How long to wait for what.
#[derive(Debug, Clone, Copy)]
pub struct EmailPatience {
    /// For any reply but the last; 60 s.
    pub reply: Duration,
    /// For all that is said before the mail itself, however steadily a relay answers: opening a
    /// connection up to the login has so long, and the envelope of each mail too; 3 min.
    pub dialogue: Duration,
    /// For the reply to a whole mail. 10 min (RFC 5321, section 4.5.3.2.6), as a mail that is given
    /// up here may still be delivered, and the next attempt doubles it.
    pub last_reply: Duration,
    /// A connection that was idle for longer is asked whether it still lives; 30 s.
    pub check_after: Duration,
    /// An idle connection is closed after so long; 5 min.
    pub close_after: Duration,
}

impl Default for EmailPatience {
    fn default() -> Self {
        Self {
            reply: Duration::from_secs(60),
            dialogue: Duration::from_secs(180),
            last_reply: Duration::from_secs(600),
            check_after: Duration::from_secs(30),
            close_after: Duration::from_secs(300),
        }
    }
}
