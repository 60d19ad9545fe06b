//! A whole row in one piece of memory: how projections bring rows, how a rebuild holds them, and how ended
//! versions stand in SQLite's past.
//!
//! The form is an array in SQLite's own JSONB, so that whoever reads a file of views with other tools
//! still finds each column by `->>`, and a row costs one cell to write instead of sixty. Texts are
//! kept raw, instants as UTC microseconds. Two rows of one table are the same exactly if their bytes are.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::value::micros;
use super::{Column, ColumnKind, Value};

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

/// A row with the columns that it was packed for. Clones share its bytes.
#[derive(Debug, Clone)]
pub struct PackedRow {
    columns: &'static [Column],
    bytes: Arc<[u8]>,
    has_zero: bool,
}

/// Packs rows, one after the other, cell by cell.
///
/// ```
/// use gridwhistle_store::views::{Column, Packer, PackedRow};
///
/// static COLUMNS: [Column; 2] = [Column::text("unit"), Column::integer("done")];
/// let mut packer = Packer::default();
/// let mut row = |unit: &str, done| -> PackedRow {
///     packer.text(unit);
///     packer.integer(done);
///     packer.row(&COLUMNS)
/// };
/// assert_eq!(row("B-001", 7), row("B-001", 7));
/// let before = row("B-001", 7);
/// assert_ne!(before, row("B-001", 8));
///
/// packer.text("B-001");
/// packer.integer(8);
/// assert!(packer.changed_before_last(&COLUMNS, Some(&before)).is_none());
/// ```
#[derive(Debug)]
pub struct Packer {
    bytes: Vec<u8>,
    /// Where the last cell begins.
    last: usize,
    has_zero: bool,
}

impl Default for Packer {
    fn default() -> Self {
        let mut bytes = Vec::with_capacity(1_024);
        bytes.extend([FOUR_BYTES << 4 | ARRAY, 0, 0, 0, 0]);
        Self {
            bytes,
            last: HEADER,
            has_zero: false,
        }
    }
}

impl Packer {
    /// The next cell is a text.
    pub fn text(&mut self, text: &str) {
        self.has_zero |= text.as_bytes().contains(&0);
        self.raw_text(text.as_bytes());
    }

    pub(crate) fn raw_text(&mut self, text: &[u8]) {
        self.push(TEXT, text);
    }

    /// The next cell is an integer.
    pub fn integer(&mut self, number: i64) {
        let mut digits = itoa::Buffer::new();
        self.push(INTEGER, digits.format(number).as_bytes());
    }

    /// The next cell is an instant; what is finer than a microsecond is cut off.
    pub fn instant(&mut self, at: DateTime<Utc>) {
        self.integer(micros(at));
    }

    /// The next cell is true or false.
    pub fn truth(&mut self, truth: bool) {
        self.push(if truth { TRUE } else { FALSE }, &[]);
    }

    /// The next cell is null.
    pub fn null(&mut self) {
        self.push(NULL, &[]);
    }

    /// The next cell is this value.
    pub fn value(&mut self, value: &Value) {
        match value {
            Value::Text(text) => self.text(text),
            Value::Integer(number) => self.integer(*number),
            Value::Instant(at) => self.instant(*at),
            Value::Bool(truth) => self.truth(*truth),
            Value::Null => self.null(),
        }
    }

    /// The row of the cells since the last one. They must be those of the columns, in their order: a
    /// store that is given a row for other columns than its table's looks at each cell anew.
    pub fn row(&mut self, columns: &'static [Column]) -> PackedRow {
        let has_zero = self.has_zero;
        PackedRow {
            columns,
            bytes: self.bytes(),
            has_zero,
        }
    }

    /// The same, unless it is the row that stood before.
    pub fn changed(
        &mut self,
        columns: &'static [Column],
        before: Option<&PackedRow>,
    ) -> Option<PackedRow> {
        self.unless(
            columns,
            before.map(PackedRow::cells_of) == Some(&self.bytes[HEADER..]),
        )
    }

    /// The same, unless only its last cell is another one.
    pub fn changed_before_last(
        &mut self,
        columns: &'static [Column],
        before: Option<&PackedRow>,
    ) -> Option<PackedRow> {
        // Cells tell their own size: the same bytes are the same cells, and after them is one more.
        let head = &self.bytes[HEADER..self.last];
        self.unless(
            columns,
            before.is_some_and(|row| row.cells_of().starts_with(head)),
        )
    }

    fn unless(&mut self, columns: &'static [Column], same: bool) -> Option<PackedRow> {
        if same {
            self.clear();
            return None;
        }
        Some(self.row(columns))
    }

    fn clear(&mut self) {
        self.bytes.truncate(HEADER);
        self.last = HEADER;
        self.has_zero = false;
    }

