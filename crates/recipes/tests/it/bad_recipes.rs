//! Recipes that are refused, with what is said of them.

use campanile_recipes::Recipe;

const GOOD: &str = r#"
name = "good"
title = "Good"
about = "A service."
documentation = ["https://good.example/docs"]
read = "2026-11-29"

[[setting]]
name = "token"
kind = "text"
secret = true
required = true
help = "The token."
example = "abc"

[[request]]
method = "POST"
url = "https://good.example/send"
headers = { Authorization = "Bearer {settings.token}" }
format = "json"
body = { text = "{message}" }

[default]
2xx = "delivered"
3xx = "misconfigured"
4xx = "rejected"
5xx = "ambiguous"

[[reply]]
status = [429]
outcome = "quota"
"#;

#[test]
fn a_good_recipe_is_read() {
    Recipe::parse("good", GOOD).expect("a recipe");
}

#[test]
fn a_wrong_recipe_is_refused_with_what_is_wrong() {
    for (from, to, said) in [
        (
            "[[reply]]\nstatus = [429]",
            "[[reply]]\nstatus = [429]\nstaus = 1",
            "unknown field `staus`",
        ),
        (
            "about = \"A service.\"",
            "about = \"A service.\"\ncolour = 1",
            "line 5",
        ),
        ("5xx = \"ambiguous\"\n", "", "missing field `5xx`"),
        (
            "3xx = \"misconfigured\"",
            "3xx = \"delivered\"",
            "only 2xx can be delivered",
        ),
        (
            "outcome = \"quota\"",
            "outcome = \"delivered\"",
            "reply 1: only 2xx can be delivered",
        ),
        (
            "outcome = \"quota\"",
            "outcome = \"later\"",
            "unknown variant `later`",
        ),
        (
            "https://good.example/send",
            "{address}",
            "the recipe has an [address_url]",
        ),
        ("status = [429]", "status = [\"9xx\"]", "a status is 429"),
        ("status = [429]", "status = []", "a row has a status"),
        (
            "https://good.example/send",
            "{settings.token}",
            "with a setting of kind url",
        ),
        (
            "https://good.example/send",
            "https://{settings.token}/send",
            "must begin with https://host/",
        ),
        (
            "https://good.example/send",
            "https://good.example{settings.token}",
            "must begin with https://host/",
        ),
        (
            "https://good.example/send",
            "http://good.example/",
            "must begin with https://host/",
        ),
        (
            "https://good.example/send",
            "https://good.example@evil.example/",
            "must begin with https://host/",
        ),
        (
            "https://good.example/send",
            "{address}/send",
            "the recipe has an [address_url]",
        ),
        ("{message}", "{mesage}", "{mesage} is no placeholder"),
        ("{message}", "{address}", "{address} without [address]"),
        (
            "{message}",
            "{settings.tokn}",
            "there is no setting \"tokn\"",
        ),
        (
            "{message}",
            "{priority.level}",
            "is in no table of [priority]",
        ),
        (
            "method = \"POST\"",
            "method = \"GET\"",
            "the method is POST or PUT",
        ),
        (
            "method = \"POST\"",
            "method = \"POST\"\nwhen = { setting = \"token\" }",
            "must have no `when`",
        ),
        (
            "name = \"good\"",
            "name = \"other\"",
            "its file has another one",
        ),
        (
            "read = \"2026-11-29\"",
            "read = \"lately\"",
            "must be a date",
        ),
        ("[\"https://good.example/docs\"]", "[]", "documentation"),
        (
            "example = \"abc\"",
            "example = 1",
            "its example or default must be a string",
        ),
        (
            "required = true",
            "required = true\ndefault = \"x\"",
            "what is required has no default",
        ),
        (
            "kind = \"text\"",
            "kind = \"choice\"",
            "`of` lists the values",
        ),
        (
            "[default]",
            "[idempotency]\nfield = \"id\"\n[default]",
            "must have {delivery_id}",
        ),
        (
            "[default]",
            "[limits]\ncalls_per_second = 0.0\n[default]",
            "limits",
        ),
        ("help = \"The token.\"", "help = \"\"", "help must say"),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let error = Recipe::parse("good", &GOOD.replacen(from, to, 1)).err();
        let error = error
            .unwrap_or_else(|| panic!("{to} was accepted"))
            .to_string();
        assert!(error.contains(said), "{to}: {error}");
        assert!(error.starts_with("recipe good: "), "{error}");
    }
}

/// Users choose where their URLs lead.
#[test]
fn the_urls_of_users_get_no_secret_of_the_account() {
    let written = |table: &str| {
        let called = GOOD.replace("https://good.example/send", "{address}");
        called.replace("[default]", &format!("[address_url]\n{table}\n[default]"))
    };
    let example = "help = \"A room.\"\nexample = \"https://good.example/rooms/1\"";
    for (table, said) in [
        (example.to_owned(), Some("{settings.token} is secret")),
        (
            format!("{example}\nprefix = \"https://good.example/\""),
            None,
        ),
        (
            format!("{example}\nprefix = \"https://good.example\""),
            Some("a host with / after it"),
        ),
        (
            format!("{example}\nprefix = \"ftp://good.example/\""),
            Some("address_url: its prefix"),
        ),
        (
            format!("{example}\nsetting = \"token\""),
            Some("of the kind url"),
        ),
        (
            format!("{example}\nsetting = \"url\""),
            Some("there is no setting \"url\""),
        ),
        (
            format!("{example}\nmax = 5000"),
            Some("max is 1024 at most"),
        ),
    ] {
        let error = Recipe::parse("good", &written(&table)).err();
        let error = error.map(|error| error.to_string());
        match said {
            None => assert_eq!(error, None, "{table}"),
            Some(said) => {
                let error = error.unwrap_or_else(|| panic!("{table} was accepted"));
                assert!(error.contains(said), "{table}: {error}");
            }
        }
    }
}
