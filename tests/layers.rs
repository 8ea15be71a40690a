//! The rules of the house: a module uses only modules above it in the list of `src/lib.rs`, and what deals with devices,
//! windows, file dialogs or raw memory stays where it belongs.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on says so")]

use std::fs;
use std::path::{Path, PathBuf};

/// Where a crate, or a word of the language, may be named: folders and files under `src`.
const PLACES: [(&[&str], &[&str]); 6] = [
    (&["eframe", "egui", "egui_extras", "egui_tiles"], &["ui/", "app/", "main.rs"]),
    (&["alsa", "cpal", "libc", "nokhwa"], &["devices/"]),
    (&["rustix"], &["devices/", "media/clock.rs"]),
    (&["rfd"], &["dialogs.rs", "dialogs/"]),
    (&["openh264", "shiguredo_mp4", "unsafe_libopus"], &["container/"]),
    (&["unsafe"], &["devices/", "container/opus.rs", "container/h264/quiet.rs"]),
];
const LONGEST_FILE: usize = 500;

/// What code consists of: words, `::`, other characters. Without comments, strings and character literals.
fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let length = if let Some(skipped) = skipped(rest) {
            rest = &rest[skipped..];
            continue;
        } else if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        tokens.push(&rest[..length]);
        rest = &rest[length..];
    }
    tokens
}

const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The length of what stands at the start and is no code.
fn skipped(rest: &str) -> Option<usize> {
    let until = |from: usize, end: &str| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    let first = rest.chars().next()?;
    let hashes = rest[1.min(first.len_utf8())..].chars().take_while(|c| *c == '#').count();
    match first {
        c if c.is_whitespace() => Some(c.len_utf8()),
        '/' if rest.starts_with("//") => Some(until(2, "\n")),
        '/' if rest.starts_with("/*") => Some(until(2, "*/")),
        'r' if rest[1 + hashes..].starts_with('"') => Some(until(2 + hashes, &format!("\"{}", "#".repeat(hashes)))),
        '"' => Some(quoted(rest)),
        '\'' if rest.starts_with("'\\") => Some(until(3, "'")),
        '\'' => {
            let mut characters = rest[1..].char_indices();
            let (_, (end, last)) = (characters.next()?, characters.next()?);
            (last == '\'').then_some(1 + end + 1) // else it is a lifetime
        }
        _ => None,
    }
}

/// The length of a string with its quotes.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The modules that are named by way of `crate::…`.
fn used_modules<'a>(tokens: &[&'a str]) -> Vec<&'a str> {
    let mut used = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        if pair != ["crate", "::"] {
            continue;
        }
        match tokens.get(at + 2) {
            Some(&"{") => used.extend(first_words_of_group(&tokens[at + 3..])),
            Some(word) => used.push(*word),
            None => {}
        }
    }
    used
}

/// `a::b, c::{d, e}, f}` has `a`, `c`, `f`.
fn first_words_of_group<'a>(tokens: &[&'a str]) -> Vec<&'a str> {
    let (mut depth, mut words, mut is_first) = (0, Vec::new(), true);
    for token in tokens {
        match *token {
            "{" => depth += 1,
            "}" if depth == 0 => break,
            "}" => depth -= 1,
            "," if depth == 0 => is_first = true,
            word if is_first => {
                words.push(word);
                is_first = false;
            }
            _ => {}
        }
    }
    words
}

/// The modules with the number of their layer: those that `lib.rs` declares without an empty line between them are one
/// layer.
fn layers(lib: &str) -> Vec<(&str, usize)> {
    let blocks = lib.split("\n\n").enumerate();
    let declared = blocks.flat_map(|(layer, block)| block.lines().map(move |line| (layer, line)));
    declared.filter_map(|(layer, line)| Some((line.strip_prefix("pub mod ")?.strip_suffix(';')?, layer))).collect()
}

