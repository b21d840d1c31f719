//! Texts that the cycles of a line have in common, made once.

use std::cell::Cell;
use std::sync::Arc;

use rust_decimal::Decimal;

/// Most texts that are kept: a line that says more says it anew.
const MOST: usize = 16;

/// The texts of a line so far; by default none is kept.
#[derive(Clone, Copy, Default)]
pub(crate) struct Texts<'a>(Option<&'a Kept>);

/// Where the texts of a line are kept.
#[derive(Default)]
pub(crate) struct Kept {
    own: Cell<Vec<Arc<str>>>,
    said: Cell<Vec<Said>>,
}

/// A text of a number: its kind, the number with its decimal places, and the text.
type Said = (&'static str, [u8; 16], Arc<str>);

impl<'a> Texts<'a> {
    pub(crate) const fn kept(kept: &'a Kept) -> Self {
        Self(Some(kept))
    }

    /// The same text.
    pub(crate) fn of(self, text: &str) -> Arc<str> {
        let Some(kept) = self.0 else { return text.into() };
        let mut own = kept.own.take();
        let known = own.iter().find(|known| &***known == text).cloned();
        let found = known.unwrap_or_else(|| {
            let made: Arc<str> = text.into();
            if own.len() < MOST {
                own.push(made.clone());
            }
            made
        });
        kept.own.set(own);
        found
    }

    /// What is said of a number; texts of one kind differ in it alone.
    pub(crate) fn said(
        self,
        kind: &'static str,
        number: Decimal,
        text: impl FnOnce(Decimal) -> String,
    ) -> Arc<str> {
        let Some(kept) = self.0 else { return text(number).into() };
        let digits = number.serialize();
        let mut said = kept.said.take();
        let known = said.iter().find(|(other, known, _)| (*other, *known) == (kind, digits));
        let found = known.map(|(_, _, text)| text.clone()).unwrap_or_else(|| {
            let made: Arc<str> = text(number).into();
            if said.len() < MOST {
                said.push((kind, digits, made.clone()));
            }
            made
        });
        kept.said.set(said);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_made_once_for_each_number_as_it_is_written() {
        let kept = Kept::default();
        let texts = Texts::kept(&kept);
        let say = |number: &str| texts.said("least", number.parse().unwrap(), |n| format!("at least {n}"));
        assert_eq!([&*say("2"), &*say("2.0"), &*say("2")], ["at least 2", "at least 2.0", "at least 2"]);
        assert!(Arc::ptr_eq(&say("2"), &say("2")));
        assert!(Arc::ptr_eq(&texts.of("early"), &texts.of("early")));
        for number in 0..100 {
            let text = texts.said("many", Decimal::from(number), |n| n.to_string());
            assert_eq!(*text, *number.to_string());
        }
    }
}
