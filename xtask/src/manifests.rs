//! Kubernetes manifests: every overlay and component is built, and every object held against its schema.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::command;
use crate::tools::Tools;

/// A folder with newer JSON schemas of custom resources than ours, as `<group>/<kind>_<version>.json`.
const SCHEMAS: &str = "CRD_SCHEMAS";
const OWN_SCHEMAS: &str = "xtask/tools/schemas";
/// Components that no overlay has, and the overlay that they are tried with.
const OPTIONAL: &[(&str, &str)] = &[
    ("external-secrets", "production"),
    ("postgres-backup", "production"),
];

/// Builds everything and checks core objects, custom resources and what every pod must have.
///
/// # Errors
/// What does not build, each field that its schema does not know, each pod that lacks something.
pub fn check(tools: &Tools) -> Result<()> {
    let root = command::workspace_root();
    let rendered = root.join(".tools/rendered");
    if rendered.exists() {
        fs::remove_dir_all(&rendered).context("cannot empty .tools/rendered")?;
    }
    let mut built = Vec::new();
    for overlay in fs::read_dir(root.join("k8s/overlays")).context("cannot list k8s/overlays")? {
        let overlay = overlay.context("cannot list k8s/overlays")?;
        let name = overlay.file_name().to_string_lossy().into_owned();
        built.push(build(tools, &overlay.path(), &rendered.join(name))?);
    }
    for (component, overlay) in OPTIONAL {
        let folder = rendered.join(component);
        fs::create_dir_all(&folder).context("cannot make a folder in .tools/rendered")?;
        let text = format!(
            "resources: [../../../k8s/overlays/{overlay}]\ncomponents: [../../../k8s/components/{component}]\n"
        );
        fs::write(folder.join("kustomization.yaml"), text).context("cannot write an overlay")?;
        built.push(build(tools, &folder, &folder)?);
    }
    command::output(
        tools
            .call("kubernetes-validate")
            .args(["--strict", "--quiet"])
            .arg("k8s/secret.example.yaml")
            .args(&built),
    )?;
    custom(tools, &built)
}

/// Custom resources, with the schemas in `CRD_SCHEMAS` where it has them, and our own rules for pods.
fn custom(tools: &Tools, built: &[PathBuf]) -> Result<()> {
    let root = command::workspace_root();
    let schemas = root.join(env::var_os(SCHEMAS).unwrap_or_else(|| OWN_SCHEMAS.into()));
    let said = command::output(
        tools
            .call("python")
            .arg("xtask/tools/manifests.py")
            .arg(schemas)
            .args(built),
    )?;
    print!("{said}");
    Ok(())
}

/// Builds a folder into a file beside the others.
fn build(tools: &Tools, folder: &Path, name: &Path) -> Result<PathBuf> {
    let built = command::output(tools.call("kubectl").arg("kustomize").arg(folder))?;
    let file = name.with_extension("yaml");
    let place = file.parent().context("a file has a folder")?;
    fs::create_dir_all(place).context("cannot make .tools/rendered")?;
    fs::write(&file, built).context("cannot write a built overlay")?;
    Ok(file)
}
