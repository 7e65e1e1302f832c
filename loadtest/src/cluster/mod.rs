//! What the runs share that start a cluster of their own.
//!
//! `installation` is its place on the servers, removed by `guard` whatever happens; `starter` starts
//! the roles as `child` processes, and `costs` is what they take.

mod amqp;
mod child;
mod costs;
mod guard;
mod installation;
mod starter;

pub(crate) use child::Child;
pub(crate) use costs::{Cost, Costs};
pub(crate) use guard::{guarded, work_folder};
pub(crate) use installation::Installation;
pub(crate) use starter::{Starter, binary};
