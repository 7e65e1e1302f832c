//! How much memory this process may use: the least limit of its control group and of those around it (cgroup v2).
//!
//! In a container its own group is the root of what it sees. Under systemd it is the unit's (`MemoryMax=`), which is
//! not.

use std::path::Path;

const ROOT: &str = "/sys/fs/cgroup";

/// Bytes; `None` if nothing limits it.
pub(crate) fn limit() -> Option<u64> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    limit_of(Path::new(ROOT), &groups)
}

/// Of the group that `/proc/self/cgroup` names. A path that does not exist is one outside of the container, which
/// sees its group as the root.
fn limit_of(root: &Path, groups: &str) -> Option<u64> {
    let group = groups.lines().find_map(|line| line.strip_prefix("0::/"));
    let group = root.join(group.unwrap_or_default());
    let around = group.ancestors().take_while(|one| one.starts_with(root));
    around.filter_map(limit_in).min()
}

/// A group without a limit says `max`, and the root of a machine has no such file.
fn limit_in(group: &Path) -> Option<u64> {
    let limit = std::fs::read_to_string(group.join("memory.max")).ok()?;
    limit.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_limit_of_the_own_group_and_those_around_it_counts() {
        let root = tempfile::tempdir().expect("a folder");
        let unit = "system.slice/campanile.service";
        let set = |group: &str, limit: &str| {
            let group = root.path().join(group);
            std::fs::create_dir_all(&group).expect("a folder");
            std::fs::write(group.join("memory.max"), limit).expect("a file");
        };
        let limit = || limit_of(root.path(), &format!("4:memory:/other\n0::/{unit}\n"));
        assert_eq!(limit(), None);
        set(unit, "max\n");
        assert_eq!(limit(), None);
        set(unit, "1073741824\n");
        assert_eq!(limit(), Some(1 << 30));
        set("system.slice", "536870912\n");
        assert_eq!(limit(), Some(512 << 20));
        set("system.slice", "max\n");
        assert_eq!(limit(), Some(1 << 30));
    }

    #[test]
    fn a_container_sees_its_own_group_as_the_root() {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::write(root.path().join("memory.max"), "536870912\n").expect("a file");
        for groups in ["0::/\n", "0::/kubepods/pod1/outside\n", "0::/../pod1\n", ""] {
            assert_eq!(limit_of(root.path(), groups), Some(512 << 20), "{groups}");
        }
    }
}