/// What is wrong with a file; `path` is relative to `src`.
fn faults(layers: &[(&str, usize)], path: &str, code: &str) -> Vec<String> {
    let tokens = tokens(code);
    let mut faults = Vec::new();
    let layer = |module: &str| layers.iter().find(|(known, _)| *known == module).map(|(_, layer)| *layer);
    let own_name = path.split('/').next().unwrap_or(path).trim_end_matches(".rs");
    if let Some(own) = layer(own_name) {
        let higher = used_modules(&tokens).into_iter().filter(|used| layer(used).is_some_and(|layer| layer > own));
        faults.extend(higher.map(|used| format!("{path} uses {used}, which is above it")));
    }
    for (names, places) in PLACES {
        let is_allowed = places.iter().any(|place| path.starts_with(place));
        let named = names.iter().filter(|name| is_named(&tokens, name));
        faults.extend(named.filter(|_| !is_allowed).map(|name| format!("{path} names {name}; that is for {places:?}")));
    }
    let lines = code.lines().count();
    if lines > LONGEST_FILE {
        faults.push(format!("{path} has {lines} lines; {LONGEST_FILE} are enough"));
    }
    faults
}

/// Whether a crate is named as the start of a path, or `unsafe` at all.
fn is_named(tokens: &[&str], name: &str) -> bool {
    let starts_path = |at: usize| {
        let after = tokens.get(at + 1).copied();
        let before = at.checked_sub(1).map(|before| tokens[before]);
        before != Some("::") && (after == Some("::") || (before == Some("use") && after == Some(";")))
    };
    (0..tokens.len()).any(|at| tokens[at] == name && (name == "unsafe" || starts_path(at)))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let (folders, files): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| path.is_dir());
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

#[test]
fn no_module_uses_one_above_it_and_each_crate_stays_in_its_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(root.join("lib.rs")).expect("lib.rs");
    let layers = layers(&lib);
    let files = sources(&root);
    assert!(layers.len() >= 15 && files.len() >= 100, "{} modules, {} files", layers.len(), files.len());
    let faults: Vec<_> = files
        .iter()
        .flat_map(|file| {
            let path = file.strip_prefix(&root).expect("a file of src").to_str().expect("a path").replace('\\', "/");
            faults(&layers, &path, &fs::read_to_string(file).expect("a file"))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What the checker says of a file that is not there.
fn planted(path: &str, code: &str) -> Vec<String> {
    let lib =
        "pub mod model;\n\npub mod devices;\n\npub mod worker;\n\npub mod dialogs;\npub mod text;\n\npub mod ui;\n";
    faults(&layers(lib), path, code)
}

#[test]
fn planted_faults_are_found() {
    let cases = [
        ("model/track.rs", "use crate::worker::Worker;"),
        ("model/track.rs", "use crate::{model::{Track, ui}, worker};"),
        ("model/track.rs", "fn f() -> crate::ui::Panel {}"),
        ("text.rs", "use crate::ui::Panel;"),
        ("worker/tap.rs", "use egui::Color32;"),
        ("worker/tap.rs", "let device = cpal::default_host();"),
        ("worker/tap.rs", "use alsa;"),
        ("ui/clips.rs", "rfd::FileDialog::new()"),
        ("media/pool.rs", "let quote = '\"'; unsafe { read(p) }"),
        ("ui/panel.rs", "let text = \"\\\"\"; nokhwa::query();"),
    ];
    for (path, code) in cases {
        assert_eq!(planted(path, code).len(), 1, "{path}: {code}");
    }
    assert_eq!(planted("ui/panel.rs", &"\n".repeat(LONGEST_FILE + 1)).len(), 1);
}

#[test]
fn what_is_right_is_no_fault() {
    let cases = [
        ("worker/tap.rs", "use crate::{devices::Host, model::{Track, worker}};"),
        ("worker/tap.rs", "pub(in crate::worker) fn f() {} // crate::ui"),
        ("dialogs.rs", "use crate::text::text; let dialog = rfd::AsyncFileDialog::new();"),
        ("text.rs", "use crate::dialogs;"),
        ("model/track.rs", "/// See [`crate::worker`].\nconst TEXT: &str = \"crate::ui and unsafe\";"),
        ("model/track.rs", "const RAW: &str = r#\"use \"egui::Ui\"\"#; fn f<'a>(unsafe_name: &'a str) {}"),
        ("model/track.rs", "let alsa = backend; Self::Nokhwa => \"nokhwa\", crate::model::alsa::name()"),
        ("main.rs", "capture_lab::ui::run(eframe::Options)"),
        ("ui/panel.rs", "fn show(ui: &mut egui::Ui) {}"),
        ("devices/v4l2/ioctl.rs", "unsafe { libc::ioctl() }"),
    ];
    for (path, code) in cases {
        assert_eq!(planted(path, code), Vec::<String>::new(), "{path}: {code}");
    }
}
