//! Work that would keep a thread of the runtime from its other requests.

use tokio::runtime::{Handle, RuntimeFlavor};

/// From here on, reading a body takes longer than requests beside it should wait: 64 KiB are read in
/// less than a millisecond, the 4 MiB of a bulk call in tens of them.
const LONG_BYTES: usize = 64 * 1_024;

/// Does work on that many bytes. Where it is much, another thread goes on with the requests of this one.
pub(crate) fn on_bytes<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    if bytes >= LONG_BYTES && Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread {
        return tokio::task::block_in_place(work);
    }
    work()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The only worker of the runtime does long work until a task that it must serve as well has run.
    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn others_go_on_while_much_is_read() {
        let long = tokio::spawn(async {
            let (sender, receiver) = std::sync::mpsc::channel();
            tokio::spawn(async move { sender.send(()) });
            let patience = std::time::Duration::from_secs(60);
            on_bytes(LONG_BYTES, || receiver.recv_timeout(patience))
        });
        assert_eq!(long.await.expect("no panic"), Ok(()));
    }

    #[tokio::test]
    async fn one_thread_does_it_itself() {
        assert_eq!(on_bytes(LONG_BYTES, || 7), 7);
    }
}
