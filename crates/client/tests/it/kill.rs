//! `kill -9` at any moment, of a process that spools and replays: nothing it was promised is lost, nothing comes twice.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use campanile_client::{Client, Outcome, SpoolLimits};

use crate::service::Service;
use crate::{notification, once, spooling};

/// Processes that are killed, one after the other, on the same spool.
const KILLS: u64 = 16;
const USERS: [&str; 4] = ["a", "b", "c", "d"];

/// What is killed: calls without end, for all users at once, and tells each outcome when it hears it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "not a test: the process that `every_kill_is_survived` starts and kills"]
async fn child() {
    let (url, dir) = (env::var("KILL_URL").unwrap(), env::var("KILL_DIR").unwrap());
    let first: u64 = env::var("KILL_FIRST").unwrap().parse().unwrap();
    let client = Client::builder(url).token("t").retry(once());
    let client = client
        .spool(dir, SpoolLimits::default())
        .build()
        .await
        .unwrap();
    let mut callers = tokio::task::JoinSet::new();
    for user in USERS {
        let client = client.clone();
        callers.spawn(async move {
            for number in first.. {
                let outcome = client.send(&notification(user, number)).await.unwrap();
                let how = matches!(outcome, Outcome::Spooled { .. });
                let line = format!("promised {user} {number} {how}\n");
                std::io::stdout().write_all(line.as_bytes()).unwrap();
            }
        });
    }
    callers.join_all().await;
}

/// Lets one process hear `promises` outcomes and kills it; gives all that it heard.
fn run_and_kill(url: &str, dir: &Path, first: u64, promises: usize) -> Vec<(String, u64, bool)> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--ignored", "--nocapture"])
        .env("KILL_URL", url)
        .env("KILL_DIR", dir)
        .env("KILL_FIRST", first.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let mut heard = Vec::new();
    for line in output.lines().map_while(Result::ok) {
        // The test harness may write a line of its own in front.
        let Some((_, reported)) = line.split_once("promised ") else {
            continue;
        };
        let words: Vec<_> = reported.split(' ').collect();
        // The last line may be torn.
        let [user, number, spooled @ ("true" | "false")] = words.as_slice() else {
            continue;
        };
        heard.push((
            (*user).to_owned(),
            number.parse().unwrap(),
            *spooled == "true",
        ));
        if heard.len() == promises {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    heard
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kill_is_survived() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    let mut promised: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    let mut spooled = 0;
    for round in 0..KILLS {
        // Away for three rounds, there for one: kills hit appending, replaying, and both.
        if round % 4 == 3 {
            service.up();
        } else {
            service.down();
        }
        // Anything from a handful to hundreds, so that kills come at many different moments.
        let promises = 5 + (round as usize * 97) % 300;
        let (url, path) = (service.url(), dir.path().to_owned());
        let run = move || run_and_kill(&url, &path, round * 100_000, promises);
        for (user, number, was_spooled) in tokio::task::spawn_blocking(run).await.unwrap() {
            promised.entry(user).or_default().insert(number);
            spooled += usize::from(was_spooled);
        }
    }
    if service.accepted().is_empty() {
        panic!("no round reached the service");
    }
    service.down();
    service.up();
    let client = spooling(&service, dir.path()).await;
    let left = client.spooled();
    tokio::time::timeout(std::time::Duration::from_secs(60), client.flush())
        .await
        .unwrap();
    let mut total = 0;
    for user in USERS {
        let numbers = service.numbers(user);
        let distinct: BTreeSet<u64> = numbers.iter().copied().collect();
        total += numbers.len();
        assert_eq!(
            distinct.len(),
            numbers.len(),
            "{user}: something came twice"
        );
        let lost: Vec<_> = promised[user].difference(&distinct).collect();
        assert!(lost.is_empty(), "{user}: lost {lost:?}");
        assert!(numbers.is_sorted(), "{user}: out of order");
    }
    let heard: usize = promised.values().map(BTreeSet::len).sum();
    println!("promised {heard} ({spooled} spooled), accepted {total}, replayed at the end {left}");
    let status = client.spool_status();
    assert_eq!((status.rejected, status.damaged), (0, 0));
}
