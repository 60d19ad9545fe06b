//! The names of an aggregate's facts: the event types in the log, in one list that a test compares
//! with the fixtures. The compiler refuses a list that lacks a form.

macro_rules! names {
    ($fact:ident: $($name:ident)*) => {
        impl $fact {
            /// Every form of fact, in the order of the documentation.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            /// The name of the form: the event type in the log.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$name { .. } => stringify!($name)),* }
            }
        }
    };
}

pub(crate) use names;
