//! A whole row in one cell: how ended versions stand in the past, and rows wait in memory.
//!
//! The cell is an array in SQLite's own JSONB, so that whoever reads the file with other tools
//! still finds each column by `->>`, and a row costs one cell to write instead of sixty. Texts are
//! kept raw, instants as UTC microseconds.

use chrono::DateTime;
use rusqlite::CachedStatement;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::failure::Failure;
use crate::views::{Column, ColumnKind, Value};

/// Types of JSONB elements, the low half of their first byte.
const NULL: u8 = 0;
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const INTEGER: u8 = 3;
const TEXT: u8 = 10;
const ARRAY: u8 = 11;

/// High halves of a first byte: sizes up to eleven stand there, larger ones in the bytes after it.
const BYTE: u8 = 12;
const TWO_BYTES: u8 = 13;
const FOUR_BYTES: u8 = 14;

/// First byte and size of the array.
const HEADER: usize = 5;

/// The bytes of a row.
pub(super) fn pack(row: &[Value]) -> Box<[u8]> {
    packed(row.iter(), |bytes, value| {
        match value {
            Value::Text(text) => push(bytes, TEXT, text.as_bytes()),
            Value::Integer(number) => push_number(bytes, *number),
            Value::Instant(at) => push_number(bytes, at.timestamp_micros()),
            Value::Bool(truth) => bytes.push(if *truth { TRUE } else { FALSE }),
            Value::Null => bytes.push(NULL),
        }
        Ok(())
    })
    .unwrap_or_default()
}

/// The bytes of a row that stands in a table, its first column at `first`.
pub(super) fn pack_row(
    row: &rusqlite::Row<'_>,
    first: usize,
    columns: &[Column],
) -> Result<Box<[u8]>, Failure> {
    packed(columns.iter().zip(first..), |bytes, (column, place)| {
        match (column.kind, row.get_ref(place)?) {
            (_, ValueRef::Null) => bytes.push(NULL),
            (ColumnKind::Text, ValueRef::Text(text)) => push(bytes, TEXT, text),
            (ColumnKind::Bool, ValueRef::Integer(truth)) => {
                bytes.push(if truth == 0 { FALSE } else { TRUE });
            }
            (_, ValueRef::Integer(number)) => push_number(bytes, number),
            _ => return Err(damage(column)),
        }
        Ok(())
    })
}

fn packed<T>(
    cells: impl Iterator<Item = T>,
    each: impl Fn(&mut Vec<u8>, T) -> Result<(), Failure>,
) -> Result<Box<[u8]>, Failure> {
    let mut bytes = Vec::with_capacity(1_024);
    bytes.extend([FOUR_BYTES << 4 | ARRAY, 0, 0, 0, 0]);
    for cell in cells {
        each(&mut bytes, cell)?;
    }
    // A row of four gigabytes is more than SQLite takes, and is refused there.
    let size = u32::try_from(bytes.len() - HEADER).unwrap_or(u32::MAX);
    bytes[1..HEADER].copy_from_slice(&size.to_be_bytes());
    // Cut to its size: many wait in memory.
    Ok(bytes.as_slice().into())
}

fn push(bytes: &mut Vec<u8>, kind: u8, payload: &[u8]) {
    let size = payload.len();
    if let (Ok(size), true) = (u8::try_from(size), size < usize::from(BYTE)) {
        bytes.push(size << 4 | kind);
    } else if let Ok(size) = u8::try_from(size) {
        bytes.extend([BYTE << 4 | kind, size]);
    } else if let Ok(size) = u16::try_from(size) {
        bytes.push(TWO_BYTES << 4 | kind);
        bytes.extend(size.to_be_bytes());
    } else {
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        bytes.push(FOUR_BYTES << 4 | kind);
        bytes.extend(size.to_be_bytes());
    }
    bytes.extend_from_slice(payload);
}

fn push_number(bytes: &mut Vec<u8>, number: i64) {
    push(
        bytes,
        INTEGER,
        itoa::Buffer::new().format(number).as_bytes(),
    );
}

/// One cell of a packed row, as it lies there.
enum Cell<'b> {
    Null,
    Truth(bool),
    Number(i64),
    Text(&'b [u8]),
}

/// The cells of a packed row in their order.
struct Cells<'b>(&'b [u8]);

impl<'b> Cells<'b> {
    fn of(bytes: &'b [u8]) -> Self {
        Self(bytes.get(HEADER..).unwrap_or_default())
    }

