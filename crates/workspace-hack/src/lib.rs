//! Nothing: the crate exists for its `Cargo.toml`, which unifies the features of dependencies in tests.
