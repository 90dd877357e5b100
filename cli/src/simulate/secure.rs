//! The certificate of the cluster: signed by nobody else, as that of a fresh node is, and told apart by its SHA-256.

use super::world::Certificate;
use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rzp_lang::calc::encode::to_hex;
use rzp_lang::calc::hash::{Algorithm, digest};
use std::sync::Arc;

/// A new one, for this machine alone.
pub fn make() -> Result<Certificate, String> {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let told = |why: rcgen::Error| why.to_string();
    let mut params = CertificateParams::new(names).map_err(told)?;
    params.distinguished_name.push(DnType::CommonName, "rzp simulate");
    let key = KeyPair::generate().map_err(told)?;
    let certificate = params.self_signed(&key).map_err(told)?;
    Ok(Certificate { certificate: certificate.pem(), key: key.serialize_pem() })
}

/// What a client pins: `sha256:` and the digest.
pub fn fingerprint(certificate: &Certificate) -> Result<String, String> {
    let der = CertificateDer::from_pem_slice(certificate.certificate.as_bytes()).map_err(|why| why.to_string())?;
    Ok(format!("sha256:{}", to_hex(&digest(Algorithm::Sha256, &der))))
}

pub fn config(certificate: &Certificate) -> Result<Arc<ServerConfig>, String> {
    let chain = CertificateDer::from_pem_slice(certificate.certificate.as_bytes()).map_err(|why| why.to_string())?;
    let key = PrivateKeyDer::from_pem_slice(certificate.key.as_bytes()).map_err(|why| why.to_string())?;
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|why| why.to_string())?;
    let config = builder.with_no_client_auth().with_single_cert(vec![chain], key).map_err(|why| why.to_string())?;
    Ok(Arc::new(config))
}
