//! A mail relay that keeps a ledger and answers as its script says.
//!
//! `script` is what a test can ask for, `ledger` what the relay saw, and
//! `dialogue` with `commands` one connection.

mod commands;
mod dialogue;
mod ledger;
mod script;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

pub use ledger::{Ledger, ReceivedMail};
pub use script::{SmtpAct, SmtpStep};

use script::Script;

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a relay offers.
#[derive(Debug, Clone, Default)]
pub struct SmtpOffers {
    /// PIPELINING in the answer to EHLO.
    pub pipelining: bool,
    /// STARTTLS there.
    pub starttls: bool,
    /// TLS from the first byte.
    pub tls: bool,
    /// AUTH there, with this name and password; mail is refused without it.
    pub login: Option<(String, String)>,
    /// Of the ways to log in only AUTH LOGIN.
    pub login_only: bool,
    /// How a line of a reply (code and text) is written, line end included.
    pub dress: Option<Dress>,
}

/// Turns a line of a reply into what goes over the wire.
pub type Dress = fn(&str) -> Vec<u8>;

struct Relay {
    offers: SmtpOffers,
    script: Script,
    ledger: watch::Sender<Ledger>,
    acceptor: TlsAcceptor,
}

/// Listens on a free port until it is dropped.
pub struct SmtpServer {
    address: SocketAddr,
    certificate: String,
    relay: Arc<Relay>,
    /// Dropped, it ends the listener and every connection.
    _serving: JoinSet<()>,
}

impl SmtpServer {
    /// Takes every mail.
    ///
    /// # Panics
    /// Without a free port.
    pub async fn start(offers: SmtpOffers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (acceptor, certificate) = crate::tls::acceptor();
        let relay = Arc::new(Relay {
            offers,
            script: Script::default(),
            ledger: watch::Sender::default(),
            acceptor,
        });
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, Arc::clone(&relay)));
        Self {
            address,
            certificate,
            relay,
            _serving: serving,
        }
    }

    /// The port on 127.0.0.1 and `localhost`.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The certificate it shows, for `localhost` and 127.0.0.1, in PEM; it is its own authority.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Does this at the next times that a step is reached, one after the other, and then as usual.
    pub fn at(&self, step: SmtpStep, acts: impl IntoIterator<Item = SmtpAct>) {
        self.relay.script.at(step, acts);
    }

    /// Does this whenever an address is named in RCPT.
    pub fn for_recipient(&self, address: &str, act: SmtpAct) {
        self.relay.script.for_recipient(address, act);
    }

    /// What happened so far.
    pub fn ledger(&self) -> Ledger {
        self.relay.ledger.borrow().clone()
    }

    /// Waits until what happened is enough.
    ///
    /// # Panics
    /// If it never is.
    pub async fn wait_until(&self, enough: impl Fn(&Ledger) -> bool) -> Ledger {
        let mut ledger = self.relay.ledger.subscribe();
        match tokio::time::timeout(PATIENCE, ledger.wait_for(|ledger| enough(ledger))).await {
            Ok(ledger) => ledger.expect("the sender is ours").clone(),
            Err(_) => panic!("not enough happened: {:?}", self.ledger()),
        }
    }
}

async fn serve(listener: TcpListener, relay: Arc<Relay>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((tcp, _)) = listener.accept().await else {
            return;
        };
        connections.spawn(dialogue::hold(tcp, Arc::clone(&relay)));
        // Those that ended need not be kept.
        while connections.try_join_next().is_some() {}
    }
}
