//! Shapes of closed sets of codes, whose names stand in tables that a derive cannot read.

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

pub(crate) use shape_of_codes;
