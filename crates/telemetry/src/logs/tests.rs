//! Tests of the log set-up; none installs a subscriber for the process.

use super::*;

/// A separate file that is removed after the test.
struct LogFile(PathBuf);

impl LogFile {
    fn named(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("campanile-{}-{name}.log", std::process::id()));
        Self(path)
    }
}

impl Drop for LogFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn written(format: LogFormat, filter: Option<&str>, name: &str) -> String {
    let file = LogFile::named(name);
    let settings = LogSettings {
        format,
        filter: filter.map(str::to_owned),
        file: Some(file.0.clone()),
    };
    let subscriber = subscriber(settings).expect("good settings");
    tracing::subscriber::with_default(subscriber, || {
        tracing::info!(delivery.id = "d1", "delivery sent");
        tracing::info!(target: "sqlx", "statement");
        tracing::debug!("detail");
        tracing::debug!(target: "tungstenite", "a handshake");
        tracing::trace!(target: "tungstenite", "a frame and what is in it");
        tracing::trace!("a small step");
    });
    std::fs::read_to_string(&file.0).expect("the file was written")
}

#[test]
fn json_lines_carry_their_fields_at_the_top_level() {
    let text = written(LogFormat::Json, None, "json");
    assert_eq!(
        text.lines().count(),
        1,
        "libraries and details are quiet: {text}"
    );
    assert!(text.starts_with('{') && text.trim_end().ends_with('}'));
    assert!(text.contains(r#""message":"delivery sent""#), "{text}");
    assert!(text.contains(r#""delivery.id":"d1""#), "{text}");
    assert!(!text.contains(r#""fields""#), "{text}");
}

#[test]
fn text_lines_are_readable_and_without_colour_codes() {
    let text = written(LogFormat::Text, Some("debug"), "text");
    assert!(
        text.contains("delivery sent") && text.contains("detail"),
        "{text}"
    );
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn libraries_do_not_write_what_goes_over_the_wire() {
    let text = written(LogFormat::Text, Some("trace"), "trace");
    assert!(
        text.contains("a small step") && text.contains("a handshake"),
        "{text}"
    );
    assert!(!text.contains("a frame"), "{text}");
}

#[test]
fn an_empty_filter_is_the_default_one() {
    assert_eq!(
        written(LogFormat::Text, Some(" "), "empty").lines().count(),
        1
    );
}

#[test]
fn a_bad_filter_is_refused_by_the_name_of_its_variable() {
    let settings = LogSettings {
        filter: Some("info,=loud=".into()),
        ..LogSettings::default()
    };
    let error = subscriber(settings).err().expect("a refusal");
    assert!(
        error.to_string().starts_with("RUST_LOG: `info,=loud=`"),
        "{error}"
    );
}

#[test]
fn an_unwritable_file_is_refused_by_the_name_of_its_variable() {
    let settings = LogSettings {
        file: Some(std::env::temp_dir().join("campanile-no-such-folder/x.log")),
        ..LogSettings::default()
    };
    let error = subscriber(settings).err().expect("a refusal");
    assert!(error.to_string().starts_with("LOG_FILE: "), "{error}");
}

#[test]
fn formats_are_read_by_name() {
    assert_eq!("json".parse(), Ok(LogFormat::Json));
    assert_eq!("text".parse(), Ok(LogFormat::Text));
    assert!(
        "yaml"
            .parse::<LogFormat>()
            .expect_err("no such format")
            .to_string()
            .contains("`yaml`")
    );
}
