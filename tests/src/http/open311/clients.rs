//! The official contract, tried by an independent tool, and clients of the Python registry, unchanged.

use super::super::contract::{TOOL, run, tool};
use super::{FORM, opened, posted};
use crate::city::City;
use crate::http::service::Service;
use std::process::Command;

/// What the clients do. `three` was written for a Python that had `itertools.ifilter`.
const SCRIPT: &str = r#"
import itertools, sys
itertools.ifilter = filter
from georeport import GeoReport
from three import Three
root = sys.argv[1]
three = Three(root, jurisdiction="city")
assert three.discovery()["endpoints"][0]["url"] == root
codes = [one["service_code"] for one in three.services()]
assert "environment.leak" in codes, codes
assert three.services("environment.leak")["attributes"][0]["code"] == "anonymous"
made = three.post("environment.leak", address="Dongjie 5", name="Lin Xiaomei", phone="13812340000",
                  description="water on the stairs", **{"attribute[anonymous]": "yes"})
id = made[0]["service_request_id"]
assert three.request(id)[0]["service_request_id"] == id
assert three.token(id)[0]["service_request_id"] == id
assert id in [one["service_request_id"] for one in three.requests("environment.leak", status="open")]
for form in ["json", "xml"]:
    client = GeoReport(root, jurisdiction="city", output_format=form)
    assert "environment.leak" in [one["service_code"] for one in client.get_service_list()]
    definition = client.get_service_definition("environment.leak")
    assert definition["service_code"] == "environment.leak", definition
    assert client.get_service_request(id)["status"] == "open"
    assert client.get_service_requests(service_request_id=id), form
print("done", id)
"#;

async fn aside(mut command: Command, what: &'static str) {
    let tried = tokio::task::spawn_blocking(move || run(&mut command, what));
    tried.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_others_wrote_work_unchanged() {
    for city in [City::on_disk().await, City::on_a_database().await] {
        let service = opened(city).await;
        let mut command = Command::new(tool(&["georeport==0.3.1", "three==0.8.0"], "python"));
        command.args(["-c", SCRIPT, &service.address("/open311/v2")]);
        aside(command, "clients of Open311").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_contract_is_kept() {
    kept(opened(City::on_disk().await).await, "10").await;
    kept(opened(City::on_a_database().await).await, "3").await;
}

/// Tries the contract with so many made-up requests of each kind.
async fn kept(service: Service, examples: &str) {
    const CHECKS: &str = "not_a_server_error,content_type_conformance,response_schema_conformance";
    let made = posted(&service, FORM).await.1;
    let id = made[0]["service_request_id"].as_str().unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/open311");
    let contract = std::fs::read_to_string(format!("{root}/georeport_v2-1.swagger.yaml"))
        .expect("the official contract is read from ../shared/data");
    let folder = tempfile::tempdir().unwrap();
    // What is in a path is taken from what is there; everything else is made up.
    let known = format!(
        "[parameters]\nresponse_format = \"json\"\nservice_request_id = \"{id}\"\ntoken_id = \"{id}\"\nservice_code = \"environment.leak\"\n"
    );
    std::fs::write(folder.path().join("schemathesis.toml"), known).unwrap();
    let file = folder.path().join("contract.yaml");
    std::fs::write(&file, contract).unwrap();
    let mut command = Command::new(tool(&[TOOL], "schemathesis"));
    command
        .current_dir(folder.path())
        .arg("run")
        .arg(&file)
        .args(["--url", &service.address("/open311/v2")])
        .args([
            "--max-examples",
            examples,
            "--seed",
            "7",
            "--checks",
            CHECKS,
        ])
        .args(["--phases", "examples,coverage,fuzzing"]);
    aside(command, "the official contract").await;
}