    /// The next cell's type and payload; none where the bytes are not what this store writes.
    fn next(&mut self) -> Option<(u8, &'b [u8])> {
        let (first, rest) = self.0.split_first()?;
        let (wide, size) = match first >> 4 {
            small @ 0..BYTE => (0, usize::from(small)),
            BYTE => (1, usize::from(*rest.first()?)),
            TWO_BYTES => (
                2,
                usize::from(u16::from_be_bytes(rest.get(..2)?.try_into().ok()?)),
            ),
            FOUR_BYTES => {
                let size = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?);
                (4, usize::try_from(size).ok()?)
            }
            _ => return None,
        };
        let (payload, rest) = rest.get(wide..)?.split_at_checked(size)?;
        self.0 = rest;
        Some((first & 0x0f, payload))
    }

    fn read(&mut self) -> Option<Cell<'b>> {
        let (kind, payload) = self.next()?;
        Some(match kind {
            NULL => Cell::Null,
            TRUE => Cell::Truth(true),
            FALSE => Cell::Truth(false),
            INTEGER => Cell::Number(number(payload)?),
            TEXT => Cell::Text(payload),
            _ => return None,
        })
    }
}

/// The number of some digits.
fn number(digits: &[u8]) -> Option<i64> {
    let (minus, digits) = match digits.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, digits),
    };
    let mut number = 0_i64;
    for digit in digits {
        let digit = i64::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
        let digit = if minus { -digit } else { digit };
        number = number.checked_mul(10)?.checked_add(digit)?;
    }
    (!digits.is_empty()).then_some(number)
}

/// The row of some bytes.
pub(super) fn unpack(bytes: &[u8], columns: &[Column]) -> Result<Vec<Value>, Failure> {
    let mut cells = Cells::of(bytes);
    let read = |column: &Column| value(cells.read(), column);
    columns.iter().map(read).collect()
}

/// Brings the columns that are wanted, by their places in ascending order, into a row; the others
/// stay as they are.
pub(super) fn unpack_some(
    bytes: &[u8],
    columns: &[Column],
    wanted: &[usize],
    row: &mut [Value],
) -> Result<(), Failure> {
    let (mut cells, mut at) = (Cells::of(bytes), 0);
    for place in wanted {
        let column = &columns[*place];
        while at < *place {
            cells.next().ok_or_else(|| damage(column))?;
            at += 1;
        }
        row[*place] = value(cells.read(), column)?;
        at += 1;
    }
    Ok(())
}

fn value(cell: Option<Cell<'_>>, column: &Column) -> Result<Value, Failure> {
    Ok(match (column.kind, cell) {
        (_, Some(Cell::Null)) => Value::Null,
        (ColumnKind::Text, Some(Cell::Text(text))) => {
            Value::from(std::str::from_utf8(text).map_err(|_| damage(column))?)
        }
        (ColumnKind::Integer, Some(Cell::Number(number))) => Value::Integer(number),
        (ColumnKind::Instant, Some(Cell::Number(micros))) => {
            Value::Instant(DateTime::from_timestamp_micros(micros).ok_or_else(|| damage(column))?)
        }
        (ColumnKind::Bool, Some(Cell::Truth(truth))) => Value::Bool(truth),
        _ => return Err(damage(column)),
    })
}

/// Binds the cells of a packed row from the first place on; answers the place after them.
pub(super) fn bind(
    statement: &mut CachedStatement<'_>,
    bytes: &[u8],
    columns: &[Column],
) -> Result<usize, Failure> {
    let mut cells = Cells::of(bytes);
    for (column, place) in columns.iter().zip(1..) {
        match cells.read().ok_or_else(|| damage(column))? {
            Cell::Null => statement.raw_bind_parameter(place, rusqlite::types::Null)?,
            Cell::Truth(truth) => statement.raw_bind_parameter(place, truth)?,
            Cell::Number(number) => statement.raw_bind_parameter(place, number)?,
            Cell::Text(text) => {
                let text = ToSqlOutput::Borrowed(ValueRef::Text(text));
                statement.raw_bind_parameter(place, text)?;
            }
        }
    }
    Ok(columns.len() + 1)
}

fn damage(column: &Column) -> Failure {
    let (name, kind) = (column.name, column.kind.word());
    Failure::Damage(format!("column `{name}` of an ended row holds no {kind}"))
}

#[cfg(test)]
mod tests {
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

    fn rows() -> Vec<Vec<Value>> {
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
    fn sqlite_itself_finds_the_cells() {
        let db = rusqlite::Connection::open_in_memory().unwrap();
        for row in rows() {
            let ask = |place: usize| -> rusqlite::types::Value {
                let sql = format!("select ?1 ->> {place}");
                db.query_row(&sql, [pack(&row)], |row| row.get(0)).unwrap()
            };
            for (place, value) in row.iter().enumerate() {
                assert!(
                    super::super::cells::same(&ask(place), value),
                    "{place} of {row:?}"
                );
            }
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
}
