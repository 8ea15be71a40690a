//! What an importer tells of its conversions.

/// More sentences help nobody.
const MOST: usize = 100;
/// Longer values are cut in sentences.
const LONGEST: usize = 60;

/// Sentences, of which the first hundred are kept.
#[derive(Debug, Default)]
pub(super) struct Notes {
    kept: Vec<String>,
    more: usize,
}

impl Notes {
    pub fn add(&mut self, sentence: String) {
        if self.kept.len() < MOST {
            self.kept.push(sentence);
        } else {
            self.more += 1;
        }
    }

    pub fn into_sentences(mut self) -> Vec<String> {
        if self.more > 0 {
            self.kept.push(format!("And {} more such notes.", self.more));
        }
        self.kept
    }
}

/// A name or value from the text, short enough for a sentence.
pub(super) fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}
