//! Why a user may not open a device node, and what would help.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// What matters of a node and of this process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Access {
    /// Permission bits, the lowest nine of the mode.
    mode: u32,
    /// The node's group, by name where it has one.
    group: String,
    /// Whether this process is in that group.
    is_member: bool,
    /// Whether the group's list of members has this process's user: it will be in it after the next login.
    is_listed: bool,
}

/// What follows “may not be opened by this user:” in a sentence. `code` is the name of the error code: `EPERM` comes where the bits allow what a container or a sandbox forbids.
pub fn remedy(node: &Path, code: &str) -> String {
    look(node).map_or_else(
        || "ask who administers this computer for the right to open it".to_owned(),
        |access| in_words(&access, code),
    )
}

fn in_words(access: &Access, code: &str) -> String {
    const GROUP_READ_WRITE: u32 = 0o060;
    let Access { mode, group, is_member, is_listed } = access;
    if *is_member || code == "EPERM" {
        return "its permissions would allow it, so that a container, a sandbox (Flatpak, Snap) or a security module keeps it away: \
                give that one the camera, or start the lab outside it"
            .to_owned();
    }
    if group == "root" {
        return "it is the system's own (group “root”): a udev rule with GROUP=\"video\" or TAG+=\"uaccess\" would help".to_owned();
    }
    if mode & GROUP_READ_WRITE != GROUP_READ_WRITE {
        return format!(
            "its permissions are {mode:03o}, which leave out even its group “{group}”: a udev rule with MODE=\"0660\" or \
             TAG+=\"uaccess\" would help"
        );
    }
    if *is_listed {
        return format!(
            "it is of the group “{group}”, to which this user belongs only from the next login on: log in again"
        );
    }
    format!(
        "it is of the group “{group}”, and this user is not: “sudo usermod -aG {group} $USER” adds the user, from the next \
         login on; at the computer's own seat, logging in there gives the right (udev's “uaccess”)"
    )
}

fn look(node: &Path) -> Option<Access> {
    let metadata = fs::metadata(node).ok()?;
    let groups = fs::read_to_string("/etc/group").unwrap_or_default();
    let user = user_name(&fs::read_to_string("/etc/passwd").unwrap_or_default(), rustix::process::getuid().as_raw());
    let (group, is_listed) = group_of(&groups, metadata.gid(), user.as_deref());
    let own = rustix::process::getgroups().unwrap_or_default();
    let is_member = rustix::process::getegid().as_raw() == metadata.gid()
        || own.iter().any(|group| group.as_raw() == metadata.gid());
    Some(Access { mode: metadata.mode() & 0o777, group, is_member, is_listed })
}

/// A group's name (its number where `/etc/group` does not know it), and whether the user is in its list of members.
fn group_of(groups: &str, id: u32, user: Option<&str>) -> (String, bool) {
    let fields = groups.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let found = fields.into_iter().find(|fields| fields.get(2).and_then(|field| field.parse().ok()) == Some(id));
    found.map_or_else(
        || (id.to_string(), false),
        |fields| {
            let members = fields.get(3).copied().unwrap_or_default();
            (fields.first().copied().unwrap_or_default().to_owned(), members.split(',').any(|name| Some(name) == user))
        },
    )
}

fn user_name(users: &str, id: u32) -> Option<String> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(id)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_has_its_remedy() {
        let of = |mode, is_member, is_listed| Access { mode, group: "video".to_owned(), is_member, is_listed };
        let table = [
            (of(0o660, false, false), "EACCES", "usermod -aG video"),
            (Access { group: "root".to_owned(), ..of(0o660, false, false) }, "EACCES", "GROUP=\"video\""),
            (of(0o660, false, true), "EACCES", "log in again"),
            (of(0o600, false, false), "EACCES", "udev rule"),
            (of(0o660, true, true), "EACCES", "sandbox"),
            (of(0o660, false, false), "EPERM", "container"),
        ];
        for (access, code, words) in table {
            let remedy = in_words(&access, code);
            assert!(remedy.contains(words), "{access:?}: {remedy}");
        }
    }

    #[test]
    fn groups_and_users_are_read_from_the_systems_lists() {
        let groups = "root:x:0:\nvideo:x:44:ann,bob\n";
        assert_eq!(group_of(groups, 44, Some("bob")), ("video".to_owned(), true));
        assert_eq!(group_of(groups, 44, Some("bo")), ("video".to_owned(), false));
        assert_eq!(group_of(groups, 77, Some("bob")), ("77".to_owned(), false));
        assert_eq!(
            user_name("root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n", 1000).as_deref(),
            Some("ann")
        );
        assert_eq!(user_name("", 0), None);
    }

    #[test]
    fn a_node_is_looked_at_and_an_absent_one_is_not_explained() {
        let folder = tempfile::tempdir().unwrap();
        let node = folder.path().join("video0");
        assert!(remedy(&node, "EACCES").contains("ask who administers"));
        fs::write(&node, "").unwrap();
        // The file is this process's own: its group is the process's.
        assert!(remedy(&node, "EACCES").contains("sandbox"), "{}", remedy(&node, "EACCES"));
    }
}
