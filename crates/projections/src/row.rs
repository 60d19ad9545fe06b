//! One row, declared once: its struct, its columns, and the way between them and cells.
//!
//! The field order is the column order. Times are UTC with microseconds, minutes are whole numbers.

use chrono::{DateTime, Utc};
use gridwhistle_store::views::{ColumnKind, Value};

/// A row that does not have the shape of its table: a bug, or a view of another version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a row of table `{table}` does not fit at column `{column}`: rebuild the view")]
pub struct Misfit {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
}

/// A field's type as a column.
pub trait Cell: Sized {
    /// The kind of column it needs.
    const KIND: ColumnKind;
    /// Into a cell.
    fn into_value(self) -> Value;
    /// Out of a cell, if it fits.
    fn from_value(value: Value) -> Option<Self>;
}

macro_rules! cell {
    ($type:ty, $kind:ident) => {
        impl Cell for $type {
            const KIND: ColumnKind = ColumnKind::$kind;

            fn into_value(self) -> Value {
                Value::$kind(self)
            }

            fn from_value(value: Value) -> Option<Self> {
                match value {
                    Value::$kind(inner) => Some(inner),
                    _ => None,
                }
            }
        }
    };
}

cell!(String, Text);
cell!(i64, Integer);
cell!(DateTime<Utc>, Instant);
cell!(bool, Bool);

impl<T: Cell> Cell for Option<T> {
    const KIND: ColumnKind = T::KIND;

    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }

    fn from_value(value: Value) -> Option<Self> {
        if value.is_null() {
            return Some(None);
        }
        T::from_value(value).map(Some)
    }
}

/// Declares a row's struct with its columns.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident of $table:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }

        impl $name {
            /// The table it stands in.
            pub const TABLE: &'static str = $table;

            /// Its columns, in the order of the fields.
            pub const COLUMNS: &'static [gridwhistle_store::views::Column] = &[
                $(gridwhistle_store::views::Column {
                    name: stringify!($field),
                    kind: <$type as $crate::row::Cell>::KIND,
                }),*
            ];

            /// The row as cells.
            #[must_use]
            pub fn into_values(self) -> Vec<gridwhistle_store::views::Value> {
                vec![$($crate::row::Cell::into_value(self.$field)),*]
            }

            /// The row from cells.
            ///
            /// # Errors
            /// [`crate::row::Misfit`] names the first column that does not fit.
            pub fn from_values(
                values: Vec<gridwhistle_store::views::Value>,
            ) -> Result<Self, $crate::row::Misfit> {
                let mut values = values.into_iter();
                Ok(Self {
                    $($field: values
                        .next()
                        .and_then($crate::row::Cell::from_value)
                        .ok_or($crate::row::Misfit { table: $table, column: stringify!($field) })?,)*
                })
            }
        }
    };
}
pub(crate) use row;
