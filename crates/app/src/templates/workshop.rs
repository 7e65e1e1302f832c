//! Where templates and schemas of editors are compiled and rendered: on threads that may block, few at once, so that no
//! editor takes the threads that answer requests, or all of the processor.

use std::sync::LazyLock;
use std::time::Duration;

use campanile_cache::{Part, Shares};
use campanile_domain::TenantId;

use super::TemplateError;

/// So many pieces of work at once in this process.
const SEATS: usize = 2;
/// So many of one tenant.
const OF_TENANT: usize = 1;
/// How long work waits for a seat before it is refused.
const PATIENCE: Duration = Duration::from_secs(5);

static TAKEN: LazyLock<Shares> = LazyLock::new(|| Shares::new(SEATS));

/// Does a piece of work for a tenant's editor.
///
/// # Errors
/// [`TemplateError::Overloaded`]: there was no seat in time.
///
/// # Panics
/// As the work does.
pub(super) async fn apart<T: Send + 'static>(
    tenant: &TenantId,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, TemplateError> {
    let parts = vec![Part::new(tenant.as_str(), OF_TENANT)];
    let seat = TAKEN.take_within(parts, 1, PATIENCE).await;
    let seat = seat.map_err(|_full| TemplateError::Overloaded)?;
    let done = tokio::task::spawn_blocking(move || {
        // As long as the work goes on, even if its caller has gone away.
        let _seat = seat;
        work()
    });
    match done.await {
        Ok(done) => Ok(done),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_stopped) => Err(TemplateError::Overloaded),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn work_of_a_tenant_waits_for_its_own_and_not_for_that_of_others() {
        let [acme, other] = ["acme", "other"].map(|name| TenantId::parse(name).expect("valid"));
        let (go_on, waits) = mpsc::channel::<()>();
        let (tell, begun) = tokio::sync::oneshot::channel();
        let long = tokio::spawn({
            let acme = acme.clone();
            async move {
                apart(&acme, move || {
                    let _ = tell.send(std::thread::current().id());
                    waits.recv()
                })
                .await
            }
        });
        let thread = begun.await.expect("it has begun");
        assert_ne!(thread, std::thread::current().id());
        assert_eq!(apart(&other, || 7).await.expect("a seat"), 7);
        let second = tokio::spawn(async move { apart(&acme, || 8).await });
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        go_on.send(()).expect("it waits");
        assert!(long.await.expect("no panic").is_ok());
        assert_eq!(second.await.expect("no panic").expect("a seat"), 8);
    }
}
