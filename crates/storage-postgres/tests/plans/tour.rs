//! Every statement of the back end, by way of every method of the storage traits, for one tenant.

mod access;
mod book;
mod deliver;
mod house;
mod ingest;
mod read;
mod templates;
mod topics;

use campanile_domain::TenantId;
use campanile_storage::Storage;
use campanile_storage_contract::fixture::{tenants, user};

/// One tour. Those on the same database differ by number, and so do the rows that they make.
pub struct Tour<'a> {
    storage: &'a dyn Storage,
    acme: TenantId,
    number: u32,
}

/// Calls every method. The tenant is `acme`.
pub async fn tour(storage: &dyn Storage, number: u32) {
    let [acme] = tenants(storage, ["acme"]).await;
    let tour = Tour {
        storage,
        acme,
        number,
    };
    tour.house().await;
    tour.access().await;
    tour.book().await;
    tour.deliver().await;
    tour.read().await;
    tour.topics().await;
    tour.templates().await;
    tour.ingest().await;
    tour.rotations().await;
    tour.retention().await;
}

impl Tour<'_> {
    /// A user of this tour.
    fn someone(&self, place: &str) -> String {
        format!("tour{}-{place}", self.number)
    }

    fn user(&self, place: &str) -> campanile_domain::UserId {
        user(&self.someone(place))
    }
}

/// Left out: it would end the absence of statistics, and has a test of its own.
const LEFT_OUT: [&str; 1] = ["analyze_grown"];

/// Fails where a trait has a method that no tour calls.
#[test]
fn every_method_is_called() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../storage/src");
    let mut missing = Vec::new();
    let mut found = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        // A method of a trait; functions stand at the beginning of a line.
        for line in text.lines() {
            let Some(rest) = line.strip_prefix("    async fn ") else {
                continue;
            };
            let name = rest.split(['(', '<']).next().unwrap();
            let is_trait = text.contains(": Send + Sync {");
            found += usize::from(is_trait);
            if is_trait && !LEFT_OUT.contains(&name) && !CALLS.contains(&format!(".{name}(")) {
                missing.push(name.to_owned());
            }
        }
    }
    assert!(found > 60, "the traits were not found: {found}");
    assert!(missing.is_empty(), "no tour calls {missing:?}");
}

const CALLS: &str = concat!(
    include_str!("tour/access.rs"),
    include_str!("tour/book.rs"),
    include_str!("tour/deliver.rs"),
    include_str!("tour/house.rs"),
    include_str!("tour/ingest.rs"),
    include_str!("tour/read.rs"),
    include_str!("tour/templates.rs"),
    include_str!("tour/topics.rs"),
    include_str!("watch.rs"),
);
