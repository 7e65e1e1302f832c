//! Compares the content of notifications with the JSON Schema (draft 2020-12) that a tenant has set for its type.
//!
//! A tenant's schema runs in a process that serves all tenants, so its cost is bounded by what it may contain ([`allowed`]):
//! each of its parts looks at each value of a content at most once.
//!
//! Neighbours: `app` refuses schemas that cannot be used; `wording` keeps compiled ones; nothing here does I/O.

mod allowed;
mod compiled;

pub use compiled::{CompiledSchema, SchemaFault, Violation};
