//! A connection to the relay, ready for its first mail.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::classify::Phase;
use super::failure::Failure;
use super::patience::EmailPatience;
use super::session::Session;
use super::settings::{EmailError, EmailSettings, EmailTls, Login, wrong};
use super::stream::{Protected, Upgradable};
use super::tls::is_about_certificate;
use crate::outbound::Guard;

/// Look-up and TCP together; a relay is near or down.
const CONNECT: Duration = Duration::from_secs(5);

/// Opens connections of one account.
pub(super) struct Connector {
    host: String,
    port: u16,
    protection: Protection,
    login: Option<Login>,
    hello: ClientId,
    /// Where a tenant's relay may be; the operator's may be anywhere.
    guard: Option<Guard>,
    patience: EmailPatience,
}

enum Protection {
    StartTls(TlsParameters),
    Tls(Box<(TlsConnector, ServerName<'static>)>),
    None,
}

impl Connector {
    pub(super) fn new(settings: EmailSettings, guard: Option<Guard>) -> Result<Self, EmailError> {
        let unusable = |why| wrong("trusted_certificates", why);
        let host = settings.host;
        let protection = match settings.tls {
            EmailTls::StartTls => {
                Protection::StartTls(settings.roots.parameters(&host).map_err(unusable)?)
            }
            EmailTls::Tls => {
                let name = ServerName::try_from(host.clone())
                    .map_err(|_| wrong("host", "is no name that a certificate can have"))?;
                let connector = settings.roots.connector().map_err(unusable)?;
                Protection::Tls(Box::new((connector, name)))
            }
            EmailTls::None => Protection::None,
        };
        Ok(Self {
            host,
            port: settings.port,
            protection,
            login: settings.login,
            hello: hello(),
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
        let mut smtp = match &self.protection {
            Protection::None => self.greet(Box::new(tcp)).await?,
            Protection::Tls(tls) => {
                let (connector, name) = tls.as_ref();
                let handshake = connector.connect(name.clone(), tcp);
                let stream = timeout(self.patience.reply, handshake)
                    .await
                    .map_err(|_| Failure::Silent(Phase::Connect))?
                    .map_err(|error| handshake_failure(&error))?;
                self.greet(Box::new(Protected(stream))).await?
            }
            Protection::StartTls(parameters) => {
                let mut smtp = self.greet(Box::new(Upgradable::new(tcp))).await?;
                if !smtp.can_starttls() {
                    return Err(Failure::NoStartTls);
                }
                let upgrade = smtp.starttls(parameters.clone(), &self.hello);
                timeout(self.patience.reply, upgrade)
                    .await
                    .map_err(|_| Failure::Silent(Phase::Connect))?
                    .map_err(|error| match Failure::of(&error, Phase::Connect) {
                        Failure::Lost(_) => Failure::Handshake,
                        other => other,
                    })?;
                smtp
            }
        };
        let pipelining = self.offers_pipelining(&mut smtp).await?;
        if let Some(login) = &self.login {
            self.log_in(&mut smtp, login).await?;
        }
        Ok(Session::new(smtp, pipelining, self.patience))
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

    async fn greet(
        &self,
        stream: Box<dyn AsyncTokioStream>,
    ) -> Result<AsyncSmtpConnection, Failure> {
        let greeting = AsyncSmtpConnection::connect_with_transport(stream, &self.hello);
        timeout(self.patience.reply, greeting)
            .await
            .map_err(|_| Failure::Silent(Phase::Connect))?
            .map_err(|error| Failure::of(&error, Phase::Connect))
    }

    /// Asks once more by ourselves: lettre does not keep this extension's name.
    async fn offers_pipelining(&self, smtp: &mut AsyncSmtpConnection) -> Result<bool, Failure> {
        let offers = timeout(
            self.patience.reply,
            smtp.command(format!("EHLO {}\r\n", self.hello)),
        )
        .await
        .map_err(|_| Failure::Silent(Phase::Connect))?
        .map_err(|error| Failure::of(&error, Phase::Connect))?;
        let offered = offers
            .message()
            .any(|line| line.trim().eq_ignore_ascii_case("PIPELINING"));
        Ok(offered)
    }

    /// Only over a protected connection, unless the account asked for a plain one by name.
    async fn log_in(&self, smtp: &mut AsyncSmtpConnection, login: &Login) -> Result<(), Failure> {
        const KNOWN: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
        if smtp.server_info().get_auth_mechanism(&KNOWN).is_none() {
            return Err(Failure::NoLogin);
        }
        let credentials = Credentials::new(
            login.username.clone(),
            login.password.expose_secret().to_owned(),
        );
        timeout(self.patience.reply, smtp.auth(&KNOWN, &credentials))
            .await
            .map_err(|_| Failure::Silent(Phase::Auth))?
            .map_err(|error| Failure::of(&error, Phase::Auth))?;
        Ok(())
    }
}

/// The machine's name, or an address where it has none that a relay would take.
fn hello() -> ClientId {
    match ClientId::default() {
        ClientId::Domain(name)
            if name.is_empty()
                || !name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)) =>
        {
            ClientId::Ipv4(std::net::Ipv4Addr::LOCALHOST)
        }
        name => name,
    }
}

fn handshake_failure(error: &io::Error) -> Failure {
    if is_about_certificate(error) {
        Failure::Certificate
    } else {
        Failure::Handshake
    }
}
