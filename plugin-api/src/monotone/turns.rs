//! Where what is charged may go on in another way: the bounds of prices, of conditions and of what lines cost together.

use rust_decimal::Decimal;

use crate::charge::{AllowanceTier, Charge, Committed, Cycle, LineChoice, PriceModel, Subject, TierPeriod};
use crate::language::review::falls::bounds;
use crate::line_set::{LineSet, SetRule};
use crate::quote::{Period, Phase, Quote};

/// What of a quote meets a bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Measure {
    /// The most that a charge bills in a cycle.
    Billed(String),
    /// What a charge bills in the sold term.
    BilledInTerm(String),
    /// The least that a charge costs in a cycle, before adjustments.
    Least(String),
    /// The most.
    Most(String),
    /// What lines cost together, from the first month on, before adjustments.
    Together(LineChoice, Cycle),
    /// The same after them.
    TogetherAfter(LineChoice, Cycle),
}

/// A bound that a measure meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) measure: Measure,
    pub(super) at: Decimal,
}

impl Measure {
    /// `None` where the quote has no such line.
    pub(super) fn of(&self, quote: &Quote) -> Option<Decimal> {
        match self {
            Self::Billed(id) => periods(quote, id).map(|period| period.billed).max(),
            Self::BilledInTerm(id) => {
                let mut sum = None;
                for period in periods(quote, id).filter(|period| period.phase == Phase::Term) {
                    let billed = period.billed.checked_mul(Decimal::from(period.cycles))?;
                    sum = Some(sum.unwrap_or(Decimal::ZERO).checked_add(billed)?);
                }
                sum
            }
            Self::Least(id) => periods(quote, id).map(|period| period.before_adjustments.low()).max(),
            Self::Most(id) => periods(quote, id).filter_map(|period| period.before_adjustments.high()).max(),
            Self::Together(lines, cycle) => together(quote, lines, *cycle, true),
            Self::TogetherAfter(lines, cycle) => together(quote, lines, *cycle, false),
        }
    }
}

fn periods<'q>(quote: &'q Quote, id: &str) -> impl Iterator<Item = &'q Period> {
    quote.lines.iter().filter(move |line| line.charge.id == id).flat_map(|line| &line.periods)
}

fn together(quote: &Quote, lines: &LineChoice, cycle: Cycle, before: bool) -> Option<Decimal> {
    let end = match cycle {
        Cycle::Day | Cycle::Month => 2,
        Cycle::Quarter => 4,
        Cycle::Year => 13,
        Cycle::Term | Cycle::Once => quote.contract.sold_term_months.checked_add(1)?,
    };
    let chosen = quote.lines.iter().filter(|line| lines.holds(&line.charge));
    let ordinary = chosen.filter(|line| line.charge.model.over_lines().is_none());
    let mut sum = Decimal::ZERO;
    for period in ordinary.flat_map(|line| &line.periods) {
        let amount = if before { period.before_adjustments } else { period.cycle_amount() };
        let cycles = Decimal::from(period.cycles_within(&(1..end)));
        sum = sum.checked_add(amount.low().checked_mul(cycles)?)?;
    }
    Some(sum)
}

/// The bounds of a charge.
pub(super) fn of_charge(charge: &Charge) -> Vec<Turn> {
    let billed = quantities(charge).into_iter().flat_map(|at| {
        let measure = match charge.tier_period {
            TierPeriod::Term => Measure::BilledInTerm(charge.id.clone()),
            _ => Measure::Billed(charge.id.clone()),
        };
        // Conditions look at the cycle, whatever tiers look at.
        [Turn { measure: Measure::Billed(charge.id.clone()), at }, Turn { measure, at }]
    });
    let amounts = amounts(charge).into_iter().flat_map(|at| {
        [Measure::Least(charge.id.clone()), Measure::Most(charge.id.clone())]
            .map(|measure| Turn { measure, at })
    });
    billed.chain(amounts).collect()
}

fn quantities(charge: &Charge) -> Vec<Decimal> {
    let mut all = bounds(charge);
    all.extend(conditions(charge, Subject::CommittedQuantity));
    if charge.tier_period == TierPeriod::Day {
        // Months have so many days.
        let days = [28, 29, 30, 31].map(Decimal::from);
        let months: Vec<_> =
            all.iter().flat_map(|bound| days.iter().filter_map(|days| bound.checked_mul(*days))).collect();
        all.extend(months);
    }
    if let Some(allowance) = &charge.allowance {
        // What is billed is what is left; the tier may be that of the whole.
        if allowance.tier == AllowanceTier::Gross {
            let left: Vec<_> = all.iter().filter_map(|bound| bound.checked_sub(allowance.quantity)).collect();
            all.extend(left);
        }
        all.extend([Decimal::ZERO, allowance.quantity]);
    }
    match &charge.model {
        PriceModel::Package { size, minimum_packages, .. } => {
            all.push(size.get());
            all.extend(size.get().checked_mul(*minimum_packages));
        }
        PriceModel::Percentage(percentage) => {
            all.extend(percentage.free.and_then(|free| free.amount));
        }
        _ => {}
    }
    if let Some(Committed::Quantity(quantity)) = charge.spend_commitment.map(|spend| spend.committed) {
        all.push(quantity);
    }
    all.push(charge.commitment.minimum_quantity);
    all.retain(|bound| *bound >= Decimal::ZERO);
    if charge.allowance.is_none() {
        all.retain(|bound| !bound.is_zero());
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn amounts(charge: &Charge) -> Vec<Decimal> {
    let mut all: Vec<_> = conditions(charge, Subject::ListAmount).collect();
    all.extend([charge.minimum_amount, charge.maximum_amount].into_iter().flatten());
    if let Some(Committed::Amount(amount)) = charge.spend_commitment.map(|spend| spend.committed) {
        all.push(amount);
    }
    all.extend(charge.allowance.as_ref().and_then(|allowance| allowance.amount));
    all.sort_unstable();
    all.dedup();
    all
}

fn conditions(charge: &Charge, subject: Subject) -> impl Iterator<Item = Decimal> {
    let all = charge.adjustments.iter().flat_map(|adjustment| &adjustment.conditions);
    let about = all.filter(move |condition| condition.subject == subject);
    about.flat_map(|condition| condition.at_least.into_iter().chain(condition.at_most))
}

/// Terms of which some condition of a charge holds for the one and not for the other.
pub(super) fn terms(charge: &Charge) -> Vec<Decimal> {
    let all = charge.adjustments.iter().flat_map(|adjustment| &adjustment.conditions);
    let about = all.filter(|condition| condition.subject == Subject::TermMonths);
    let longer = |most: Decimal| most.checked_add(Decimal::ONE);
    about
        .flat_map(|condition| [condition.at_least, condition.at_most, condition.at_most.and_then(longer)])
        .flatten()
        .collect()
}

/// The bounds of what lines cost together.
pub(super) fn of_set(set: &LineSet) -> Vec<Turn> {
    let bounds = match &set.rule {
        SetRule::Dearest => Vec::new(),
        SetRule::Maximum { amount, .. } => vec![*amount],
        SetRule::Discount(discount) => {
            [discount.at_least, discount.at_most, discount.below].into_iter().flatten().collect()
        }
    };
    let both = |at| {
        let lines = || set.charges.clone();
        [Measure::Together(lines(), set.cycle), Measure::TogetherAfter(lines(), set.cycle)]
            .map(|measure| Turn { measure, at })
    };
    bounds.into_iter().flat_map(both).collect()
}
