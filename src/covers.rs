//! Which requirements a test checks. `tests/conformance` reads the markers and writes `docs/conformance.md` from them.

/// Says within a test which requirements of `tests/conformance/requirements.ron` it checks: it would fail where one of them
/// was broken. An id that cannot be one does not compile.
///
/// ```ignore
/// covers!("SEL-04", "SEL-07");
/// ```
#[macro_export]
macro_rules! covers {
    ($($id:literal),+ $(,)?) => {
        const { $(assert!($crate::covers::is_id($id), "an id has capitals, a hyphen and two digits");)+ }
    };
}

/// Whether a text has the form of an id: `SEL-04`.
#[doc(hidden)]
pub const fn is_id(id: &str) -> bool {
    let bytes = id.as_bytes();
    let Some(hyphen) = bytes.len().checked_sub(3) else { return false };
    let mut at = 0;
    while at < bytes.len() {
        let fits = match () {
            () if at < hyphen => bytes[at].is_ascii_uppercase(),
            () if at == hyphen => bytes[at] == b'-',
            () => bytes[at].is_ascii_digit(),
        };
        if !fits {
            return false;
        }
        at += 1;
    }
    hyphen > 1
}

#[cfg(test)]
mod tests {
    use super::is_id;

    #[test]
    fn an_id_has_capitals_a_hyphen_and_two_digits() {
        assert!(is_id("SEL-04") && is_id("WA-01"));
        for wrong in ["", "SEL", "-04", "S-04", "SEL04", "SEL-4", "SEL-004", "sel-04", "SEL_04", "SEL-0x"] {
            assert!(!is_id(wrong), "{wrong}");
        }
    }
}
