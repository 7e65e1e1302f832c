//! The trace of a request reaches whatever handles its notifications later.

use std::sync::Arc;

use campanile_domain::TraceParent;
use campanile_storage::{AcceptItem, AcceptOutcome, Storage};

use super::fixture::{item, load, notification, one, plan, tenants};

/// With those of a request that is recorded, and with no others.
///
/// # Panics
/// If the promise is not kept.
pub async fn the_span_of_a_request_goes_along_to_the_call(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let trace = TraceParent::new(u128::MAX - 1, 1);
    assert!(trace.is_some(), "it is one");
    let (first, second) = (notification(&acme, "a"), notification(&acme, "b"));
    let other = notification(&acme, "c");
    let traced = AcceptItem {
        trace,
        ..item(vec![first.clone(), second.clone()])
    };
    let batch = [traced, item(vec![other.clone()])];
    let outcomes = storage.accept(batch.into()).await.expect("accepted");
    assert_eq!(outcomes, [AcceptOutcome::Accepted, AcceptOutcome::Accepted]);
    let planned = plan(storage.as_ref(), &[acme]).await;
    assert_eq!(
        planned.traces,
        [trace, trace].map(|one| one.expect("it is one"))
    );
    let loaded = load(storage.as_ref(), &one(planned.dispatches)).await;
    let jobs = loaded.expect("it is there").jobs;
    for (notification, expected) in [(first, trace), (second, trace), (other, None)] {
        let mut found = jobs
            .iter()
            .filter(|job| job.notification.id == notification.id);
        assert_eq!(found.next().expect("its job").trace, expected);
        assert!(found.next().is_none());
    }
}
