//! What experiments run on.
//!
//! `experiment` gives each its folder and its place on the servers (`installation`), and
//! clears up whatever happens. `roles` are the service's processes, `provider` is the fake one, each a `child`.
//! A `line` is a way to a server that can be cut.

mod child;
mod experiment;
mod installation;
mod line;
mod provider;
mod roles;

pub(crate) use child::Child;
pub(crate) use experiment::{Stage, Tell, experiment};
pub(crate) use installation::Installation;
pub(crate) use line::Line;
pub(crate) use provider::Provider;
pub(crate) use roles::Roles;
