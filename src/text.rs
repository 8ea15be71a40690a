//! All words of the window, by id, in the chosen language (Fluent; `assets/texts/<language>/*.ftl`).

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader as _, static_loader};

static_loader! {
    static TEXTS = {
        locales: "./assets/texts",
        fallback_language: "en",
        // Marks against mixed writing directions; egui would draw them as boxes.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static LANGUAGE: RwLock<Option<LanguageIdentifier>> = RwLock::new(None);

/// Chooses the language by its code, for instance `en`.
///
/// # Errors
/// A sentence where there are no texts in it; the language stays as it was.
pub fn set_language(code: &str) -> Result<(), String> {
    let language =
        code.parse::<LanguageIdentifier>().ok().filter(|language| TEXTS.locales().any(|known| known == language));
    let Some(language) = language else {
        let known: Vec<_> = TEXTS.locales().map(ToString::to_string).collect();
        return Err(format!("There are no texts in the language “{code}”: choose one of {}.", known.join(", ")));
    };
    *LANGUAGE.write().unwrap_or_else(PoisonError::into_inner) = Some(language);
    Ok(())
}

/// The text of an id. An unknown id is logged and is its own text.
pub fn text(id: &str) -> String {
    look_up(id, None)
}

/// The text of an id with values put in.
pub fn text_with(id: &str, values: &[(&'static str, String)]) -> String {
    let values: HashMap<Cow<'static, str>, FluentValue<'_>> =
        values.iter().map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(value.as_str()))).collect();
    look_up(id, Some(&values))
}

fn look_up(id: &str, values: Option<&HashMap<Cow<'static, str>, FluentValue<'_>>>) -> String {
    let chosen = LANGUAGE.read().unwrap_or_else(PoisonError::into_inner);
    let fallback = TEXTS.fallback();
    TEXTS.try_lookup_complete(chosen.as_ref().unwrap_or(fallback), id, values).unwrap_or_else(|| {
        log::error!("There is no text “{id}”.");
        id.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn files(folder: &Path, extension: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                texts.extend(files(&path, extension));
            } else if path.extension().is_some_and(|found| found == extension) {
                texts.push(std::fs::read_to_string(path).unwrap());
            }
        }
        texts
    }

    fn written(language: &str) -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/texts").join(language);
        let lines: Vec<_> = files(&folder, "ftl").join("\n").lines().map(str::to_owned).collect();
        let ids = lines.iter().filter_map(|line| line.split_once(" =")).map(|(id, _)| id.to_owned());
        ids.filter(|id| !id.starts_with([' ', '#'])).collect()
    }

    /// Ids stand in the code as the first argument of `text` and `text_with`, or by a prefix (`"command-"`, `"panel-"`).
    fn used() -> BTreeSet<String> {
        let sources = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "rs").join("\n");
        let calls = ["text(\"", "text_with(\"", "text_id: \"", "term(\""];
        let is_call = |at: &usize| !sources[..*at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let places = |call: &'static str| sources.match_indices(call).map(|(at, _)| at);
        let found = calls.iter().flat_map(|call| places(call).filter(is_call).map(|at| at + call.len()));
        found.filter_map(|at| sources.get(at..)?.split('"').next()).map(str::to_owned).collect()
    }

    fn by_prefix(id: &str) -> bool {
        ["command-", "panel-", "property-", "event-"].iter().any(|prefix| id.starts_with(prefix))
    }

    #[test]
    fn every_text_is_written_and_none_is_idle() {
        let (written, used) = (written("en"), used());
        let missing: Vec<_> = used.iter().filter(|id| !written.contains(*id) && !id.contains('{')).collect();
        let idle: Vec<_> = written.iter().filter(|id| !used.contains(*id) && !by_prefix(id)).collect();
        assert!(missing.is_empty() && idle.is_empty(), "missing {missing:?}, idle {idle:?}");
    }

    #[test]
    fn an_unknown_language_is_refused() {
        assert!(set_language("tlh").unwrap_err().contains("en"));
        assert!(set_language("en").is_ok());
    }

    #[test]
    fn values_are_put_in() {
        let text = text_with("toast-saved", &[("path", "a.png".to_owned())]);
        assert!(text.contains("a.png"), "{text}");
    }
}
