//! What a line is encrypted with.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair, SanType};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;

use crate::error::Error;
use crate::settings::{Settings, Tls};

/// How long a certificate of our own is good. Browsers refuse what is good for longer than 398 days.
const DAYS: i64 = 397;

/// What takes lines and makes them safe, with the certificate's fingerprint; none without TLS.
pub(crate) fn acceptor(settings: &Settings) -> Result<Option<(TlsAcceptor, String)>, Error> {
    match &settings.tls {
        Tls::Off => Ok(None),
        Tls::Files { certificate, key } => open(certificate, key).map(Some),
        Tls::Generated { folder } => {
            let (certificate, key) = (folder.join("server.crt"), folder.join("server.key"));
            if is_outdated(&certificate, &key) {
                generate(folder, &certificate, &key, settings)?;
            }
            open(&certificate, &key).map(Some)
        }
    }
}

fn fault(path: &Path, problem: impl ToString, hint: &'static str) -> Error {
    Error::Certificate { path: path.to_owned(), problem: problem.to_string(), hint }
}

fn open(certificate: &Path, key: &Path) -> Result<(TlsAcceptor, String), Error> {
    const PEM: &str = "the file has to be PEM: text that begins with -----BEGIN";
    let chain = CertificateDer::pem_file_iter(certificate).map_err(|error| fault(certificate, error, PEM))?;
    let chain: Vec<CertificateDer<'_>> = chain.collect::<Result<_, _>>().map_err(|error| fault(certificate, error, PEM))?;
    let Some(first) = chain.first() else { return Err(fault(certificate, "no certificate in it", PEM)) };
    let fingerprint = fingerprint(first);
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| fault(key, error, PEM))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| fault(certificate, error, "this is a bug"))?.with_no_client_auth();
    let mut config = config
        .with_single_cert(chain, secret)
        .map_err(|error| fault(certificate, error, "the key has to be the one that the certificate was made for"))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((TlsAcceptor::from(Arc::new(config)), fingerprint))
}

/// SHA-256 of a certificate, as browsers show it.
fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let bytes: Vec<String> = Sha256::digest(certificate).iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(":")
}

/// Whether a certificate of our own is missing, or near its end by the age of its file.
fn is_outdated(certificate: &Path, key: &Path) -> bool {
    let age = fs::metadata(certificate).and_then(|meta| meta.modified()).ok().and_then(|made| made.elapsed().ok());
    !key.exists() || age.is_none_or(|age| age.as_secs() > (DAYS as u64 - 30) * 86_400)
}

fn generate(folder: &Path, certificate: &Path, key: &Path, settings: &Settings) -> Result<(), Error> {
    const PLACE: &str = "the folder has to be writable; or give a certificate of your own";
    let (signed, pair) = signed(settings).map_err(|error| fault(certificate, error, "the names have to be host names"))?;
    fs::create_dir_all(folder).map_err(|error| fault(folder, error, PLACE))?;
    write(key, &pair.serialize_pem()).map_err(|error| fault(key, error, PLACE))?;
    write(certificate, &signed.pem()).map_err(|error| fault(certificate, error, PLACE))?;
    tracing::info!(certificate = %certificate.display(), "certificate generated");
    Ok(())
}

fn signed(settings: &Settings) -> Result<(rcgen::Certificate, KeyPair), rcgen::Error> {
    let mut names = vec!["localhost".to_owned()];
    names.extend(settings.hosts.iter().filter(|host| host.parse::<IpAddr>().is_err()).cloned());
    let mut params = CertificateParams::new(names)?;
    let mut addresses = vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    addresses.extend(settings.hosts.iter().filter_map(|host| host.parse::<IpAddr>().ok()));
    addresses.extend(Some(settings.listen).filter(|listen| !listen.ip().is_unspecified()).as_ref().map(SocketAddr::ip));
    params.subject_alt_names.extend(addresses.into_iter().map(SanType::IpAddress));
    params.distinguished_name.push(DnType::CommonName, "Watchfire");
    let now = time::OffsetDateTime::now_utc();
    params.not_before = now - time::Duration::days(1);
    params.not_after = now + time::Duration::days(DAYS - 1);
    let pair = KeyPair::generate()?;
    Ok((params.self_signed(&pair)?, pair))
}

/// Writes a file that its owner alone may read.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
