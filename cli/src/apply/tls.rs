//! Which certificates are trusted: one by its fingerprint, those of given authorities, or the public ones.
//!
//! There is no way to trust all. A pinned certificate need not be valid for the host's name or the day: that it is this very
//! one says more. The handshake's signature is checked all the same, so that nobody can show a certificate without its key.

use super::contract::Target;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rzp_lang::calc::encode::to_hex;
use rzp_lang::calc::hash::{Algorithm, digest};
use std::sync::Arc;

/// What a target says of trust, as TLS wants it.
pub fn config(target: &Target) -> Result<Arc<ClientConfig>, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|why| why.to_string())?;
    let config = match (&target.fingerprint, &target.authorities) {
        (Some(fingerprint), _) => {
            let pin = Pin { wanted: hex(fingerprint), provider };
            builder.dangerous().with_custom_certificate_verifier(Arc::new(pin)).with_no_client_auth()
        }
        (None, Some(file)) => builder.with_root_certificates(authorities(file)?).with_no_client_auth(),
        (None, None) => {
            let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
            builder.with_root_certificates(roots).with_no_client_auth()
        }
    };
    Ok(Arc::new(config))
}

fn authorities(file: &str) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    let all = CertificateDer::pem_file_iter(file).map_err(|why| format!("cannot read `{file}`: {why}"))?;
    for one in all {
        let one = one.map_err(|why| format!("`{file}` holds no certificate in PEM: {why}"))?;
        roots.add(one).map_err(|why| format!("a certificate in `{file}` is no authority's: {why}"))?;
    }
    if roots.is_empty() { Err(format!("`{file}` holds no certificate")) } else { Ok(roots) }
}

/// The digits of a fingerprint, however it is written.
fn hex(fingerprint: &str) -> String {
    let digits = fingerprint.strip_prefix("sha256:").unwrap_or(fingerprint);
    digits.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_ascii_lowercase()
}

/// The fingerprint of a certificate, as a target has it.
fn fingerprint(certificate: &[u8]) -> String {
    to_hex(&digest(Algorithm::Sha256, certificate))
}

#[derive(Debug)]
struct Pin {
    wanted: String,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pin {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer,
        _intermediates: &[CertificateDer],
        _server_name: &ServerName,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let found = fingerprint(end_entity);
        if found == self.wanted {
            return Ok(ServerCertVerified::assertion());
        }
        Err(Error::General(format!("its certificate is sha256:{found}, and sha256:{} is trusted", self.wanted)))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
