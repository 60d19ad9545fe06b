//! The `gridwhistle` command.

fn main() {}
