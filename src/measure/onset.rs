//! When something begins that a tester is to be warned of once.

/// Notices that something holds for a number of observations in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Onset(u32);

impl Onset {
    /// Takes an observation. Says true once, when it holds for the `needed`th time in a row.
    pub fn holds(&mut self, observed: bool, needed: u32) -> bool {
        self.0 = if observed { self.0.saturating_add(1) } else { 0 };
        observed && self.0 == needed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_once_and_again_after_an_interruption() {
        let mut onset = Onset::default();
        let observed = [true, true, true, true, false, true, true, true];
        let told: Vec<_> = observed.into_iter().map(|one| onset.holds(one, 3)).collect();
        assert_eq!(told, [false, false, true, false, false, false, false, true]);
    }
}
