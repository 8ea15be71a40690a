//! Which programs hold a device, as far as `/proc` lets this user see.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The programs that have `node` open, in words: `firefox (process 1234)`; `None` where none can be seen. To be asked
/// while the caller itself has it open once: this program is named only where it has it open once more.
pub fn holders(proc: &Path, node: &Path) -> Option<String> {
    let own = std::process::id();
    let mut found = BTreeSet::new();
    for process in fs::read_dir(proc).ok()?.flatten() {
        let Some(id) = process.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        if times_open(&process.path(), node) > usize::from(id == own) {
            found.insert(if id == own { "this program".to_owned() } else { named(&process.path(), id) });
        }
    }
    (!found.is_empty()).then(|| found.into_iter().collect::<Vec<_>>().join(" and "))
}

fn times_open(process: &Path, node: &Path) -> usize {
    let Ok(files) = fs::read_dir(process.join("fd")) else { return 0 };
    files.flatten().filter(|file| fs::read_link(file.path()).is_ok_and(|target| target == node)).count()
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
    fn this_program_is_named_only_where_it_holds_the_node_besides_asking() {
        let own = std::process::id().to_string();
        for (files, expected) in [(1, None), (2, Some("this program"))] {
            let proc = tempfile::tempdir().unwrap();
            process(proc.path(), &own, Some("lab"), &vec!["/dev/video0"; files]);
            assert_eq!(holders(proc.path(), Path::new("/dev/video0")).as_deref(), expected);
        }
    }
}
