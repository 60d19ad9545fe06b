//! A command walked field by field as serde names them, without writing it down: each text and list
//! is held to its bound where it stands.

use super::{LIST_MAX, written};
use crate::case::command::CaseCommand;
use crate::case::decide::Desk;
use crate::case::refusal::{Refusal, RefusalCode as Code};
use serde::Serialize;
use serde::ser::{
    self, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::fmt::{self, Display};

/// What is sealed is read by nobody here.
const SEALED: &str = "details";

/// The first text or list of a command that is too long or names somebody by number.
pub(super) fn texts(desk: &Desk<'_>, command: &CaseCommand) -> Result<(), Refusal> {
    let walked = command.serialize(Walker { desk, field: "" });
    walked.map_err(|stop| match stop {
        Stop::Refused(refusal) => *refusal,
        Stop::NoJson(what) => desk.refuse(Code::FieldMissing, what, "a command that is JSON"),
    })
}

/// Why a walk ends before its end.
#[derive(Debug)]
enum Stop {
    Refused(Box<Refusal>),
    NoJson(String),
}

impl Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::NoJson(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Stop {}

impl ser::Error for Stop {
    fn custom<T: Display>(what: T) -> Self {
        Self::NoJson(what.to_string())
    }
}

/// Stands at one value, which belongs to a field.
struct Walker<'w> {
    desk: &'w Desk<'w>,
    field: &'w str,
}

impl<'w> Walker<'w> {
    fn text(&self, text: &str) -> Result<(), Stop> {
        written(self.desk, self.field, text).map_err(|refusal| Stop::Refused(Box::new(refusal)))
    }

    fn at(&self, field: &'w str) -> Self {
        Self {
            desk: self.desk,
            field,
        }
    }

    fn items(self, count: usize) -> Result<Items<'w>, Stop> {
        let items = Items {
            walker: self,
            seen: 0,
        };
        items.bounded(count)?;
        Ok(items)
    }

    const fn fields(self) -> Fields<'w> {
        Fields {
            walker: self,
            key: String::new(),
        }
    }
}

/// Stands in a list.
struct Items<'w> {
    walker: Walker<'w>,
    seen: usize,
}

impl Items<'_> {
    fn bounded(&self, count: usize) -> Result<(), Stop> {
        let Walker { desk, field } = self.walker;
        let given = format_args!("{field}: {count}");
        let bounded = desk.ensure(count <= LIST_MAX, Code::ListTooLong, given, LIST_MAX);
        bounded.map_err(|refusal| Stop::Refused(Box::new(refusal)))
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        self.seen += 1;
        self.bounded(self.seen)?;
        value.serialize(self.walker.at(self.walker.field))
    }
}

/// Stands in a record or a map.
struct Fields<'w> {
    walker: Walker<'w>,
    /// Of a map, the key whose value comes next.
    key: String,
}

impl Fields<'_> {
    fn value<T: Serialize + ?Sized>(&self, field: &str, value: &T) -> Result<(), Stop> {
        if field == SEALED {
            return Ok(());
        }
        value.serialize(Walker {
            desk: self.walker.desk,
            field,
        })
    }
}

macro_rules! no_text {
    ($($name:ident: $type:ty),* $(,)?) => {$(
        fn $name(self, _value: $type) -> Result<(), Stop> {
            Ok(())
        }
    )*};
}

impl<'w> Serializer for Walker<'w> {
    type Ok = ();
    type Error = Stop;
    type SerializeSeq = Items<'w>;
    type SerializeTuple = Items<'w>;
    type SerializeTupleStruct = Items<'w>;
    type SerializeTupleVariant = Items<'w>;
    type SerializeMap = Fields<'w>;
    type SerializeStruct = Fields<'w>;
    type SerializeStructVariant = Fields<'w>;

    no_text! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
        serialize_f32: f32,
        serialize_f64: f64,
        serialize_unit_struct: &'static str,
    }

    fn serialize_char(self, value: char) -> Result<(), Stop> {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Stop> {
        self.text(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Stop> {
        self.items(value.len()).map(|_| ())
    }

    fn serialize_none(self) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), Stop> {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        self.fields().value(variant, value)
    }

    fn serialize_seq(self, count: Option<usize>) -> Result<Items<'w>, Stop> {
        self.items(count.unwrap_or(0))
    }

    fn serialize_tuple(self, count: usize) -> Result<Items<'w>, Stop> {
        self.items(count)
    }

    fn serialize_tuple_struct(self, _name: &'static str, count: usize) -> Result<Items<'w>, Stop> {
        self.items(count)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        count: usize,
    ) -> Result<Items<'w>, Stop> {
        self.at(variant).items(count)
    }

    fn serialize_map(self, _count: Option<usize>) -> Result<Fields<'w>, Stop> {
        Ok(self.fields())
    }

    fn serialize_struct(self, _name: &'static str, _count: usize) -> Result<Fields<'w>, Stop> {
        Ok(self.fields())
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _count: usize,
    ) -> Result<Fields<'w>, Stop> {
        Ok(self.fields())
    }
}

macro_rules! items {
    ($($of:ident, $take:ident;)*) => {$(
        impl $of for Items<'_> {
            type Ok = ();
            type Error = Stop;

            fn $take<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
                self.item(value)
            }

            fn end(self) -> Result<(), Stop> {
                Ok(())
            }
        }
    )*};
}

items! {
    SerializeSeq, serialize_element;
    SerializeTuple, serialize_element;
    SerializeTupleStruct, serialize_field;
    SerializeTupleVariant, serialize_field;
}

macro_rules! fields {
    ($($of:ident;)*) => {$(
        impl $of for Fields<'_> {
            type Ok = ();
            type Error = Stop;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                field: &'static str,
                value: &T,
            ) -> Result<(), Stop> {
                self.value(field, value)
            }

            fn end(self) -> Result<(), Stop> {
                Ok(())
            }
        }
    )*};
}

fields! {
    SerializeStruct;
    SerializeStructVariant;
}

impl SerializeMap for Fields<'_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stop> {
        let key = serde_json::to_value(key).map_err(ser::Error::custom)?;
        self.key = match key {
            serde_json::Value::String(key) => key,
            other => other.to_string(),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        let key = std::mem::take(&mut self.key);
        self.value(&key, value)
    }

    fn end(self) -> Result<(), Stop> {
        Ok(())
    }
}
