//! A connection to the relay, ready for its first mail.

use std::net::SocketAddr;
use std::time::Duration;

use campanile_domain::HeloName;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::classify::Phase;
use super::dialogue::Dialogue;
use super::failure::Failure;
use super::hello;
use super::login::log_in;
use super::patience::EmailPatience;
use super::session::Session;
use super::settings::{EmailError, EmailSettings, EmailTls, Login};
use super::tls::Protection;
use crate::outbound::Guard;

/// Look-up and TCP together; a relay is near or down.
const CONNECT: Duration = Duration::from_secs(5);

/// Opens connections of one account.
pub(super) struct Connector {
    host: String,
    port: u16,
    protection: Option<(When, Protection)>,
    login: Option<Login>,
    helo: Option<HeloName>,
    /// Where a tenant's relay may be; the operator's may be anywhere.
    guard: Option<Guard>,
    patience: EmailPatience,
}

/// When a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    AtOnce,
    AfterStartTls,
}

impl Connector {
    pub(super) fn new(settings: EmailSettings, guard: Option<Guard>) -> Result<Self, EmailError> {
        let when = match settings.tls {
            EmailTls::Tls => Some(When::AtOnce),
            EmailTls::StartTls => Some(When::AfterStartTls),
            EmailTls::None => None,
        };
        let protection = when.map(|when| {
            Protection::new(&settings.roots, &settings.host).map(|protection| (when, protection))
        });
        Ok(Self {
            protection: protection.transpose()?,
            host: settings.host,
            port: settings.port,
            login: settings.login,
            helo: settings.helo,
            guard,
            patience: settings.patience,
        })
    }

    /// Connects, protects, says EHLO and logs in.
    pub(super) async fn open(&self) -> Result<Session, Failure> {
        let tcp = timeout(CONNECT, self.tcp())
            .await
            .map_err(|_| Failure::ConnectTimeout)??;
        // Commands are answered one by one: a delayed one costs 40 ms.
        tcp.set_nodelay(true).map_err(|_| Failure::Unreachable)?;
        let from = tcp.local_addr().map_err(|_| Failure::Unreachable)?;
        let hello = hello::name(self.helo.as_ref(), from);
        let mut dialogue = Dialogue::new(Box::new(tcp), self.patience);
        if let Some((When::AtOnce, protection)) = &self.protection {
            dialogue = dialogue.protected(protection).await?;
        }
        dialogue.greeting().await?;
        let mut offers = dialogue.hello(hello.as_str()).await?;
        if let Some((When::AfterStartTls, protection)) = &self.protection {
            if !offers.starttls {
                return Err(Failure::NoStartTls);
            }
            dialogue.ask(Phase::Connect, "STARTTLS\r\n").await?;
            dialogue = dialogue.protected(protection).await?;
            // What was offered before may not have been the relay's word (RFC 3207, section 4.2).
            offers = dialogue.hello(hello.as_str()).await?;
        }
        // Only over a protected connection, unless the account asked for a plain one by name.
        if let Some(login) = &self.login {
            log_in(&mut dialogue, &offers, login).await?;
        }
        Ok(Session::new(dialogue, offers.pipelining))
    }

    /// Tries the name's addresses in turn. For a tenant one that is not allowed is enough to refuse
    /// the name: an honest one has none.
    async fn tcp(&self) -> Result<TcpStream, Failure> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await;
        let found: Vec<SocketAddr> = found.map_err(|_| Failure::Unresolved)?.collect();
        if let Some(guard) = &self.guard {
            for address in &found {
                guard.judge(address.ip()).map_err(|_| Failure::Forbidden)?;
            }
        }
        for address in found {
            if let Ok(tcp) = TcpStream::connect(address).await {
                return Ok(tcp);
            }
        }
        Err(Failure::Unreachable)
    }
}
