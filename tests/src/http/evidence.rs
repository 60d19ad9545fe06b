//! Files of evidence over HTTP: put in once, shown with the case that names them, never run.

mod bucket;
mod roles;
mod waiting;

use super::service::{Service, answer, settings, whole};
use super::staff::{administrator, appoint, keeper};
use crate::city::people::{
    auditor, community_secretary, everyone, leader, officer, other_street, resident, supervisor,
};
use crate::city::{City, LEAK, work};
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::policy::rows::{EvidenceKind, WhistleKind};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;

/// A folder for files, and a service that keeps them there.
async fn kept(city: City, bytes: u64) -> (tempfile::TempDir, Service) {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings();
    settings.evidence.folder = folder.path().join("evidence");
    settings.evidence.bytes = bytes;
    (folder, Service::with(city, settings).await)
}

/// A photo as a phone makes it: how it was held (6), where it was taken, a remark, then the picture, and
/// a film behind its end.
pub(crate) fn photo(size: usize) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0");
    exif.extend(b"\x25\x88\x02\0\x12\0\0\0\x26\0\0\0\0\0\0\0");
    exif.extend(b"GPS 26.0745 119.2965");
    let segment = |marker: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], &length[..], content].concat()
    };
    let mut photo = vec![0xff, 0xd8];
    photo.extend(segment(0xe1, &exif));
    photo.extend(segment(0xfe, b"taken by Lin"));
    photo.extend(segment(0xc0, b"\x08\0\x01\0\x01\x01\x01\x11\0"));
    photo.extend(segment(0xda, b"\x01\x01\0\0\x3f\0"));
    photo.extend(std::iter::repeat_n(0x5a, size));
    photo.extend([0xff, 0xd9]);
    photo.extend(b"a film behind it: GPS");
    photo
}

/// Who is refused while still sending may lose the answer with the line, and asks again.
async fn heard(request: impl Fn() -> reqwest::RequestBuilder) -> (StatusCode, Value) {
    for _ in 0..5 {
        if let Ok(answer) = request().send().await {
            let status = answer.status();
            return (status, answer.json().await.unwrap_or_default());
        }
    }
    answer(request()).await
}

async fn put(service: &Service, bytes: Vec<u8>) -> (StatusCode, Value) {
    let request = || service.request(&leader(), Method::POST, "/api/v1/evidence");
    heard(|| request().body(bytes.clone())).await
}

/// How many files lie below a folder, without the notes of those that wait for a case.
fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("waiting"))
        .map(|path| if path.is_dir() { files(&path) } else { 1 })
        .sum()
}

