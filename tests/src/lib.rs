//! Tests that need more than one crate, or the shared data beside the workspace. One binary.

#[cfg(test)]
mod import;
