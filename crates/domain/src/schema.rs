//! Shapes that a derive cannot read: closed sets of codes whose names stand in tables, and what is
//! written as a text.

/// One of these texts.
#[cfg(feature = "schema")]
pub(crate) fn codes<'a>(
    codes: impl IntoIterator<Item = &'a str>,
) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

    let object = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(codes))
        .build();
    utoipa::openapi::RefOr::T(Schema::Object(object))
}

/// Gives a set of codes its shape.
macro_rules! shape_of_codes {
    ($name:ident) => {
        #[cfg(feature = "schema")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::schema::codes(Self::ALL.iter().map(|one| one.code()))
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    };
}

/// Gives what is written as a text its shape.
macro_rules! shape_of_text {
    ($name:ident) => {
        #[cfg(feature = "schema")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                <String as utoipa::PartialSchema>::schema()
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    };
}

pub(crate) use {shape_of_codes, shape_of_text};
