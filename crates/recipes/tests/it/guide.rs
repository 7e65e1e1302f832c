//! The guides say what recipes do.

use std::path::Path;

use campanile_recipes::Recipe;

fn page(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/guides")
        .join(name);
    std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

#[test]
fn the_guide_lists_every_setting_of_a_channel() {
    let page = page("channels.md");
    for name in ["slack", "discord", "pushover", "apprise"] {
        let recipe = crate::support::recipe(name);
        let section = page
            .split("\n## ")
            .find(|one| one.starts_with(&*recipe.title));
        let section = section.unwrap_or_else(|| panic!("no section on {name}"));
        for setting in &recipe.settings {
            let row = format!("| `{}` | {} |", setting.name, setting.help);
            assert!(section.contains(&row), "{name}: {row}");
        }
    }
}

#[test]
fn the_example_of_the_guide_is_a_recipe() {
    let page = page("add-a-channel.md");
    let example = page
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let recipe = Recipe::parse("example", example.expect("an example"));
    assert_eq!(recipe.expect("a recipe").settings.len(), 1);
}
