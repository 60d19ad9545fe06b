//! A column of the rows that an append writes, laid down as PostgreSQL takes an array: what is
//! put in is in the form of the wire at once, so that sending it later is a copy.

use std::error::Error as Cause;

use tokio_postgres::types::{IsNull, Kind, ToSql, Type, private::BytesMut, to_sql_checked};
use uuid::Uuid;

use super::row::{Micros, db};

/// The cells of one column, one behind the other, each behind its length.
#[derive(Debug, Default)]
pub(crate) struct Column {
    cells: Vec<u8>,
    count: i32,
}

impl Column {
    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.bytes(&db(number).to_be_bytes());
    }

    pub(crate) fn id(&mut self, id: Uuid) {
        self.bytes(id.as_bytes());
    }

    pub(crate) fn instant(&mut self, instant: Micros) {
        self.bytes(&instant.after_2000().to_be_bytes());
    }

    /// A cell in the form in which PostgreSQL receives its type. None comes near 2 GiB: an event's
    /// texts are bounded.
    pub(crate) fn bytes(&mut self, cell: &[u8]) {
        let length = i32::try_from(cell.len()).unwrap_or(i32::MAX);
        self.cells.extend_from_slice(&length.to_be_bytes());
        self.cells.extend_from_slice(cell);
        self.count += 1;
    }

    /// Whether it has no cells.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl ToSql for Column {
    fn to_sql(
        &self,
        array: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Cause + Sync + Send>> {
        let Kind::Array(member) = array.kind() else {
            return Err(format!("{array} is no array").into());
        };
        let (dimensions, without_nulls, from) = (1_i32, 0_i32, 1_i32);
        out.extend_from_slice(&dimensions.to_be_bytes());
        out.extend_from_slice(&without_nulls.to_be_bytes());
        out.extend_from_slice(&member.oid().to_be_bytes());
        out.extend_from_slice(&self.count.to_be_bytes());
        out.extend_from_slice(&from.to_be_bytes());
        out.extend_from_slice(&self.cells);
        Ok(IsNull::No)
    }

    fn accepts(array: &Type) -> bool {
        matches!(array.kind(), Kind::Array(_))
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid<T: ToSql + Sync>(value: &T, array: &Type) -> Vec<u8> {
        let mut out = BytesMut::new();
        value.to_sql_checked(array, &mut out).unwrap();
        out.to_vec()
    }

    /// The client library's own arrays are the measure.
    #[test]
    fn a_column_is_laid_down_as_the_client_lays_down_an_array() {
        let (mut texts, mut numbers, mut ids) =
            (Column::default(), Column::default(), Column::default());
        let (mut instants, mut hashes) = (Column::default(), Column::default());
        texts.text("甲");
        texts.text("");
        numbers.number(7);
        ids.id(Uuid::from_u128(9));
        instants.instant(Micros(-1));
        hashes.bytes(&[1, 2, 3]);
        assert_eq!(
            laid(&texts, &Type::TEXT_ARRAY),
            laid(&vec!["甲", ""], &Type::TEXT_ARRAY)
        );
        assert_eq!(
            laid(&numbers, &Type::INT8_ARRAY),
            laid(&vec![7_i64], &Type::INT8_ARRAY)
        );
        assert_eq!(
            laid(&ids, &Type::UUID_ARRAY),
            laid(&vec![Uuid::from_u128(9)], &Type::UUID_ARRAY)
        );
        assert_eq!(
            laid(&instants, &Type::TIMESTAMPTZ_ARRAY),
            laid(&vec![Micros(-1)], &Type::TIMESTAMPTZ_ARRAY)
        );
        assert_eq!(
            laid(&hashes, &Type::BYTEA_ARRAY),
            laid(&vec![&[1_u8, 2, 3][..]], &Type::BYTEA_ARRAY)
        );
        let none = Column::default();
        assert_eq!(
            laid(&none, &Type::TEXT_ARRAY),
            laid(&Vec::<&str>::new(), &Type::TEXT_ARRAY)
        );
    }
}
