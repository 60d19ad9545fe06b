//! Disks that are full.
#![expect(clippy::unwrap_used, reason = "a fixture that fails, fails its test")]

use std::os::unix::fs::{MetadataExt, chown};
use std::process::Command;
use std::time::Duration;

use gridwhistle_cluster::{Cluster, Settings};
use gridwhistle_store::conformance::{TENANT, append};
use gridwhistle_store::{AppendError, EventLog, PostgresOptions, StoreError};

use crate::desk::{open, patient};

/// Room on a disk of its own, given back when it is dropped.
struct Disk(tempfile::TempDir);

impl Disk {
    /// A disk of some MiB.
    fn of(size: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = format!("size={size}m,mode=0755");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(folder.path())
            .output()
            .unwrap();
        assert!(
            mounted.status.success(),
            "this test fills a small disk, which only root may mount: {}",
            String::from_utf8_lossy(&mounted.stderr)
        );
        Self(folder)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).output();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_for_the_whole_server_loses_nothing_and_it_goes_on_when_there_is_room()
{
    let disk = Disk::of(140);
    let settings = Settings::default()
        .under(disk.0.path())
        .with("max_wal_size", "32MB")
        .with("wal_recycle", "off");
    let cluster = Cluster::start(&settings);
    let database = cluster.database();
    let options = PostgresOptions {
        outage: Duration::from_secs(2),
        ..patient()
    };
    let log = open(&database.url(), options);
    let ballast = disk.0.path().join("ballast");
    let mut told = 0;
    let mut version = 0;
    let mut big = append("big", 0, 1);
    big.events[0].payload = format!("\"{}\"", "x1y2z3".repeat(20_000));
    let refused = loop {
        if told == 20 {
            let filled = Command::new("dd")
                .args(["if=/dev/zero", "bs=1M", "status=none"])
                .arg(format!("of={}", ballast.display()))
                .output()
                .unwrap();
            assert!(!filled.status.success(), "the disk is full now");
        }
        let mut next = big.clone();
        next.command_id = uuid::Uuid::new_v4();
        next.expected_version = version;
        match log.append(next).await {
            Ok(answer) => version = answer.version,
            Err(error) => break error,
        }
        told += 1;
        assert!(told < 5_000, "the disk does not fill");
    };
    // A full disk for rows is told as such; one for the write-ahead log stops the server.
    assert!(
        matches!(
            refused,
            AppendError::Storage(StoreError::DiskFull | StoreError::Unavailable { .. })
        ),
        "{refused}"
    );
    assert!(refused.may_retry(), "{refused}");
    std::fs::remove_file(&ballast).unwrap();
    tokio::task::block_in_place(|| cluster.restart());
    assert_eq!(log.head(TENANT).await.unwrap(), version);
    log.append(append("after", 0, 1)).await.unwrap();
    assert!(log.verify(TENANT).await.unwrap().is_sound());
}

/// The write-ahead log stands on another disk, so the server goes on, and says itself what is full.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_for_rows_is_told_as_such_and_the_log_goes_on_by_itself() {
    let disk = Disk::of(32);
    let cluster = Cluster::start(&Settings::default());
    let owner = std::fs::metadata(cluster.folder()).unwrap();
    chown(disk.0.path(), Some(owner.uid()), Some(owner.gid())).unwrap();
    let place = disk.0.path().display();
    cluster.sql(
        "postgres",
        &format!("create tablespace small location '{place}'"),
    );
    let database = cluster.database_with("tablespace small");
    let log = open(&database.url(), patient());
    let ballast = disk.0.path().join("ballast");
    std::fs::write(&ballast, vec![0; 6 * 1024 * 1024]).unwrap();
    // What cannot be compressed.
    let mut big = append("big", 0, 1);
    let noise: Vec<String> = (0..4_000)
        .map(|_| uuid::Uuid::new_v4().to_string())
        .collect();
    big.events[0].payload = format!("\"{}\"", noise.concat());
    let refused = loop {
        let mut next = big.clone();
        next.command_id = uuid::Uuid::new_v4();
        match log.append(next).await {
            Ok(answer) => big.expected_version = answer.version,
            Err(error) => break error,
        }
        assert!(big.expected_version < 1_000, "the disk does not fill");
    };
    let told = big.expected_version;
    assert_eq!(refused, AppendError::Storage(StoreError::DiskFull));
    assert!(refused.may_retry() && told > 0);
    assert_eq!(log.command(TENANT, big.command_id).await.unwrap(), None);
    let again = log.append(big.clone()).await.unwrap_err();
    assert_eq!(again, refused, "it is full as long as nobody makes room");
    std::fs::remove_file(&ballast).unwrap();
    let answer = log.append(big).await.unwrap();
    assert_eq!((answer.version, answer.repeated), (told + 1, false));
    assert_eq!(log.head(TENANT).await.unwrap(), told + 1);
    assert!(log.verify(TENANT).await.unwrap().is_sound());
}
