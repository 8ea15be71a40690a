//! Which programs hold a device, as far as `/proc` lets this user see.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The programs that have `node` open, in words: `firefox (process 1234)`; `None` where none can be seen.
pub fn holders(proc: &Path, node: &Path) -> Option<String> {
    let own = std::process::id();
    let mut found = BTreeSet::new();
    for process in fs::read_dir(proc).ok()?.flatten() {
        let Some(id) = process.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        if has_open(&process.path(), node) {
            found.insert(if id == own { "this program".to_owned() } else { named(&process.path(), id) });
        }
    }
    (!found.is_empty()).then(|| found.into_iter().collect::<Vec<_>>().join(" and "))
}

fn has_open(process: &Path, node: &Path) -> bool {
    let Ok(files) = fs::read_dir(process.join("fd")) else { return false };
    files.flatten().any(|file| fs::read_link(file.path()).is_ok_and(|target| target == node))
}

fn named(process: &Path, id: u32) -> String {
    let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { format!("process {id}") } else { format!("{name} (process {id})") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn process(proc: &Path, id: &str, name: Option<&str>, files: &[&str]) {
        let folder = proc.join(id).join("fd");
        fs::create_dir_all(&folder).unwrap();
        for (number, target) in files.iter().enumerate() {
            symlink(target, folder.join(number.to_string())).unwrap();
        }
        if let Some(name) = name {
            fs::write(proc.join(id).join("comm"), format!("{name}\n")).unwrap();
        }
    }

    #[test]
    fn the_programs_that_hold_a_node_are_named() {
        let proc = tempfile::tempdir().unwrap();
        let node = Path::new("/dev/video0");
        assert_eq!(holders(proc.path(), node), None);

        process(proc.path(), "12", Some("cheese"), &["/dev/null", "/dev/video0", "/dev/video0"]);
        process(proc.path(), "13", Some("other"), &["/dev/video01", "/dev/video1"]);
        process(proc.path(), "self", Some("no number"), &["/dev/video0"]);
        fs::create_dir_all(proc.path().join("14")).unwrap();
        assert_eq!(holders(proc.path(), node).unwrap(), "cheese (process 12)");

        process(proc.path(), "15", None, &["/dev/video0"]);
        assert_eq!(holders(proc.path(), node).unwrap(), "cheese (process 12) and process 15");
    }

    #[test]
    fn this_program_is_named_as_such() {
        let proc = tempfile::tempdir().unwrap();
        process(proc.path(), &std::process::id().to_string(), Some("lab"), &["/dev/video0"]);
        assert_eq!(holders(proc.path(), Path::new("/dev/video0")).unwrap(), "this program");
    }
}
