//! What is kept of how amounts came about: all of it, or nothing but the amounts.

use std::sync::Arc;

use super::texts::Texts;
use crate::interval::{ArithmeticError, Interval};
use crate::quote::{AdjustmentRow, TierRow, TierRows};

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Every row, derivation and note.
    Whole,
    /// The amounts of every cycle, for what looks at them.
    Cycles,
    /// Nothing but what totals are made of.
    Totals,
}

impl Detail {
    pub(crate) const fn is_whole(self) -> bool {
        matches!(self, Self::Whole)
    }
}

/// The changes of an amount, where they are kept.
pub(crate) struct Changes<'a> {
    detail: Detail,
    rows: Vec<AdjustmentRow>,
    texts: Texts<'a>,
}

impl<'a> Changes<'a> {
    pub(crate) const fn new(detail: Detail, texts: Texts<'a>) -> Self {
        Self { detail, rows: Vec::new(), texts }
    }

    /// For an amount that is not the one that is shown.
    pub(crate) fn unseen() -> Self {
        Self::new(Detail::Totals, Texts::default())
    }

    /// More changes after some.
    pub(crate) fn after(detail: Detail, rows: Vec<AdjustmentRow>) -> Self {
        Self { detail, rows, texts: Texts::default() }
    }

    /// As many, of which nothing is there yet.
    pub(crate) fn another(&self) -> Self {
        Self::new(self.detail, self.texts)
    }

    /// The texts of its line.
    pub(crate) const fn texts(&self) -> Texts<'a> {
        self.texts
    }

    pub(crate) const fn detail(&self) -> Detail {
        self.detail
    }

    pub(crate) fn into_rows(self) -> Vec<AdjustmentRow> {
        self.rows
    }

    /// Adds a row, which is made only where it is kept.
    pub(crate) fn push(
        &mut self,
        row: impl FnOnce() -> Result<AdjustmentRow, ArithmeticError>,
    ) -> Result<(), ArithmeticError> {
        if self.detail.is_whole() {
            self.rows.push(row()?);
        }
        Ok(())
    }

    /// Adds a row where `after` differs from `before`.
    pub(crate) fn record<T: Into<Arc<str>>>(
        &mut self,
        id: &str,
        reason: impl FnOnce() -> T,
        before: Interval,
        after: Interval,
    ) -> Result<(), ArithmeticError> {
        if self.detail.is_whole() && before != after {
            let (id, reason, change) = (self.texts.of(id), reason().into(), before.step_to(after)?);
            self.rows.push(AdjustmentRow { id, reason, base: before, change });
        }
        Ok(())
    }

    /// Adds changes, each to the one with the same id and reason.
    pub(crate) fn merge(
        &mut self,
        others: Self,
        add: impl Fn(&mut AdjustmentRow, &AdjustmentRow) -> Result<(), ArithmeticError>,
    ) -> Result<(), ArithmeticError> {
        for row in others.rows {
            match self.rows.iter_mut().find(|other| other.id == row.id && other.reason == row.reason) {
                None => self.rows.push(row),
                Some(other) => add(other, &row)?,
            }
        }
        Ok(())
    }
}

/// The rows of an amount, where they are kept, and what they add up to.
pub(crate) struct Rows<'a> {
    kept: Option<&'a mut TierRows>,
    sum: Interval,
}

impl<'a> Rows<'a> {
    /// Rows that are kept after others.
    pub(crate) const fn kept(rows: &'a mut TierRows) -> Self {
        Self { kept: Some(rows), sum: Interval::ZERO }
    }

    /// Rows of which nothing but their sum is looked at.
    pub(crate) const fn unseen() -> Self {
        Self { kept: None, sum: Interval::ZERO }
    }

    /// Σ amounts of all rows.
    pub(crate) const fn sum(&self) -> Interval {
        self.sum
    }

    /// Makes room for so many rows, where they are kept.
    pub(crate) fn reserve(&mut self, rows: usize) {
        if let Some(kept) = &mut self.kept {
            kept.reserve_exact(rows);
        }
    }

    pub(crate) fn push(&mut self, row: TierRow) -> Result<(), ArithmeticError> {
        self.add(row.amount, || Ok(row))
    }

    /// Adds an amount, and its row, which is made only where it is kept.
    #[inline]
    pub(crate) fn add(
        &mut self,
        amount: Interval,
        row: impl FnOnce() -> Result<TierRow, ArithmeticError>,
    ) -> Result<(), ArithmeticError> {
        self.sum = self.sum.plus(amount)?;
        if let Some(kept) = &mut self.kept {
            kept.push(row()?);
        }
        Ok(())
    }
}
