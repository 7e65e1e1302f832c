//! What a relay saw.

/// A mail that the relay took.
#[derive(Debug, Clone)]
pub struct ReceivedMail {
    /// The number of its connection, from 1.
    pub connection: usize,
    /// The address of MAIL.
    pub from: String,
    /// The addresses of RCPT that were not refused.
    pub to: Vec<String>,
    /// Headers and body, dots no longer doubled.
    pub content: Vec<u8>,
    /// Whether RCPT was already there when MAIL was read.
    pub pipelined: bool,
    /// Whether the connection was protected.
    pub protected: bool,
}

/// Everything that happened.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// Mails taken, in order.
    pub mails: Vec<ReceivedMail>,
    /// Connections opened so far.
    pub connections: usize,
    /// Connections open now.
    pub open: usize,
    /// The most that were ever open at once.
    pub most_open: usize,
    /// How many bytes of floods were taken.
    pub flooded: usize,
    /// Every command: the number of its connection, and its verb in capitals.
    pub commands: Vec<(usize, String)>,
    /// The names that clients said in EHLO.
    pub hellos: Vec<String>,
}

impl Ledger {
    /// How often a verb came.
    pub fn count(&self, verb: &str) -> usize {
        let same = |(_, seen): &&(usize, String)| seen == verb;
        self.commands.iter().filter(same).count()
    }

    /// How many mails each connection carried, in the order of the connections.
    pub fn mails_per_connection(&self) -> Vec<usize> {
        let mails = |connection| {
            let on_it = |mail: &&ReceivedMail| mail.connection == connection;
            self.mails.iter().filter(on_it).count()
        };
        (1..=self.connections).map(mails).collect()
    }
}
