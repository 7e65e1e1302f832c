//! Settings that will not do: one line that names the variable, no panic, nothing started.

use crate::support::{SECRET, campanile, complaint};

/// Arguments, environment, and what the complaint must name.
type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a str);

#[test]
fn each_says_which_variable_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let data = data.to_str().unwrap();
    let up = ["up", "--data-dir", data, "--listen", "127.0.0.1:0"];
    let database = ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    let jwt = ("JWT_SECRET", "0123456789abcdef0123456789abcdef");
    let broker = ("RABBITMQ_URL", "amqp://127.0.0.1:1/%2f");
    let cases: &[Case<'_>] = &[
        (&up, &[("JWT_SECRET", "short")], "JWT_SECRET"),
        (&up, &[("WEBHOOK_URL", "ftp://x/")], "WEBHOOK_URL"),
        (&up, &[("WEBHOOK_URL", "http://x/")], "WEBHOOK_SECRET"),
        (&up, &[("WEBHOOK_SECRET", SECRET)], "WEBHOOK_URL"),
        (
            &up,
            &[("WEBHOOK_URL", "http://x/"), ("WEBHOOK_SECRET", "plain")],
            "WEBHOOK_SECRET",
        ),
        (&up, &[("CAMPANILE_LISTEN", "nowhere")], "CAMPANILE_LISTEN"),
        (
            &up,
            &[("CAMPANILE_ALLOW_PRIVATE_NETWORKS", "10/8")],
            "CAMPANILE_ALLOW_PRIVATE_NETWORKS",
        ),
        (&up, &[("LOG_FORMAT", "xml")], "LOG_FORMAT"),
        (
            &up,
            &[("CAMPANILE_MASTER_KEY", "c2hvcnQ=")],
            "CAMPANILE_MASTER_KEY",
        ),
        (
            &["api"],
            &[database, jwt, ("CAMPANILE_MASTER_KEY", "no base64")],
            "CAMPANILE_MASTER_KEY",
        ),
        (
            &["worker"],
            &[database, broker, ("CAMPANILE_MASTER_KEY", "c2hvcnQ=")],
            "CAMPANILE_MASTER_KEY",
        ),
        (&up, &[database], "DATABASE_URL"),
        (&up, &[("DATABASE_URL", "sqlite::memory:")], "DATABASE_URL"),
        (&["api"], &[], "DATABASE_URL"),
        (&["api"], &[database], "JWT_SECRET"),
        (&["api"], &[database, jwt], "DATABASE_URL"),
        (
            &["api"],
            &[("DATABASE_URL", "mysql://x/"), jwt],
            "DATABASE_URL",
        ),
        (&["worker"], &[database], "RABBITMQ_URL"),
        (&["worker"], &[database, broker], "DATABASE_URL"),
        (
            &["worker", "--channels", "pigeon"],
            &[database, broker],
            "--channels",
        ),
        (
            &["worker", "--channels", "in_app"],
            &[database, broker],
            "--channels",
        ),
        (
            &[
                "worker",
                "--except",
                "push,email,webhook,slack,discord,pushover,apprise,web_push,apns",
            ],
            &[database, broker],
            "--except",
        ),
        (
            &["worker", "--except", "push", "--channels", "email"],
            &[database, broker],
            "--channels",
        ),
        (&["migrate"], &[], "DATABASE_URL"),
        (&["migrate"], &[database], "migrate"),
        (
            &["token", "--tenant", "A B", "--sub", "x", "--scope", "inbox"],
            &[],
            "--tenant",
        ),
        (
            &["token", "--tenant", "a", "--sub", "x", "--scope", "all"],
            &[jwt],
            "--scope",
        ),
        (
            &["token", "--tenant", "a", "--sub", "x", "--scope", "inbox"],
            &[],
            "JWT_SECRET",
        ),
        (&["tenant", "list"], &[], "DATABASE_URL"),
        (
            &["--config", "/nonexistent.toml", "up"],
            &[],
            "/nonexistent.toml",
        ),
    ];
    for (arguments, environment, named) in cases {
        let output = campanile(arguments, environment).output().unwrap();
        let text = complaint(&output);
        assert!(
            text.contains(named),
            "{arguments:?} {environment:?}: {text}"
        );
        assert!(
            text.lines().count() <= 6,
            "{arguments:?} {environment:?}: {text}"
        );
    }
    assert!(
        !dir.path().join("data/campanile.db").exists(),
        "nothing was started"
    );
}
