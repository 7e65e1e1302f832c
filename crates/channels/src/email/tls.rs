//! Whose certificates a relay may show.

use std::io;
use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use super::failure::Failure;
use super::settings::{EmailError, wrong};
use super::wire::Wire;

/// Mozilla's authorities, and those of the account.
#[derive(Debug, Clone, Default)]
pub(super) struct Roots(Vec<CertificateDer<'static>>);

impl Roots {
    pub(super) fn with(pem: &[u8]) -> Result<Self, &'static str> {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|_| "are not in PEM")?;
        if certificates.is_empty() {
            return Err("are not in PEM");
        }
        let roots = Self(certificates);
        roots.store()?;
        Ok(roots)
    }

    fn store(&self) -> Result<RootCertStore, &'static str> {
        let mut store = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        for certificate in &self.0 {
            store
                .add(certificate.clone())
                .map_err(|_| "hold one that cannot be read")?;
        }
        Ok(store)
    }

    fn connector(&self) -> Result<TlsConnector, &'static str> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| "cannot be used")?
            .with_root_certificates(self.store()?)
            .with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    }
}

/// What connections to one relay are protected with.
pub(super) struct Protection {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Protection {
    pub(super) fn new(roots: &Roots, host: &str) -> Result<Self, EmailError> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| wrong("host", "is no name that a certificate can have"))?;
        let connector = roots
            .connector()
            .map_err(|why| wrong("trusted_certificates", why))?;
        Ok(Self { connector, name })
    }

    /// Protects a connection from here on.
    pub(super) async fn add_to(&self, wire: Wire) -> Result<Wire, Failure> {
        let protected = wire.protected(&self.connector, self.name.clone()).await;
        protected.map_err(|error| {
            if is_about_certificate(&error) {
                Failure::Certificate
            } else {
                Failure::Handshake
            }
        })
    }
}

/// Whether the relay's certificate is what broke the connection.
fn is_about_certificate(error: &io::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let inner = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            .and_then(|inner| inner.downcast_ref::<rustls::Error>());
        let tls = inner.or_else(|| error.downcast_ref());
        if matches!(tls, Some(rustls::Error::InvalidCertificate(_))) {
            return true;
        }
        cause = error.source();
    }
    false
}
