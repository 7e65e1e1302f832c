//! Names of what is asked of the server, for traces and for the log of slow queries.

use crate::error::Fault;

/// Asks under a name.
pub(crate) async fn named<T>(
    name: &'static str,
    asked: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    let query = campanile_telemetry::query(name);
    let done = asked.await;
    query.end();
    done
}

/// The path of the function in which this stands.
macro_rules! function {
    () => {{
        fn here() {}
        std::any::type_name_of_val(&here)
    }};
}
pub(crate) use function;
