use gridwhistle::import::{ImportFailure, Importer, Mapping, Row, Survey};
use std::io::Write;
use std::sync::Arc;

fn mapping() -> Arc<Mapping> {
    let toml = r#"
        source = "my-city"
        [time]
        zone = "Asia/Shanghai"
        formats = ["%Y-%m-%d %H:%M:%S"]
        [columns]
        id = "编号"
        created = "受理时间"
        unit = "单位"
        [class]
        constant = "time_limited"
    "#;
    Arc::new(Mapping::parse(toml).unwrap())
}

fn list(rows: usize) -> Vec<u8> {
    let mut text = "编号,受理时间,单位\n".to_owned();
    for row in 0..rows {
        text.push_str(&format!(
            "{row},2026-07-01 08:00:00,第 {} 单位\n",
            row * 7919 % 1000
        ));
    }
    text.into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// The rows before the failure, and the failure; the same failure is found by a survey.
#[track_caller]
fn failing(bytes: &[u8]) -> (usize, ImportFailure) {
    let importer = match Importer::new(mapping(), bytes) {
        Ok(importer) => importer,
        Err(failure) => {
            assert_eq!(Survey::of(&mapping(), bytes), Err(failure.clone()));
            return (0, failure);
        }
    };
    let mut rows: Vec<_> = importer.collect();
    let failure = rows.pop().unwrap().unwrap_err();
    assert!(rows.iter().all(Result::is_ok), "nothing follows a failure");
    assert_eq!(Survey::of(&mapping(), bytes), Err(failure.clone()));
    let text = failure.text();
    assert!(!text.zh.is_empty() && text.en == failure.to_string());
    (rows.len(), failure)
}

#[test]
fn plain_packed_and_marked_files_read_alike() {
    let plain = list(100);
    let marked = [b"\xef\xbb\xbf".as_slice(), &plain].concat();
    let halves = [gzip(&plain[..500]), gzip(&plain[500..])].concat();
    let read = |bytes: &[u8]| -> Vec<Row> {
        Importer::new(mapping(), bytes)
            .unwrap()
            .map(Result::unwrap)
            .collect()
    };
    let rows = read(&plain);
    assert_eq!(rows.len(), 100);
    for bytes in [gzip(&plain), marked, halves] {
        assert_eq!(read(&bytes), rows);
    }
}

#[test]
fn an_empty_file_is_told() {
    for bytes in [&b""[..], b"\n\n", &gzip(b""), b"\xef\xbb\xbf"] {
        assert_eq!(failing(bytes), (0, ImportFailure::Empty));
    }
}

#[test]
fn a_missing_column_is_named_beside_those_present() {
    let (_, failure) = failing("编号,时间\n1,2\n".as_bytes());
    let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let missing = texts(&["受理时间", "单位"]);
    assert_eq!(
        failure,
        ImportFailure::ColumnsMissing {
            missing,
            present: texts(&["编号", "时间"])
        }
    );
    assert!(
        failure
            .to_string()
            .contains("lacks `受理时间`, `单位`; present: `编号`, `时间`")
    );
}

#[test]
fn a_column_that_stands_twice_is_told() {
    let (_, failure) = failing("编号,受理时间,单位,编号\n".as_bytes());
    assert_eq!(
        failure,
        ImportFailure::ColumnTwice {
            column: "编号".to_owned()
        }
    );
}

#[test]
fn a_truncated_gzip_gives_its_rows_and_then_says_where_it_ends() {
    let packed = gzip(&list(20_000));
    let (rows, failure) = failing(&packed[..packed.len() / 2]);
    let ImportFailure::GzipTruncated { line } = failure else {
        panic!("{failure:?}")
    };
    assert!(rows > 1_000, "{rows}");
    assert!(
        line.abs_diff(rows as u64) < 3,
        "line {line} after {rows} rows"
    );
    // Only the checksum at the end is missing: all rows are there, and still it is not intact.
    let (rows, failure) = failing(&packed[..packed.len() - 4]);
    assert!(
        matches!(failure, ImportFailure::GzipTruncated { .. }),
        "{failure:?}"
    );
    assert!(rows >= 19_999, "{rows}");
}

#[test]
fn a_damaged_gzip_is_told() {
    let mut packed = gzip(&list(20_000));
    let middle = packed.len() / 2;
    packed[middle..middle + 64].fill(0xff);
    let (_, failure) = failing(&packed);
    assert!(
        matches!(failure, ImportFailure::GzipCorrupt { .. }),
        "{failure:?}"
    );
}

#[test]
fn bytes_that_are_no_utf8_are_told_with_line_and_column() {
    // 鼓楼 in GB18030.
    let mut bytes = list(2);
    bytes.extend_from_slice(b"9,2026-07-01 08:00:00,\xb9\xc4\xc2\xa5\n");
    let (rows, failure) = failing(&bytes);
    assert_eq!(rows, 2);
    assert_eq!(
        failure,
        ImportFailure::NotUtf8 {
            line: 4,
            column: "单位".to_owned()
        }
    );
    assert!(failure.text().zh.contains("GB18030"));
}
