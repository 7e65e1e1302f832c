//! One line per request, with everything to find it by and nothing that opens a door.

use std::io;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use campanile_domain::Channel;
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::dead_letters::{bury, sweep};
use crate::support::{Fault, TestApi, get, user};

#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Lines {
    /// Collects this thread's log until the guard is dropped.
    pub fn collect(&self) -> tracing::subscriber::DefaultGuard {
        // While one subscriber is alone in the process, what it cares for is asked of the thread that
        // meets a line first: a neighbouring test, which has none, would put the line out for good.
        static ANOTHER: OnceLock<tracing::Dispatch> = OnceLock::new();
        ANOTHER.get_or_init(|| tracing::Dispatch::new(tracing_subscriber::registry()));
        let subscriber = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_max_level(tracing::Level::TRACE)
            .with_writer(self.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The one line about a request.
    #[track_caller]
    fn request(&self) -> Value {
        let text = self.text();
        let mut requests = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .filter(|line: &Value| line["http.route"].is_string());
        let line = requests.next().unwrap_or_else(|| panic!("{text}"));
        assert!(requests.next().is_none(), "{text}");
        line
    }
}

#[test]
fn a_neighbour_that_collects_nothing_puts_no_line_out() {
    fn say() {
        tracing::info!("said");
    }
    let lines = Lines::default();
    let guard = lines.collect();
    std::thread::spawn(say).join().unwrap();
    say();
    drop(guard);
    assert_eq!(lines.text().lines().count(), 1, "{}", lines.text());
}

#[tokio::test]
async fn a_request_is_one_line_without_its_token() {
    let lines = Lines::default();
    let guard = lines.collect();
    let token = user("acme", "u1");
    let mut request = get("/api/v1/notifications?limit=5", &token);
    let id = "req-1".parse().unwrap();
    request.headers_mut().insert("x-request-id", id);
    let answer = TestApi::new().await.call(request).await;
    drop(guard);

    assert_eq!(answer.status, 200);
    let text = lines.text();
    assert!(!text.contains(&token) && !text.contains("Bearer"), "{text}");
    let line = lines.request();
    assert_eq!(line["message"], "GET /api/v1/notifications 200");
    assert_eq!(line["http.method"], "GET");
    assert_eq!(line["http.status"], 200);
    assert_eq!(line["tenant.id"], "acme");
    assert_eq!(line["request.id"], "req-1");
    assert!(line["duration_ms"].is_u64());
    assert_eq!(line["spans"][0]["request.id"], "req-1");
    assert_eq!(line["spans"][0]["tenant.id"], "acme");
}

#[tokio::test]
async fn a_caller_that_hangs_up_leaves_a_line_too() {
    let lines = Lines::default();
    let guard = lines.collect();
    let api = TestApi::new().await;
    api.storage.break_call("inbox_count", Fault::Hang);
    let token = user("acme", "u1");
    let call = api.get("/api/v1/notifications/count", &token);
    let patience = Duration::from_millis(50);
    assert!(tokio::time::timeout(patience, call).await.is_err());
    drop(guard);
    assert_eq!(lines.request()["http.status"], 499);
    assert_eq!(lines.request()["tenant.id"], "acme");
}

#[tokio::test]
async fn what_an_operator_moves_is_told_with_its_number() {
    let api = TestApi::new().await;
    bury(&api, "acme", Channel::Push, &["a", "b"]).await;
    let lines = Lines::default();
    let guard = lines.collect();
    sweep(&api, "acme", "purge", &json!({"all": true})).await;
    drop(guard);
    let text = lines.text();
    let mut told = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["message"] == "purged dead letters");
    let line = told.next().unwrap_or_else(|| panic!("{text}"));
    assert_eq!(
        (&line["tenant.id"], &line["count"]),
        (&json!("acme"), &json!(2))
    );
    assert_eq!(line["level"], "INFO");
}
