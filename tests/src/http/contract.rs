//! Our own description held against ourselves by an independent tool: made-up requests of every form
//! that the document allows meet no error of the service and no answer that it does not describe.

use super::service::Service;
use crate::city::City;
use crate::city::people::{city_office, supervisor};
use crate::city::work;
use gridwhistle::domain::actor::Actor;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(super) const TOOL: &str = "schemathesis==4.32.5";
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Where a tool of the Python registry is, installed once.
pub(crate) fn tool(packages: &[&str], program: &str) -> PathBuf {
    let name = format!("tools-{}", packages.join("-").replace(['=', '.'], "_"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../target/tmp")
        .join(name);
    let done = folder.join("complete");
    if !done.exists() {
        let _ = std::fs::remove_dir_all(&folder);
        run(
            Command::new("python3").args(["-m", "venv"]).arg(&folder),
            "python3 with its module venv is needed (Debian: apt-get install python3-venv)",
        );
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ];
        run(
            Command::new(folder.join("bin/python"))
                .args(pip)
                .args(packages),
            "the Python registry is needed once, to install the tools that try our interface",
        );
        std::fs::write(done, "").unwrap();
    }
    folder.join("bin").join(program)
}

pub(super) fn run(command: &mut Command, needs: &str) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{needs}: {error}"));
    let said = String::from_utf8_lossy(&output.stdout);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{needs}: {said}{err}");
}

async fn tried(service: &Service, who: &Actor, folder: &Path) {
    // A position that is not there yet is waited for, and answered with 503, as it should be.
    let settings = "[parameters]\nmin_position = 1\nlog-position-min = \"1\"\n";
    std::fs::write(folder.join("schemathesis.toml"), settings).unwrap();
    let document = service.address("/api/v1/openapi.json");
    let (person, office) = (&who.person, format!("{}/{}", who.role, who.unit));
    let mut command = Command::new(tool(&[TOOL], "schemathesis"));
    command
        .current_dir(folder)
        .args(["run", &document, "--max-examples", "2", "--seed", "7"])
        .args(["--phases", "coverage,fuzzing", "--checks", CHECKS])
        // It has no end, for which the tool would wait each time.
        .args(["--exclude-path", "/api/v1/events/stream"])
        .args(["-H", &format!("Authorization: Bearer dev:{person}")])
        .args(["-H", &format!("Gridwhistle-Office: {office}")]);
    let what = format!("the service as {office}");
    let tried = tokio::task::spawn_blocking(move || run(&mut command, &what));
    tried.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn made_up_requests_meet_no_error_and_no_answer_that_is_not_described() {
    // One who sees all that is overseen, and one who sets the tenant up, each on a store of their own.
    for (city, who) in [
        (City::on_disk().await, supervisor()),
        (City::on_a_database().await, city_office()),
    ] {
        work::closed(&city, crate::city::case(1)).await;
        work::time_limited(&city, crate::city::case(2)).await;
        let service = Service::of(city).await;
        let folder = tempfile::tempdir().unwrap();
        tried(&service, &who, folder.path()).await;
    }
}
