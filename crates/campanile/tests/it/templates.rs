//! Templates: the command and the API on one set of them.

use std::fs;
use std::path::Path;
use std::process::Output;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Acme, Process, campanile};

const ADMIN: [&str; 2] = ["ops", "admin"];
const TYPE: &str = "/api/v1/admin/templates/order_shipped";

fn template(data: &str, arguments: &[&str]) -> Output {
    let all = [
        &["template"],
        arguments,
        &["--tenant", "acme", "--data-dir", data],
    ]
    .concat();
    campanile(&all, &[]).output().unwrap()
}

fn done(data: &str, arguments: &[&str]) -> String {
    let output = template(data, arguments);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn a_folder_in_git_is_pushed_published_and_rolled_back() {
    let dir = tempfile::tempdir().unwrap();
    let (data, folder) = (dir.path().join("data"), dir.path().join("templates"));
    let (data, files) = (data.to_str().unwrap(), folder.to_str().unwrap());
    let listen = ["up", "--data-dir", data, "--listen", "127.0.0.1:0"];
    assert_eq!(Process::start(&listen, &[]).terminate().0, Some(0));
    let create = ["tenant", "create", "acme", "--data-dir", data];
    assert!(campanile(&create, &[]).status().unwrap().success());
    write(&folder, "order_shipped/push.en.title.txt", "Shipped\n");
    write(
        &folder,
        "order_shipped/push.en.body.txt",
        "Order {{ content.id }}\n",
    );
    write(&folder, "_shared/brand.json", r#"{"name": "Acme"}"#);
    fs::write(folder.join("README.md"), "how we word things").unwrap();
    let dry = done(data, &["push", files, "--dry-run"]);
    assert!(
        dry.contains("+++ folder/order_shipped/push.en.title.txt"),
        "{dry}"
    );
    assert!(dry.contains("+Order {{ content.id }}"), "{dry}");
    let pushed = done(
        data,
        &["push", files, "--publish", "--comment", "first words"],
    );
    assert!(
        pushed.contains("order_shipped: version 1 is in use"),
        "{pushed}"
    );
    assert_eq!(done(data, &["push", files]), "nothing has changed\n");
    assert_eq!(done(data, &["diff", files]), "");
    write(&folder, "order_shipped/push.en.title.txt", "On its way\n");
    let diff = template(data, &["diff", files]);
    assert_eq!(diff.status.code(), Some(1));
    let text = String::from_utf8(diff.stdout).unwrap();
    assert!(text.contains("-Shipped\n+On its way"), "{text}");
    done(data, &["push", files, "--as", "ann"]);
    let published = done(data, &["publish", "order_shipped", "--as", "ann"]);
    assert_eq!(published, "order_shipped: version 2 is in use\n");
    // What a run before has saved and not published is published, and once.
    write(&folder, "order_shipped/push.en.title.txt", "Sent\n");
    done(data, &["push", files]);
    let published = done(data, &["push", files, "--publish"]);
    assert_eq!(
        published,
        "nothing has changed\norder_shipped: version 3 is in use\n"
    );
    let again = done(data, &["push", files, "--publish"]);
    assert_eq!(again, "nothing has changed\n");
    let back = done(data, &["rollback", "order_shipped", "1"]);
    assert_eq!(back, "order_shipped: version 4 is in use\n");
    let late = template(
        data,
        &["publish", "order_shipped", "--at", "2999-01-01T00:00:00Z"],
    );
    let complaint = String::from_utf8(late.stderr).unwrap();
    assert!(
        complaint.contains("publish_at: must be in the future"),
        "{complaint}"
    );
    let versions = done(data, &["versions", "order_shipped", "--format", "json"]);
    let versions: Value = serde_json::from_str(&versions).unwrap();
    let makers = versions["versions"].as_array().unwrap().iter();
    let makers: Vec<_> = makers.map(|one| one["made_by"].as_str().unwrap()).collect();
    assert_eq!(makers, ["operator", "operator", "ann", "operator"]);
    // Another folder gets what is stored; what differs there is not overwritten.
    let other = dir.path().join("other");
    let elsewhere = other.to_str().unwrap();
    let pulled = done(data, &["pull", elsewhere]);
    assert!(pulled.starts_with("wrote 3 files"), "{pulled}");
    let title = other.join("order_shipped/push.en.title.txt");
    assert_eq!(fs::read_to_string(&title).unwrap(), "Sent\n");
    fs::write(&title, "mine\n").unwrap();
    assert!(!template(data, &["pull", elsewhere]).status.success());
    assert_eq!(fs::read_to_string(&title).unwrap(), "mine\n");
    done(data, &["pull", elsewhere, "--force"]);
    assert_eq!(done(data, &["diff", elsewhere]), "");
    fs::remove_file(&title).unwrap();
    fs::remove_file(other.join("order_shipped/push.en.body.txt")).unwrap();
    let pruned = done(data, &["push", elsewhere, "--prune"]);
    assert_eq!(pruned, "removed order_shipped push en\n");
    let retired = done(data, &["retire", "order_shipped"]);
    assert_eq!(retired, "order_shipped: the built-in words are in use\n");
    assert!(
        !template(data, &["retire", "order_shipped"])
            .status
            .success()
    );
}

#[test]
fn a_folder_that_cannot_be_read_is_refused_with_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let (data, folder) = (dir.path().join("data"), dir.path().join("templates"));
    let data = data.to_str().unwrap();
    let listen = ["up", "--data-dir", data, "--listen", "127.0.0.1:0"];
    assert_eq!(Process::start(&listen, &[]).terminate().0, Some(0));
    let create = ["tenant", "create", "acme", "--data-dir", data];
    assert!(campanile(&create, &[]).status().unwrap().success());
    for (file, text, said) in [
        (
            "order/push.en.title.exe",
            "x",
            "expected <channel>.<locale>.<part>",
        ),
        ("order/pigeon.en.title.txt", "x", "unknown channel"),
        ("Order/push.en.title.txt", "x", "notification type"),
        (
            "order/push.en.html.txt",
            "x",
            "push has the parts title, body, image",
        ),
        ("_shared/brand.json", "{", "brand.json"),
    ] {
        write(&folder, file, text);
        let refused = template(data, &["push", folder.to_str().unwrap()]);
        assert_eq!(refused.status.code(), Some(1));
        let complaint = String::from_utf8(refused.stderr).unwrap();
        assert!(complaint.contains(said), "{file}: {complaint}");
        fs::remove_dir_all(&folder).unwrap();
    }
    let absent = template(data, &["push", folder.to_str().unwrap()]);
    assert_eq!(absent.status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_prints_what_the_api_answers() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let acme = Acme::start(data, &[]);
    let draft = json!({"parts": {"title": "Shipped"}});
    let path = format!("{TYPE}/push/en");
    let (status, answer) = acme.call(Method::PUT, &path, ADMIN, &draft).await;
    assert_eq!(status, 200, "{answer}");
    let variant = json!({"weight": 30, "templates": {"en": {"title": "On its way"}}});
    let path = format!("{TYPE}/push/variants/short");
    let (status, answer) = acme.call(Method::PUT, &path, ADMIN, &variant).await;
    assert_eq!(status, 200, "{answer}");
    let publish = format!("{TYPE}/publish");
    let (status, answer) = acme.call(Method::POST, &publish, ADMIN, &json!({})).await;
    assert_eq!(status, 200, "{answer}");
    let (_, list) = acme
        .call(Method::GET, "/api/v1/admin/templates", ADMIN, &Value::Null)
        .await;
    let versions = format!("{TYPE}/versions");
    let (_, versions) = acme.call(Method::GET, &versions, ADMIN, &Value::Null).await;
    let of = async |what: &str| {
        let path = format!("{TYPE}/{what}");
        acme.call(Method::GET, &path, ADMIN, &Value::Null).await.1
    };
    let (variants, results) = (of("variants").await, of("results").await);
    assert_eq!(acme.up.terminate().0, Some(0));
    for (arguments, answer) in [
        (
            &["variants", "order_shipped", "--format", "json"][..],
            variants,
        ),
        (&["results", "order_shipped", "--format", "json"], results),
        (&["list", "--format", "json"], list),
        (&["versions", "order_shipped", "--format", "json"], versions),
    ] {
        let printed: Value = serde_json::from_str(&done(data, arguments)).unwrap();
        assert_eq!(printed, answer, "{arguments:?}");
    }
}

#[test]
fn a_variant_is_saved_shown_and_promoted() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let data = data.to_str().unwrap();
    let acme = Acme::start(data, &[]);
    assert_eq!(acme.up.terminate().0, Some(0));
    let folder = dir.path().join("templates");
    write(&folder, "order_shipped/push.en.title.txt", "Shipped\n");
    done(data, &["push", folder.to_str().unwrap()]);
    write(
        dir.path(),
        "short.json",
        r#"{"en": {"title": "On its way"}}"#,
    );
    let file = dir.path().join("short.json");
    let set = [
        "variants",
        "order_shipped",
        "--set",
        "push/short",
        "--weight",
        "30",
        "--file",
    ];
    for _ in 0..2 {
        let said = done(data, &[&set[..], &[file.to_str().unwrap()]].concat());
        assert!(said.contains("saved short of push"), "{said}");
    }
    let listed = done(data, &["variants", "order_shipped"]);
    assert!(
        listed.contains("short") && listed.contains("30%"),
        "{listed}"
    );
    done(data, &["publish", "order_shipped"]);
    let results = done(data, &["results", "order_shipped"]);
    for expected in [
        "push, since version 1",
        "control",
        "70%",
        "too few",
        "read: not certain yet",
    ] {
        assert!(results.contains(expected), "{expected}: {results}");
    }
    let promoted = done(data, &["promote", "order_shipped", "push", "short"]);
    assert!(promoted.contains("version 2 is in use"), "{promoted}");
    done(data, &["pull", folder.to_str().unwrap(), "--force"]);
    let pulled = fs::read_to_string(folder.join("order_shipped/push.en.title.txt")).unwrap();
    assert_eq!(pulled, "On its way\n");
    let results = done(data, &["results", "order_shipped"]);
    assert!(results.contains("compares nothing"), "{results}");
    let files = folder.to_str().unwrap();
    write(&folder, "order_shipped/push@b.en.title.txt", "B\n");
    let refused = template(data, &["diff", files]);
    let complaint = String::from_utf8(refused.stderr).unwrap();
    assert!(
        complaint.contains("push@b.weight.txt") && complaint.contains("share of readers"),
        "{complaint}"
    );
    write(&folder, "order_shipped/push@b.weight.txt", "60\n");
    let dry = done(data, &["push", files, "--dry-run"]);
    for expected in [
        "--- /dev/null\n+++ folder/order_shipped/push@b.weight.txt\n",
        "+60\n",
        "+++ folder/order_shipped/push@b.en.title.txt\n",
    ] {
        assert!(dry.contains(expected), "{expected}: {dry}");
    }
    let saved = "saved order_shipped push variant b\n";
    assert_eq!(done(data, &["push", files]), saved);
    assert_eq!(done(data, &["diff", files]), "");
    // One gives up what the other takes.
    write(&folder, "order_shipped/push@a.en.title.txt", "A\n");
    write(&folder, "order_shipped/push@a.weight.txt", "60\n");
    write(&folder, "order_shipped/push@b.weight.txt", "30\n");
    let published = done(data, &["push", files, "--publish"]);
    assert!(published.contains("version 3 is in use"), "{published}");
    let other = dir.path().join("other");
    done(data, &["pull", other.to_str().unwrap()]);
    let shares = ["a", "b"].map(|name| {
        let file = format!("order_shipped/push@{name}.weight.txt");
        fs::read_to_string(other.join(file)).unwrap()
    });
    assert_eq!(shares, ["60\n", "30\n"]);
    assert_eq!(done(data, &["diff", other.to_str().unwrap()]), "");
    for file in ["push@a.weight.txt", "push@a.en.title.txt"] {
        fs::remove_file(other.join("order_shipped").join(file)).unwrap();
    }
    assert_eq!(
        done(data, &["push", other.to_str().unwrap()]),
        "nothing has changed\n"
    );
    let pruned = done(data, &["push", other.to_str().unwrap(), "--prune"]);
    assert_eq!(pruned, "removed order_shipped push variant a\n");
    for wrong in [
        &["variants", "order_shipped", "--set", "push/short"][..],
        &["variants", "order_shipped", "--remove", "push"],
        &["variants", "order_shipped", "--remove", "push/control"],
        &["variants", "order_shipped", "--remove", "push/short"],
        &["promote", "order_shipped", "push", "short"],
    ] {
        let output = template(data, wrong);
        assert!(!output.status.success(), "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_follows_the_files_of_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("templates");
    write(
        &folder,
        "order/push.en.title.txt",
        "Order {{ content.id }}\n",
    );
    write(&folder, "order/email.en.subject.txt", "<Order>\n");
    write(
        &folder,
        "order/email.en.html.html",
        "<p>Hello & bye {{ content.di }}</p>\n",
    );
    write(dir.path(), "contents.json", r#"{"order": {"id": 7}}"#);
    let contents = dir.path().join("contents.json");
    let arguments = [
        "template",
        "watch",
        folder.to_str().unwrap(),
        "--content",
        contents.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
    ];
    let watching = Process::start(&arguments, &[]);
    let url = format!("http://{}", watching.address());
    let page = async || reqwest::get(&url).await.unwrap().text().await.unwrap();
    let version = |page: &str| {
        let (_, rest) = page.split_once("data-version=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let before = page().await;
    for expected in [
        "Order 7",
        "&lt;Order&gt;",
        "srcdoc=\"",
        "line 1, column",
        "content.di",
    ] {
        assert!(before.contains(expected), "{expected}: {before}");
    }
    assert!(!before.contains("<p>Hello"), "mails are quoted");
    let changed = format!("{url}/changed?since={}", version(&before));
    let changed = tokio::spawn(async move { reqwest::get(changed).await.unwrap().status() });
    write(
        &folder,
        "order/push.en.title.txt",
        "Parcel {{ content.id }} is here\n",
    );
    assert_eq!(changed.await.unwrap(), 200);
    let after = page().await;
    assert!(after.contains("Parcel 7 is here"), "{after}");
    assert_ne!(version(&after), version(&before));
    write(&folder, "order/pigeon.en.title.txt", "x\n");
    let broken = page().await;
    assert!(broken.contains("pigeon.en.title.txt"), "{broken}");

    let client = reqwest::Client::new();
    let strange = client.get(&url).header("host", "evil.example").send().await;
    assert_eq!(strange.unwrap().status(), 421);
    let open = [
        "template",
        "watch",
        folder.to_str().unwrap(),
        "--listen",
        "0.0.0.0:0",
    ];
    let refused = campanile(&open, &[]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
}
