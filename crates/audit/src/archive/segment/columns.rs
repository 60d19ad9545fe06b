//! Columns of a group. Pages that hold plain values are taken as they are; what is packed in another way
//! is decoded by the reader of the form.

use parquet::basic::{Encoding, Type};
use parquet::column::page::Page;
use parquet::column::reader::get_typed_column_reader;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, FixedLenByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::reader::RowGroupReader;

/// A column of texts, which stay in the pages they came in.
pub(super) struct Texts {
    pages: Vec<ByteArray>,
    /// Of each row: which page, from where, how long.
    spans: Vec<(usize, usize, usize)>,
}

impl Texts {
    pub(super) fn read(
        group: &dyn RowGroupReader,
        place: usize,
        rows: usize,
    ) -> Result<Self, ParquetError> {
        let spans = Vec::with_capacity(rows);
        let pages = Vec::new();
        let mut texts = Self { pages, spans };
        let take = |page: ByteArray, count: usize| texts.page(page, count);
        if plain(group, place, (Type::BYTE_ARRAY, None), take)? {
            whole(texts.spans.len(), place, rows)?;
            return Ok(texts);
        }
        let pages = decoded::<ByteArrayType>(group, place, rows)?;
        let spans = pages.iter().enumerate();
        Ok(Self {
            spans: spans.map(|(page, text)| (page, 0, text.len())).collect(),
            pages,
        })
    }

    /// Plain texts follow on one another, each after its length.
    fn page(&mut self, page: ByteArray, count: usize) -> Result<(), ParquetError> {
        let (bytes, mut from) = (page.data(), 0);
        for _ in 0..count {
            let length = bytes.get(from..).and_then(<[u8]>::first_chunk);
            let length = u32::from_le_bytes(*length.ok_or_else(cut_off)?) as usize;
            from += 4;
            if length > bytes.len().saturating_sub(from) {
                return Err(cut_off());
            }
            self.spans.push((self.pages.len(), from, length));
            from += length;
        }
        self.pages.push(page);
        Ok(())
    }

    /// The text of a row that was read.
    pub(super) fn get(&self, row: usize) -> Result<&str, ParquetError> {
        let (page, from, length) = self.spans[row];
        let bytes = &self.pages[page].data()[from..from + length];
        Ok(std::str::from_utf8(bytes)?)
    }
}

/// A column of values of one width.
pub(super) fn wide<const N: usize>(
    group: &dyn RowGroupReader,
    place: usize,
    rows: usize,
) -> Result<Vec<[u8; N]>, ParquetError> {
    let mut values = Vec::with_capacity(rows);
    let width = i32::try_from(N).ok();
    let take = |page: ByteArray, count: usize| {
        let bytes = count.checked_mul(N).and_then(|end| page.data().get(..end));
        values.extend_from_slice(bytes.ok_or_else(cut_off)?.as_chunks().0);
        Ok(())
    };
    if plain(group, place, (Type::FIXED_LEN_BYTE_ARRAY, width), take)? {
        whole(values.len(), place, rows)?;
        return Ok(values);
    }
    let sized = |value: &[u8]| {
        let sized: Result<[u8; N], _> = value.try_into();
        sized.map_err(|_| ParquetError::General(format!("column {place} is not {N} bytes wide")))
    };
    let values = decoded::<FixedLenByteArrayType>(group, place, rows)?;
    values.iter().map(|value| sized(value.data())).collect()
}

/// A column of numbers.
pub(super) fn numbers(
    group: &dyn RowGroupReader,
    place: usize,
    rows: usize,
) -> Result<Vec<i64>, ParquetError> {
    decoded::<Int64Type>(group, place, rows)
}

/// Hands over the pages of a column, each with how many values it holds; false where the column is of
/// another kind, or not plain from its first page on.
fn plain(
    group: &dyn RowGroupReader,
    place: usize,
    (kind, width): (Type, Option<i32>),
    mut take: impl FnMut(ByteArray, usize) -> Result<(), ParquetError>,
) -> Result<bool, ParquetError> {
    let metadata = group.metadata();
    if place >= metadata.num_columns() {
        return Err(ParquetError::General(format!("there is no column {place}")));
    }
    let chunk = metadata.column(place);
    let column = chunk.column_descr();
    let required = column.max_def_level() == 0 && column.max_rep_level() == 0;
    let fits =
        column.physical_type() == kind && width.is_none_or(|width| column.type_length() == width);
    if !required || !fits || chunk.dictionary_page_offset().is_some() {
        return Ok(false);
    }
    let mut first = true;
    let mut pages = group.get_column_page_reader(place)?;
    while let Some(page) = pages.get_next_page()? {
        let (bytes, count, encoding) = match page {
            Page::DataPage {
                buf,
                num_values,
                encoding,
                ..
            }
            | Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                ..
            } => (buf, num_values, encoding),
            Page::DictionaryPage { .. } => return Ok(false),
        };
        if encoding != Encoding::PLAIN {
            let mixed = || ParquetError::General(format!("column {place} is packed in two ways"));
            return if first { Ok(false) } else { Err(mixed()) };
        }
        first = false;
        let count = usize::try_from(count).map_err(|_| cut_off())?;
        take(ByteArray::from(bytes), count)?;
    }
    Ok(true)
}

/// All values of a column; the form has no empty ones.
fn decoded<T: DataType>(
    group: &dyn RowGroupReader,
    place: usize,
    rows: usize,
) -> Result<Vec<T::T>, ParquetError> {
    let mut values = Vec::with_capacity(rows);
    let reader = group.get_column_reader(place)?;
    let mut reader = get_typed_column_reader::<T>(reader);
    while values.len() < rows {
        let (read, ..) = reader.read_records(rows - values.len(), None, None, &mut values)?;
        if read == 0 {
            break;
        }
    }
    whole(values.len(), place, rows)?;
    Ok(values)
}

fn whole(found: usize, place: usize, rows: usize) -> Result<(), ParquetError> {
    if found == rows {
        return Ok(());
    }
    let what = format!("column {place} has {found} values for {rows} rows");
    Err(ParquetError::General(what))
}

fn cut_off() -> ParquetError {
    ParquetError::General("a page ends before its values do".to_owned())
}
