//! One row, declared once: its struct, its columns, and the way between them and cells.
//!
//! The field order is the column order. Times are UTC with microseconds, minutes are whole numbers. A row
//! comes in two forms: one that owns its texts, as it is read, and one that borrows them from the state it is
//! told from, as it is written.

use chrono::{DateTime, Utc};
use gridwhistle_store::views::{Column, ColumnKind, Packer, Value};
use std::borrow::Cow;

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
    /// The same on its way into a table.
    type Told<'a>: Tell;
    /// Owned.
    fn of_told(told: Self::Told<'_>) -> Self;
    /// As it was told.
    fn told(&self) -> Self::Told<'_>;
    /// Into a cell.
    fn into_value(self) -> Value;
    /// Out of a cell, if it fits.
    fn from_value(value: Value) -> Option<Self>;
}

/// A row as it is read.
pub(crate) trait Row {
    /// The form in which it was told.
    type Told<'a>
    where
        Self: 'a;

    /// As it was told.
    fn told(&self) -> Self::Told<'_>;
}

/// A row on its way into a table.
pub(crate) trait Told {
    /// The columns of the table.
    const COLUMNS: &'static [Column];
    /// Into cells.
    fn tell(&self, packer: &mut Packer);
}

/// A field on its way into a table.
pub trait Tell {
    /// Into the next cell.
    fn pack(&self, packer: &mut Packer);
}

macro_rules! cell {
    ($type:ty, $kind:ident) => {
        cell!($type, $kind, $type, |told| told, |own| *own);
    };
    ($type:ty, $kind:ident, $told_type:ty, |$told:ident| $own:expr, |$owned:ident| $tell:expr) => {
        impl Cell for $type {
            const KIND: ColumnKind = ColumnKind::$kind;

            type Told<'a> = $told_type;

            fn of_told($told: Self::Told<'_>) -> Self {
                $own
            }

            fn told(&self) -> Self::Told<'_> {
                let $owned = self;
                $tell
            }

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

cell!(
    String,
    Text,
    Cow<'a, str>,
    |told| told.into_owned(),
    |own| Cow::from(own)
);
cell!(i64, Integer);
cell!(DateTime<Utc>, Instant);
cell!(bool, Bool);

macro_rules! tell {
    ($type:ty, |$packer:ident, $value:ident| $pack:expr) => {
        impl Tell for $type {
            fn pack(&self, $packer: &mut Packer) {
                let $value = self;
                $pack;
            }
        }
    };
}

tell!(Cow<'_, str>, |packer, text| packer.text(text));
tell!(i64, |packer, number| packer.integer(*number));
tell!(DateTime<Utc>, |packer, at| packer.instant(*at));
tell!(bool, |packer, truth| packer.truth(*truth));

impl<T: Cell> Cell for Option<T> {
    const KIND: ColumnKind = T::KIND;

    type Told<'a> = Option<T::Told<'a>>;

    fn of_told(told: Self::Told<'_>) -> Self {
        told.map(T::of_told)
    }

    fn told(&self) -> Self::Told<'_> {
        self.as_ref().map(T::told)
    }

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

impl<T: Tell> Tell for Option<T> {
    fn pack(&self, packer: &mut Packer) {
        match self {
            Some(value) => value.pack(packer),
            None => packer.null(),
        }
    }
}

/// A cell as it is looked at where it lies.
pub(crate) trait Look<'r>: Sized {
    /// What it holds, if it fits.
    fn look(cell: &'r Value) -> Option<Self>;
}

impl<'r> Look<'r> for &'r str {
    fn look(cell: &'r Value) -> Option<Self> {
        cell.as_text()
    }
}

impl Look<'_> for i64 {
    fn look(cell: &Value) -> Option<Self> {
        cell.as_integer()
    }
}

impl Look<'_> for DateTime<Utc> {
    fn look(cell: &Value) -> Option<Self> {
        cell.as_instant()
    }
}

impl Look<'_> for bool {
    fn look(cell: &Value) -> Option<Self> {
        cell.as_bool()
    }
}

impl<'r, T: Look<'r>> Look<'r> for Option<T> {
    fn look(cell: &'r Value) -> Option<Self> {
        match cell {
            Value::Null => Some(None),
            cell => T::look(cell).map(Some),
        }
    }
}

/// Declares some columns of a row, for questions that look at many rows.
macro_rules! part {
    ($(#[$doc:meta])* $name:ident<$lives:lifetime> of $row:ident { $($field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        struct $name<$lives> { $($field: $type,)* of: std::marker::PhantomData<&$lives ()> }

        impl<$lives> $name<$lives> {
            /// The columns, in the order of the fields.
            const COLUMNS: &'static [&'static str] = {
                // Columns of no other row.
                const _: fn(&$row) = |row| { $(let _ = &row.$field;)* };
                &[$(stringify!($field)),*]
            };

            /// Out of the first cells; the others are left to the asker.
            fn of(
                cells: &$lives [gridwhistle_store::views::Value],
            ) -> Result<Self, $crate::row::Misfit> {
                let mut cells = cells.iter();
                Ok(Self {
                    $($field: cells.next().and_then($crate::row::Look::look).ok_or(
                        $crate::row::Misfit { table: $row::TABLE, column: stringify!($field) },
                    )?,)*
                    of: std::marker::PhantomData,
                })
            }
        }
    };
}
pub(crate) use part;

/// Declares a row's struct with its columns; and, with a second name, the form in which it is told.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident, told as $told:ident, of $table:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $crate::row::row! {
            $(#[$doc])*
            $name of $table { $($(#[$field_doc])* $field: $type,)* }
        }

        #[doc = concat!("A [`", stringify!($name), "`] as it is told from the state of a case.")]
        #[derive(Debug)]
        pub(crate) struct $told<'a> {
            $(pub(crate) $field: <$type as $crate::row::Cell>::Told<'a>,)*
        }

        impl $crate::row::Row for $name {
            type Told<'a> = $told<'a>;

            fn told(&self) -> $told<'_> {
                $told { $($field: $crate::row::Cell::told(&self.$field),)* }
            }
        }

        impl From<$told<'_>> for $name {
            fn from(told: $told<'_>) -> Self {
                Self { $($field: <$type as $crate::row::Cell>::of_told(told.$field),)* }
            }
        }

        impl $crate::row::Told for $told<'_> {
            const COLUMNS: &'static [gridwhistle_store::views::Column] = $name::COLUMNS;

            fn tell(&self, packer: &mut gridwhistle_store::views::Packer) {
                $($crate::row::Tell::pack(&self.$field, packer);)*
            }
        }
    };
    ($(#[$doc:meta])* $name:ident of $table:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }

        impl $name {
            /// The table it stands in.
            pub const TABLE: &'static str = $table;

            /// Its columns, in the order of the fields.
            pub const COLUMNS: &'static [gridwhistle_store::views::Column] = {
                const WIDTH: usize = [$(stringify!($field)),*].len();
                // At one address, by which a store knows a row that was packed for them.
                static COLUMNS: [gridwhistle_store::views::Column; WIDTH] = [
                    $(gridwhistle_store::views::Column {
                        name: stringify!($field),
                        kind: <$type as $crate::row::Cell>::KIND,
                    }),*
                ];
                &COLUMNS
            };

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
