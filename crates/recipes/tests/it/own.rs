//! Recipes of an operator, with the line of what is wrong.

use std::fs;
use std::path::Path;

use campanile_recipes::{read, read_folder};

fn example() -> String {
    let guide = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/guides/add-a-channel.md"
    );
    let page = fs::read_to_string(guide).expect("the guide");
    let example = page.split("```toml\n").nth(1).expect("an example");
    example.split("```").next().expect("its end").to_owned()
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).expect("written");
}

#[test]
fn a_folder_is_read_whole_in_the_order_of_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let of = |name: &str| example().replace("name = \"example\"", &format!("name = {name:?}"));
    write(folder.path(), "two.toml", &of("two"));
    write(folder.path(), "one.toml", &of("one"));
    write(folder.path(), "README.md", "not a recipe");
    let read = read_folder(folder.path()).expect("recipes");
    let names: Vec<&str> = read.iter().map(|one| &*one.name).collect();
    assert_eq!(names, ["one", "two"]);
    let missing = read_folder(&folder.path().join("none")).expect_err("no folder");
    assert!(missing[0].to_string().contains("none: cannot be read"));
}

#[test]
fn every_fault_has_its_file_and_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = example();
    let at = |text: &str, part: &str| {
        let before = text.split(part).next().expect("a part");
        before.matches('\n').count() + 1
    };
    let unknown = good.replace("about =", "abuot =");
    let status = good.replace("status = [429]", "status = []");
    let request = good.replace("{settings.url}", "{settings.hook}");
    let limits = good.replace("concurrency = 4", "concurrency = 0");
    for (name, text, line, what) in [
        (
            "a.toml",
            &unknown,
            Some(at(&unknown, "abuot")),
            "unknown field",
        ),
        (
            "b.toml",
            &good,
            Some(at(&good, "name =")),
            "its name is \"example\"",
        ),
        // A row is named by the line where it begins.
        (
            "example.toml",
            &status,
            Some(at(&status, "[[reply]]\nstatus = []")),
            "reply 2: a row has a status",
        ),
        (
            "example.toml",
            &request,
            Some(at(&request, "[[request]]")),
            "request 1:",
        ),
        (
            "example.toml",
            &limits,
            Some(at(&limits, "[limits]")),
            "limits:",
        ),
        ("slack.toml", &good, None, "every installation has"),
        ("push.toml", &good, None, "must be none of a channel"),
        ("Big.toml", &good, None, "1 to 32 characters"),
        ("example.txt", &good, None, "must be called <name>.toml"),
    ] {
        write(folder.path(), name, text);
        let error = read(&folder.path().join(name)).expect_err(name);
        assert_eq!(error.line, line, "{error}");
        assert!(error.what.contains(what), "{error}");
        let shown = error.to_string();
        let place = line.map_or(String::new(), |line| format!(":{line}"));
        assert!(shown.contains(&format!("{name}{place}: ")), "{shown}");
    }
    let all = read_folder(folder.path()).expect_err("many faults");
    assert_eq!(all.len(), 6, "{all:?}");
    let long = good + &"# \n".repeat(100_000);
    write(folder.path(), "long.toml", &long);
    let error = read(&folder.path().join("long.toml")).expect_err("too long");
    assert!(error.what.contains("longer than"), "{error}");
}
