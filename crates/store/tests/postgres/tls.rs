//! Encrypted lines: to the server that the address means, or to none.
#![expect(clippy::unwrap_used, reason = "a fixture that fails, fails its test")]

use std::sync::Arc;

use gridwhistle_cluster::{Cluster, Database, Settings};
use gridwhistle_store::conformance::{TENANT, append};
use gridwhistle_store::{EventLog, PostgresLog, PostgresOptions, StoreError, SystemClock};
use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair};

type Authority = CertifiedIssuer<'static, KeyPair>;

/// Somebody who signs certificates.
fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Lets a server encrypt, under a certificate for `host`.
fn encrypt(cluster: &Cluster, by: &Authority, host: &str) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, by).unwrap();
    // The server's own user must own the key, and nobody else may read it.
    for (file, text) in [
        ("server.crt", certificate.pem()),
        ("server.key", key.serialize_pem()),
    ] {
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        let write = format!(
            "copy (select convert_from(decode('{hex}', 'hex'), 'utf8')) to program \
             'umask 077; sed ''s/\\\\n/\\n/g'' > {file}'"
        );
        cluster.sql("postgres", &write);
    }
    cluster.sql("postgres", "alter system set ssl = on");
    cluster.sql("postgres", "select pg_reload_conf()");
}

/// The address with the file that names whom to trust.
fn trusting(database: &Database<'_>, folder: &tempfile::TempDir, authority: &Authority) -> String {
    let file = folder.path().join("root.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    let url = database.url();
    let joint = if url.contains('?') { '&' } else { '?' };
    format!(
        "{url}{joint}sslmode=verify-full&sslrootcert={}",
        file.display()
    )
}

fn open(url: &str) -> Result<PostgresLog, StoreError> {
    PostgresLog::open(url, Arc::new(SystemClock), PostgresOptions::default())
}

fn refused(url: &str) -> String {
    let refused = open(url).err().unwrap();
    assert!(matches!(refused, StoreError::Invalid { .. }), "{refused:?}");
    assert!(!refused.may_retry());
    refused.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_of_a_log_is_encrypted_where_the_address_says_so() {
    let (cluster, folder) = (
        Cluster::start(&Settings::default()),
        tempfile::tempdir().unwrap(),
    );
    let authority = authority();
    encrypt(&cluster, &authority, "127.0.0.1");
    let database = cluster.database();
    let url = trusting(&database, &folder, &authority);
    let log = open(&url).unwrap();
    let mut head = log.watch(TENANT);
    log.append(append("one", 0, 2)).await.unwrap();
    head.wait_for(|head| *head == 2).await.unwrap();
    assert_eq!(log.read_log(TENANT, 0, 10).await.unwrap().len(), 2);
    assert!(log.verify(TENANT).await.unwrap().is_sound());

    let views = gridwhistle_store::views::open(&url, Default::default());
    assert!(views.is_ok(), "the views stand behind the same address");
    let lines = "select count(*) from pg_stat_ssl join pg_stat_activity using (pid) \
                 where application_name = 'gridwhistle' and ssl";
    let plain = lines.replace("and ssl", "and not ssl");
    assert_ne!(database.sql(lines), "0");
    assert_eq!(database.sql(&plain), "0");
}

#[test]
fn a_server_that_is_not_the_one_meant_is_refused_and_not_tried_again() {
    let (cluster, folder) = (
        Cluster::start(&Settings::default()),
        tempfile::tempdir().unwrap(),
    );
    let database = cluster.database();
    let (trusted, other) = (authority(), authority());
    let url = trusting(&database, &folder, &trusted);
    assert!(refused(&url).contains("does not encrypt"));

    encrypt(&cluster, &other, "127.0.0.1");
    assert!(refused(&url).contains("`sslrootcert=FILE`"));
    encrypt(&cluster, &trusted, "another.example");
    assert!(refused(&url).contains("the host that the certificate names"));
    encrypt(&cluster, &trusted, "127.0.0.1");
    assert!(open(&url).is_ok());
}

#[test]
fn a_file_of_certificates_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (missing, empty) = (folder.path().join("none.pem"), folder.path().join("no.pem"));
    std::fs::write(&empty, "nothing\n").unwrap();
    for file in [missing, empty] {
        let url = format!(
            "postgres://gridwhistle@127.0.0.1:1/city?sslmode=require&sslrootcert={}",
            file.display()
        );
        let said = refused(&url);
        assert!(said.contains(&file.display().to_string()), "{said}");
    }
}