/// The same, once it is what is wanted, or has had five seconds to be.
async fn settled(folder: &Path, wanted: usize) -> usize {
    for _ in 0..50 {
        if files(folder) == wanted {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    files(folder)
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_kept_once_and_shown_without_where_it_was_taken() {
    let (folder, service) = kept(City::on_disk().await, 20 << 20).await;
    let photo = photo(3 << 20);
    let sha256 = hex::encode(Sha256::digest(&photo));
    let (status, first) = put(&service, photo.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{first}");
    let told = json!({ "sha256": sha256, "bytes": photo.len(), "media_type": "image/jpeg" });
    assert_eq!(first, told);
    let part = reqwest::multipart::Part::bytes(photo.clone()).file_name("a.svg");
    let form = reqwest::multipart::Form::new()
        .text("note", "x")
        .part("file", part);
    let request = service.request(&officer(), Method::POST, "/api/v1/evidence");
    let (status, again) = answer(request.multipart(form)).await;
    assert_eq!((status, &again), (StatusCode::CREATED, &told));
    assert_eq!(files(folder.path()), 1, "the same photo twice is one file");

    let report = json!({ "form": { "channel": "snap_report", "grid": "G-1", "description": "water",
        "evidence": [
            { "kind": "before_photo", "reference": sha256, "note": "the stairs" },
            { "kind": "document", "reference": "Nr. 7" } ] } });
    let (status, headers, told) = whole(service.post(&leader(), "/api/v1/cases", &report)).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let case = headers["location"].to_str().unwrap().to_owned();
    let list = answer(service.get(&leader(), &format!("{case}/evidence")))
        .await
        .1;
    assert_eq!(
        list["evidence"][0]["file"]["media_type"], "image/jpeg",
        "{list}"
    );
    assert_eq!(list["evidence"][1]["file"], Value::Null, "{list}");

    let file = format!("{case}/evidence/{sha256}");
    let shown = service.get(&supervisor(), &file).send().await.unwrap();
    assert_eq!(shown.status(), StatusCode::OK);
    let headers = shown.headers().clone();
    assert_eq!(headers["content-type"], "image/jpeg");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(
        headers["content-security-policy"],
        "default-src 'none'; sandbox"
    );
    let shown = shown.bytes().await.unwrap();
    assert!(!holds(&shown, "GPS") && !holds(&shown, "taken by Lin"));
    assert!(holds(&shown, "Exif"), "how it was held stays");
    assert!(shown.len() > 3 << 20, "the picture itself is whole");

    let original = format!("{file}?original=true");
    let (status, refused) = answer(service.get(&supervisor(), &original)).await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::FORBIDDEN, &json!("not_permitted"))
    );
    let whole = service.get(&leader(), &original).send().await.unwrap();
    assert!(
        whole.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment")
    );
    assert_eq!(whole.bytes().await.unwrap(), photo);
    let record = answer(service.get(&auditor(), "/api/v1/exports")).await.1;
    let record = record.to_string();
    assert!(
        record.contains(&sha256) && record.contains("P-leader"),
        "{record}"
    );
    assert!(!record.contains("P-supervisor"), "{record}");

    strangers_find_nothing(&service, &case, &file).await;
}

async fn strangers_find_nothing(service: &Service, case: &str, file: &str) {
    for stranger in [other_street(), resident()] {
        for path in [
            format!("{case}/evidence"),
            file.to_owned(),
            format!("{file}?original=true"),
        ] {
            let status = answer(service.get(&stranger, &path)).await.0;
            assert_eq!(status, StatusCode::NOT_FOUND, "{stranger:?} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_evidence_is_refused_and_nothing_of_it_is_kept() {
    let (folder, service) = kept(City::in_memory().await, 1 << 20).await;
    let page = "<!doctype html><script>alert(1)</script>".repeat(200);
    let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".to_owned();
    for bytes in [
        page.into_bytes(),
        drawing.into_bytes(),
        Vec::new(),
        b"MZ\x90\0".to_vec(),
    ] {
        let (status, told) = put(&service, bytes).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{told}");
        assert!(
            told["accepted"].as_str().unwrap().contains("image/jpeg"),
            "{told}"
        );
    }
    let (status, told) = put(&service, b"\x89PNG\r\n\x1a\n and no more".to_vec()).await;
    assert_eq!(
        (status.as_u16(), &told["code"]),
        (422, &json!("image_damaged"))
    );
    let (status, told) = put(&service, photo(2 << 20)).await;
    assert_eq!((status.as_u16(), &told["code"]), (413, &json!("too_large")));
    // Without a length in its head, the bound holds while it comes in.
    let endless = || {
        let reader = std::io::Cursor::new(photo(3 << 20));
        let parts = reqwest::Body::wrap_stream(tokio_util::io::ReaderStream::new(reader));
        let request = service.request(&leader(), Method::POST, "/api/v1/evidence");
        request.body(parts)
    };
    let (status, told) = heard(endless).await;
    assert_eq!((status.as_u16(), &told["code"]), (413, &json!("too_large")));
    let nobody = || service.anonymous(Method::POST, "/api/v1/evidence");
    let (status, told) = heard(|| nobody().body(photo(10))).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "{told}");
    assert_eq!(files(folder.path()), 0, "nothing is left");

    let case = answer(service.post(
        &leader(),
        "/api/v1/cases",
        &json!({ "form": { "channel": "snap_report", "grid": "G-1", "description": "water" } }),
    ));
    let case = case.await.1["case"].as_str().unwrap().to_owned();
    put(&service, photo(10)).await;
    let there = hex::encode(Sha256::digest(photo(10)));
    for name in [
        there.as_str(),
        "..%2f..%2fetc%2fpasswd",
        "%00",
        "A",
        "incoming",
    ] {
        let path = format!("/api/v1/cases/{case}/evidence/{name}");
        let status = answer(service.get(&leader(), &path)).await.0;
        assert_eq!(
            status,
            StatusCode::NOT_FOUND,
            "no event of the case names {name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_no_commands_brings_no_files() {
    let city = City::in_memory().await;
    appoint(&city, &[administrator(), keeper()]).await;
    let (folder, service) = kept(city, 1 << 20).await;
    let none = [auditor(), administrator(), keeper()];
    let others = everyone().into_iter().map(|(who, _)| who);
    let others = others.filter(|who| who.role != auditor().role);
    for who in none.iter().cloned().chain(others).chain([resident()]) {
        let request = service.request(&who, Method::POST, "/api/v1/evidence");
        let (status, told) = answer(request.body(photo(10))).await;
        if none.contains(&who) {
            assert_eq!(status, StatusCode::FORBIDDEN, "{}: {told}", who.role);
            let accepted = told["accepted"].as_str().unwrap();
            assert!(accepted.contains("grid_leader"), "{accepted}");
        } else {
            assert_eq!(status, StatusCode::CREATED, "{}: {told}", who.role);
        }
    }
    assert_eq!(files(folder.path()), 1, "all brought the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_breaks_leaves_no_file() {
    use tokio::io::AsyncWriteExt;
    let (folder, service) = kept(City::in_memory().await, 20 << 20).await;
    let place = service.address("");
    let place = place.strip_prefix("http://").unwrap();
    let mut line = tokio::net::TcpStream::connect(place).await.unwrap();
    let head = format!(
        "POST /api/v1/evidence HTTP/1.1\r\nhost: {place}\r\nauthorization: Bearer dev:P-leader\r\ncontent-length: 1000000\r\n\r\n"
    );
    line.write_all(head.as_bytes()).await.unwrap();
    line.write_all(&photo(100_000)).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    drop(line);
    assert_eq!(settled(folder.path(), 0).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_shown_before_a_whistle_is_evidence_of_the_case() {
    let (_folder, service) = kept(City::in_memory().await, 1 << 20).await;
    let (status, told) = put(&service, photo(10)).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let sha256 = told["sha256"].as_str().unwrap();
    let (case, city) = (crate::city::case(3), &service.city);
    city.allowed(resident(), case, work::report("the drain again"))
        .await;
    let undertaken = work::accept(CaseClass::Undertaken, LEAK);
    city.allowed(leader(), case, undertaken).await;
    let mut photo_of_it = work::evidence(EvidenceKind::BeforePhoto);
    photo_of_it.reference = sha256.to_owned();
    let blow = CaseCommand::BlowWhistle {
        kind: WhistleKind::Hard,
        ground: "resident_problem".to_owned(),
        targets: vec!["B-water".into()],
        prework: vec![photo_of_it],
        new_facts: String::new(),
    };
    city.allowed(community_secretary(), case, blow).await;
    let address = format!("/api/v1/cases/{case}/evidence");
    let (_, list) = answer(service.get(&leader(), &address)).await;
    assert_eq!(list["evidence"][0]["reference"], sha256, "{list}");
    let file = format!("{address}/{sha256}");
    let shown = service.get(&leader(), &file).send().await.unwrap();
    assert_eq!(shown.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_comes_in_drop_by_drop_is_cut_off_and_one_that_takes_its_time_is_not() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings();
    settings.evidence.folder = folder.path().join("evidence");
    (settings.answer_seconds, settings.evidence.seconds) = (1, 3);
    let service = Service::with(City::in_memory().await, settings).await;
    let place = service.address("");
    let place = place.strip_prefix("http://").unwrap();
    let whole = photo(10);
    for (pause, status) in [(1_500, "201"), (6_000, "503")] {
        let mut line = tokio::net::TcpStream::connect(place).await.unwrap();
        let head = format!(
            "POST /api/v1/evidence HTTP/1.1\r\nhost: {place}\r\nauthorization: Bearer dev:P-leader\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            whole.len()
        );
        let (first, rest) = whole.split_at(20);
        line.write_all(head.as_bytes()).await.unwrap();
        line.write_all(first).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
        // Whoever was cut off has an answer already.
        if status == "201" {
            line.write_all(rest).await.unwrap();
        }
        let mut told = vec![0; 12];
        line.read_exact(&mut told).await.unwrap();
        let told = String::from_utf8(told).unwrap();
        assert!(told.ends_with(status), "{told} after {pause} ms");
    }
    assert_eq!(
        settled(folder.path(), 1).await,
        1,
        "the one that came whole"
    );
}
