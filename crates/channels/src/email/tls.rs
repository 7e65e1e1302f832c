//! Whose certificates a relay may show.

use std::sync::Arc;

use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

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

    /// For a connection that is protected from the first byte.
    pub(super) fn connector(&self) -> Result<TlsConnector, &'static str> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| "cannot be used")?
            .with_root_certificates(self.store()?)
            .with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    }

    /// For one that lettre upgrades.
    pub(super) fn parameters(&self, host: &str) -> Result<TlsParameters, &'static str> {
        let mut builder = TlsParameters::builder(host.to_owned())
            .certificate_store(CertificateStore::WebpkiRoots);
        for certificate in &self.0 {
            let certificate = Certificate::from_der(certificate.to_vec())
                .map_err(|_| "hold one that cannot be read")?;
            builder = builder.add_root_certificate(certificate);
        }
        builder.build_rustls().map_err(|_| "cannot be used")
    }
}

/// Whether the relay's certificate is what broke the connection.
pub(super) fn is_about_certificate(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let inner = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
            .and_then(|inner| inner.downcast_ref::<rustls::Error>());
        let tls = inner.or_else(|| error.downcast_ref());
        if matches!(tls, Some(rustls::Error::InvalidCertificate(_))) {
            return true;
        }
        cause = error.source();
    }
    false
}