    fn push(&mut self, kind: u8, payload: &[u8]) {
        let (bytes, size) = (&mut self.bytes, payload.len());
        self.last = bytes.len();
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

    pub(crate) fn bytes(&mut self) -> Arc<[u8]> {
        // A row of four gigabytes is more than any store takes, and is refused there.
        let size = u32::try_from(self.bytes.len() - HEADER).unwrap_or(u32::MAX);
        self.bytes[1..HEADER].copy_from_slice(&size.to_be_bytes());
        let bytes = Arc::from(self.bytes.as_slice());
        self.clear();
        bytes
    }
}

impl PartialEq for PackedRow {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
            && (std::ptr::eq(self.columns, other.columns) || self.columns == other.columns)
    }
}

impl Eq for PackedRow {}

impl PackedRow {
    /// Its cells, as they lie there.
    fn cells_of(&self) -> &[u8] {
        &self.bytes[HEADER..]
    }

    /// Whether it was packed for these columns, by types that fit them, and every store can hold it.
    pub(crate) fn fits(&self, columns: &'static [Column]) -> bool {
        std::ptr::eq(self.columns, columns) && !self.has_zero
    }

    pub(crate) fn into_bytes(self) -> Arc<[u8]> {
        self.bytes
    }

    /// The cell at a place of its columns.
    pub(crate) fn cell(&self, place: usize) -> Result<Value, BadCell> {
        cell(&self.bytes, place, &self.columns[place])
    }

    /// The row as cells.
    pub(crate) fn cells(&self) -> Result<Vec<Value>, BadCell> {
        unpack(&self.bytes, self.columns)
    }
}

/// The bytes of a row.
pub(crate) fn pack(row: &[Value]) -> Arc<[u8]> {
    let mut packer = Packer::default();
    row.iter().for_each(|value| packer.value(value));
    packer.bytes()
}

/// The cell at a place, as its column says.
fn cell(bytes: &[u8], place: usize, column: &Column) -> Result<Value, BadCell> {
    let mut cells = Cells::of(bytes);
    for _ in 0..place {
        cells.next();
    }
    value(cells.read(), column)
}

/// A cell that is not there, or not of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadCell(pub(crate) Column);

/// One cell of a packed row, as it lies there.
pub(crate) enum Cell<'b> {
    Null,
    Truth(bool),
    Number(i64),
    Text(&'b [u8]),
}

/// The cells of a packed row in their order.
pub(crate) struct Cells<'b>(&'b [u8]);

impl<'b> Cells<'b> {
    pub(crate) fn of(bytes: &'b [u8]) -> Self {
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

    /// The next cell.
    pub(crate) fn read(&mut self) -> Option<Cell<'b>> {
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
    // So many always fit.
    if digits.len() <= 18 && !digits.is_empty() {
        for digit in digits {
            let digit = digit.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            number = number * 10 + i64::from(digit);
        }
        return Some(if minus { -number } else { number });
    }
    for digit in digits {
        let digit = i64::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
        let digit = if minus { -digit } else { digit };
        number = number.checked_mul(10)?.checked_add(digit)?;
    }
    (!digits.is_empty()).then_some(number)
}

/// The row of some bytes.
pub(crate) fn unpack(bytes: &[u8], columns: &[Column]) -> Result<Vec<Value>, BadCell> {
    let mut cells = Cells::of(bytes);
    let read = |column: &Column| value(cells.read(), column);
    columns.iter().map(read).collect()
}

/// Brings the columns that are wanted, by their places in ascending order, into a row; the others
/// stay as they are.
pub(crate) fn unpack_some(
    bytes: &[u8],
    columns: &[Column],
    wanted: &[usize],
    row: &mut [Value],
) -> Result<(), BadCell> {
    let (mut cells, mut at) = (Cells::of(bytes), 0);
    for place in wanted {
        let column = &columns[*place];
        while at < *place {
            cells.next().ok_or(BadCell(*column))?;
            at += 1;
        }
        row[*place] = value(cells.read(), column)?;
        at += 1;
    }
    Ok(())
}

fn value(cell: Option<Cell<'_>>, column: &Column) -> Result<Value, BadCell> {
    Ok(match (column.kind, cell) {
        (_, Some(Cell::Null)) => Value::Null,
        (ColumnKind::Text, Some(Cell::Text(text))) => {
            Value::from(std::str::from_utf8(text).map_err(|_| BadCell(*column))?)
        }
        (ColumnKind::Integer, Some(Cell::Number(number))) => Value::Integer(number),
        (ColumnKind::Instant, Some(Cell::Number(micros))) => {
            Value::Instant(DateTime::from_timestamp_micros(micros).ok_or(BadCell(*column))?)
        }
        (ColumnKind::Bool, Some(Cell::Truth(truth))) => Value::Bool(truth),
        _ => return Err(BadCell(*column)),
    })
}

#[cfg(test)]
pub(crate) mod tests;
