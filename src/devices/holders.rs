//! Which programs hold a device, as far as `/proc` lets this user see.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// How this program is named.
const OURSELVES: &str = "this program";

/// What a look through `/proc` found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Scan {
    /// Programs that have the node open, in words.
    found: BTreeSet<String>,
    /// Processes whose files this user may not see.
    unseen: usize,
}

/// The programs that have `node` open, in words: `firefox (process 1234)`. To be asked while the caller itself has it open
/// once: this program is named only where it has it open once more. Where none can be seen, the words say whether all
/// processes were looked at.
pub fn in_use_by(proc: &Path, node: &Path) -> String {
    in_words(&scan(proc, node), node)
}

/// The same of programs other than this one, which may have a camera's node open for its controls or for a list.
pub fn in_use_by_others(proc: &Path, node: &Path) -> String {
    in_words(&scan_others(proc, node), node)
}

/// The same; `None` where none can be seen.
pub fn other_holders(proc: &Path, node: &Path) -> Option<String> {
    listed(&scan_others(proc, node))
}

fn scan_others(proc: &Path, node: &Path) -> Scan {
    let mut scan = scan(proc, node);
    scan.found.remove(OURSELVES);
    scan
}

fn listed(scan: &Scan) -> Option<String> {
    (!scan.found.is_empty()).then(|| scan.found.iter().map(String::as_str).collect::<Vec<_>>().join(" and "))
}

fn in_words(scan: &Scan, node: &Path) -> String {
    if let Some(programs) = listed(scan) {
        return programs;
    }
    match scan.unseen {
        0 => "another program".to_owned(),
        unseen => format!(
            "another program, perhaps one of the {unseen} whose files this user may not see (“sudo fuser -v {}” names it)",
            node.display()
        ),
    }
}

fn scan(proc: &Path, node: &Path) -> Scan {
    let own = std::process::id();
    let mut scan = Scan::default();
    let Ok(processes) = fs::read_dir(proc) else { return scan };
    for process in processes.flatten() {
        let Some(id) = process.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        match times_open(&process.path(), node) {
            Some(times) if times > usize::from(id == own) => {
                scan.found.insert(if id == own { OURSELVES.to_owned() } else { named(&process.path(), id) });
            }
            Some(_) => {}
            None => scan.unseen += 1,
        }
    }
    scan
}

/// `None` where this user may not see the files of the process. One that has ended meanwhile has none.
fn times_open(process: &Path, node: &Path) -> Option<usize> {
    match fs::read_dir(process.join("fd")) {
        Ok(files) => Some(files.flatten().filter(|file| fs::read_link(file.path()).is_ok_and(|at| at == node)).count()),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => None,
        Err(_) => Some(0),
    }
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
        assert_eq!(in_use_by(proc.path(), node), "another program");

        process(proc.path(), "12", Some("cheese"), &["/dev/null", "/dev/video0", "/dev/video0"]);
        process(proc.path(), "13", Some("other"), &["/dev/video01", "/dev/video1"]);
        process(proc.path(), "self", Some("no number"), &["/dev/video0"]);
        fs::create_dir_all(proc.path().join("14")).unwrap();
        assert_eq!(in_use_by(proc.path(), node), "cheese (process 12)");

        process(proc.path(), "15", None, &["/dev/video0"]);
        assert_eq!(in_use_by(proc.path(), node), "cheese (process 12) and process 15");
    }

    #[test]
    fn this_program_is_named_only_where_it_holds_the_node_besides_asking() {
        let own = std::process::id().to_string();
        for (files, expected) in [(1, "another program"), (2, "this program")] {
            let proc = tempfile::tempdir().unwrap();
            process(proc.path(), &own, Some("lab"), &vec!["/dev/video0"; files]);
            assert_eq!(in_use_by(proc.path(), Path::new("/dev/video0")), expected);
            assert_eq!(in_use_by_others(proc.path(), Path::new("/dev/video0")), "another program");
            assert_eq!(other_holders(proc.path(), Path::new("/dev/video0")), None);
        }
    }

    #[test]
    fn a_look_that_did_not_see_all_says_so() {
        let words = |found: &[&str], unseen| {
            let scan = Scan { found: found.iter().map(|&name| name.to_owned()).collect(), unseen };
            in_words(&scan, Path::new("/dev/video0"))
        };
        assert_eq!(words(&["cheese (process 12)"], 7), "cheese (process 12)");
        assert_eq!(words(&[], 0), "another program");
        let blind = words(&[], 7);
        assert!(blind.contains("one of the 7") && blind.contains("fuser -v /dev/video0"), "{blind}");
    }
}
