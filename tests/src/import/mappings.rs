use gridwhistle::import::Mapping;

#[test]
fn every_built_in_mapping_is_complete_and_names_its_source() {
    let sources: Vec<_> = Mapping::built_in_names()
        .map(|name| Mapping::built_in(name).unwrap().source().to_owned())
        .collect();
    assert_eq!(
        sources,
        [
            "baltimore-311",
            "boston-311",
            "boston-311",
            "nyc-311",
            "pingshan"
        ]
    );
    let unknown = Mapping::built_in("atlantis").unwrap_err();
    assert!(unknown.accepted.en.contains("nyc-311"));
}

#[test]
fn no_built_in_mapping_reads_personal_columns() {
    let personal = [
        "location",
        "location_street_name",
        "location_zipcode",
        "closure_reason",
        "case_title",
        "Address",
        "ZipCode",
        "incident_address",
        "street_name",
        "incident_zip",
        "bbl",
        "resolution_description",
        "OCCUR_PLACE",
    ];
    for name in Mapping::built_in_names() {
        let mapping = Mapping::built_in(name).unwrap();
        for column in mapping.column_names() {
            assert!(!personal.contains(&column), "{name} reads {column}");
        }
    }
}

const GOOD: &str = r#"source = "my-city"
[time]
zone = "Asia/Shanghai"
formats = ["%Y-%m-%d %H:%M:%S"]
[columns]
id = "id"
created = "opened"
[class]
constant = "time_limited"
"#;

/// A good mapping with one line replaced (or a table added) is refused there, with words.
#[track_caller]
fn refused(replace: &str, by: &str, line: usize, field: &str, accepted: &str) {
    let toml = if replace.is_empty() {
        format!("{GOOD}{by}")
    } else {
        GOOD.replace(replace, by)
    };
    let problem = Mapping::parse(&toml).unwrap_err();
    assert_eq!(
        (problem.line, problem.field.as_str()),
        (line, field),
        "{problem}"
    );
    assert!(problem.accepted.en.contains(accepted), "{problem}");
    let text = problem.text();
    assert!(!problem.rule.zh.is_empty() && text.zh.contains(field) && text.en.contains(field));
}

#[test]
fn a_mapping_with_a_fault_is_refused_with_line_field_rule_and_what_would_do() {
    assert!(Mapping::parse(GOOD).is_ok());
    refused("my-city", "My City", 1, "source", "letters a-z");
    refused(
        "[time]",
        "delimiter = \",,\"\n[time]",
        2,
        "delimiter",
        "\",\"",
    );
    refused("Asia/Shanghai", "Beijing", 3, "time.zone", "Asia/Shanghai");
    refused("%Y-%m-%d %H", "%Y-%Q %H", 4, "time.formats[0]", "%Y-%m-%d");
    refused("[\"%Y-%m-%d %H:%M:%S\"]", "[]", 4, "time.formats", "%Y");
    refused("\"opened\"", "\" \"", 7, "columns.created", "header");
    refused(
        "constant",
        "column = \"c\"\nvalues = { x = \"y\" } #",
        10,
        "class.values.x",
        "special, undertaken",
    );
}

#[test]
fn faults_of_optional_tables_are_told_too() {
    refused(
        "",
        "[status]\ncolumn = \"s\"\nopen = [\"x\"]\nclosed = [\"x\"]\n",
        13,
        "status.closed",
        "one list",
    );
    refused(
        "",
        "[location]\nlatitude = \"a\"\nlongitude = \"b\"\nplaceholders = [\"here\"]\n",
        13,
        "location.placeholders",
        "42.3594",
    );
    refused(
        "",
        "[location]\nlatitude = \"a\"\nlongitude = \"b\"\nbounds = { south = \"91\", west = \"0\", north = \"1\", east = \"1\" }\n",
        13,
        "location.bounds.south",
        "90",
    );
    refused(
        "",
        "[location]\nlatitude = \"a\"\nlongitude = \"b\"\nbounds = { south = \"2\", west = \"0\", north = \"1\", east = \"1\" }\n",
        13,
        "location.bounds",
        "south <= north",
    );
    refused(
        "",
        "[missing]\nother = [\"-\"]\n",
        11,
        "missing.other",
        "opened",
    );
    refused(
        "",
        "[values.other]\na = \"b\"\n",
        10,
        "values.other",
        "opened",
    );
    refused("", "[colums]\n", 10, "colums", "`columns`");
    refused(
        "created = \"opened\"",
        "",
        5,
        "columns",
        "import-mapping.md",
    );
    refused("id = \"id\"", "id = 7", 6, "id", "a string");
    refused("source", "source = = ", 1, "source", "nothing");
    refused("constant = \"time_limited\"", "", 8, "class", "constant");
}
