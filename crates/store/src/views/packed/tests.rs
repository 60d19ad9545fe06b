//! What is packed comes back, and is told from what was before.

use super::*;

const COLUMNS: [Column; 6] = [
    Column::text("a"),
    Column::integer("b"),
    Column::instant("c"),
    Column::bool("d"),
    Column::text("e"),
    Column::bool("f"),
];

fn row(text: &str, number: i64) -> Vec<Value> {
    let at = DateTime::from_timestamp_micros(number / 1_000_000).unwrap();
    let (text, number) = (Value::from(text), Value::from(number));
    vec![
        text,
        number,
        at.into(),
        true.into(),
        Value::Null,
        false.into(),
    ]
}

pub(crate) fn rows() -> Vec<Vec<Value>> {
    let sizes = [0, 1, 11, 12, 255, 256, 65_535, 65_536];
    let numbers = [
        0,
        7,
        -1,
        i64::MAX,
        i64::MIN,
        99_999_999_999,
        100_000_000_000,
        1,
    ];
    let texts = sizes.map(|size| "案\"\\ x".chars().cycle().take(size).collect::<String>());
    texts
        .iter()
        .zip(numbers)
        .map(|(text, number)| row(text, number))
        .collect()
}

#[test]
fn what_is_packed_is_unpacked_whole_or_in_part() {
    for row in rows() {
        let bytes = pack(&row);
        assert_eq!(unpack(&bytes, &COLUMNS).unwrap(), row);
        let mut some = vec![Value::Null; COLUMNS.len()];
        unpack_some(&bytes, &COLUMNS, &[1, 3], &mut some).unwrap();
        assert_eq!(
            (&some[0], &some[1], &some[2]),
            (&Value::Null, &row[1], &Value::Null)
        );
        assert_eq!(some[3], row[3]);
    }
}

#[test]
fn bytes_that_nobody_wrote_are_damage() {
    let bytes = pack(&row("some text", 7));
    for end in 0..bytes.len() - 1 {
        assert!(unpack(&bytes[..end], &COLUMNS).is_err(), "{end}");
    }
    let swapped = [Column::integer("a"), Column::text("b")];
    assert!(unpack(&bytes, &swapped).is_err());
}

#[test]
fn a_row_is_told_from_the_one_before_whole_or_but_for_its_last_cell() {
    static COLUMNS: [Column; 2] = [Column::text("a"), Column::integer("b")];
    let mut packer = Packer::default();
    let mut tell = |text: &str, number| {
        packer.text(text);
        packer.integer(number);
        std::mem::take(&mut packer)
    };
    let before = tell("long enough for a size", 7).row(&COLUMNS);
    for (text, number, changed, changed_before_last) in [
        ("long enough for a size", 7, false, false),
        ("long enough for a size", 123_456_789_012, true, false),
        ("long enough for a sizf", 7, true, true),
        ("long enough for", 7, true, true),
        ("", 7, true, true),
    ] {
        let row = tell(text, number).changed(&COLUMNS, Some(&before));
        assert_eq!(row.is_some(), changed, "{text} {number}");
        let row = tell(text, number).changed_before_last(&COLUMNS, Some(&before));
        assert_eq!(row.is_some(), changed_before_last, "{text} {number}");
    }
    assert!(tell("", 0).changed(&COLUMNS, None).is_some());
    assert!(tell("", 0).changed_before_last(&COLUMNS, None).is_some());
}
