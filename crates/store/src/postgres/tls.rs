//! Encrypted lines to the database.
//!
//! A line is plain, or encrypted to a server whose certificate names the host and is signed by
//! somebody who is trusted: by the machine, or by the file that the address names. A line that is
//! encrypted to anybody who answers protects nothing, so there is none between the two.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::StoreError;

/// The values of `sslmode` that libpq knows and that all mean an encrypted, checked line here.
const CHECKED: [&str; 2] = ["sslmode=verify-full", "sslmode=verify-ca"];

/// The address as the client reads it, and the file of certificates that it names
/// (`sslrootcert=FILE`).
pub(crate) fn read(url: &str) -> (String, Option<PathBuf>) {
    let Some((before, options)) = url.split_once('?') else {
        return (url.to_owned(), None);
    };
    let mut roots = None;
    let mut kept = Vec::new();
    for option in options.split('&') {
        match option.strip_prefix("sslrootcert=") {
            Some(file) => roots = Some(PathBuf::from(file)),
            None if CHECKED.contains(&option) => kept.push("sslmode=require"),
            None => kept.push(option),
        }
    }
    let url = match kept.as_slice() {
        [] => before.to_owned(),
        kept => format!("{before}?{}", kept.join("&")),
    };
    (url, roots)
}

/// What encrypts the lines of a database; says in `config` whether there is anything to encrypt.
pub(crate) fn connector(
    config: &mut Config,
    roots: Option<&Path>,
) -> Result<MakeRustlsConnect, StoreError> {
    let mut trusted = RootCertStore::empty();
    if config.get_ssl_mode() == SslMode::Require {
        trusted = match roots {
            Some(file) => of_file(file)?,
            None => of_machine()?,
        };
    } else {
        config.ssl_mode(SslMode::Disable);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error))?
        .with_root_certificates(trusted)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(tls))
}

fn of_file(file: &Path) -> Result<RootCertStore, StoreError> {
    let unreadable =
        |why: &dyn std::fmt::Display| refused(&format!("sslrootcert {}: {why}", file.display()));
    let found = CertificateDer::pem_file_iter(file).map_err(|error| unreadable(&error))?;
    let mut trusted = RootCertStore::empty();
    for certificate in found {
        let certificate = certificate.map_err(|error| unreadable(&error))?;
        trusted
            .add(certificate)
            .map_err(|error| unreadable(&error))?;
    }
    if trusted.is_empty() {
        return Err(unreadable(&"it holds no certificate; PEM goes"));
    }
    Ok(trusted)
}

fn of_machine() -> Result<RootCertStore, StoreError> {
    let found = rustls_native_certs::load_native_certs();
    let mut trusted = RootCertStore::empty();
    trusted.add_parsable_certificates(found.certs);
    if trusted.is_empty() {
        return Err(refused(
            &"this machine trusts no certificate; name a file by `sslrootcert=FILE`",
        ));
    }
    Ok(trusted)
}

fn refused(rule: &dyn std::fmt::Display) -> StoreError {
    StoreError::Invalid {
        field: "the address of the log".to_owned(),
        rule: rule.to_string(),
    }
}
