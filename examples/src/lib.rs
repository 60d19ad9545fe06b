//! Examples of embedding Gridwhistle; each is an `--example` of this crate.
