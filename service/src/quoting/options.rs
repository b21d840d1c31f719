//! How products are judged, read from the request; everything that is wrong with it is said.

use std::cell::RefCell;

use quotient_plugin_api::wire::Violation;
use quotient_proto::convert::decimal_from_wire;
use quotient_proto::google::r#type as google;
use quotient_proto::v1;
use rust_decimal::Decimal;

use crate::comparison::order::{Criterion, CriterionKind, Order};
use crate::comparison::screening::Thresholds;
use crate::comparison::uncertainty::{MAX_DRAWS, Uncertainty};

/// Most days of a trial that can be asked for.
const MAX_TRIAL_DAYS: i32 = 3_650;
/// The least fraction above zero that is worth saying.
const LEAST: Decimal = Decimal::from_parts(1, 0, 0, false, 12);
/// Most that a bound of a criterion can be.
const MAX_BOUND: Decimal = Decimal::from_parts(0xD4A5_1000, 0xE8, 0, false, 0);

/// How products are judged.
pub(super) struct Options {
    pub(super) thresholds: Thresholds,
    pub(super) discount: Option<Decimal>,
    /// Curves, crossings, cliffs, sensitivity.
    pub(super) break_even: bool,
    pub(super) uncertainty: Option<Uncertainty>,
    pub(super) order: Order,
}

impl Options {
    /// Whether other quantities are looked at, which takes a processor for a while.
    pub(super) const fn analyses(&self) -> bool {
        self.break_even || self.uncertainty.is_some()
    }
}

/// Reads the options, and says what is wrong with them.
pub(super) fn options(wire: v1::ComparisonOptions, violations: &mut Vec<Violation>) -> Options {
    let read = Reader { violations: RefCell::new(violations) };
    let discount =
        read.fraction("yearly_discount", wire.yearly_discount.as_ref(), Decimal::ZERO, Decimal::ONE);
    let uncertainty = wire.uncertainty.as_ref().map(|asked| read.uncertainty(asked));
    let order = wire.ranking.as_ref().map_or(Order::Cost, |asked| read.order(asked));
    let uncertainty = uncertainty.or_else(|| order.needs_draws().then(Uncertainty::default));
    let thresholds =
        wire.thresholds.as_ref().map_or_else(Thresholds::default, |asked| read.thresholds(asked));
    Options { thresholds, discount, break_even: wire.break_even, uncertainty, order }
}

struct Reader<'a> {
    violations: RefCell<&'a mut Vec<Violation>>,
}

impl Reader<'_> {
    fn refuse(&self, path: &str, rule: String) {
        self.violations.borrow_mut().push(Violation { path: format!("options.{path}"), rule });
    }

    fn fraction(
        &self,
        path: &str,
        wire: Option<&google::Decimal>,
        least: Decimal,
        most: Decimal,
    ) -> Option<Decimal> {
        let found = match decimal_from_wire(wire?) {
            Ok(found) => found,
            Err(error) => {
                self.refuse(path, error.to_string());
                return None;
            }
        };
        if found < least || found > most {
            self.refuse(path, format!("found {found}, expected {least} to {most}"));
            return None;
        }
        Some(found)
    }

    fn uncertainty(&self, asked: &v1::UncertaintyOptions) -> Uncertainty {
        let default = Uncertainty::default();
        let at = "uncertainty.coefficient_of_variation";
        let cv = asked.coefficient_of_variation.as_ref();
        let cv = self.fraction(at, cv, Decimal::new(1, 2), Decimal::TEN).unwrap_or(default.cv);
        let aversion = asked.risk_aversion.as_ref();
        let aversion =
            self.fraction("uncertainty.risk_aversion", aversion, Decimal::ZERO, Decimal::ONE_HUNDRED);
        let draws = asked.draws.map_or(Some(default.draws), |draws| u32::try_from(draws).ok());
        let legal = draws.filter(|draws| (10..=MAX_DRAWS).contains(draws));
        if legal.is_none() {
            let found = asked.draws.unwrap_or_default();
            self.refuse("uncertainty.draws", format!("found {found}, expected 10 to {MAX_DRAWS}"));
        }
        Uncertainty {
            draws: legal.unwrap_or(default.draws),
            seed: asked.seed,
            cv,
            aversion: aversion.unwrap_or(default.aversion),
        }
    }

    fn order(&self, asked: &v1::RankingOptions) -> Order {
        let Ok(order) = v1::RankingOrder::try_from(asked.order) else {
            self.refuse("ranking.order", format!("found {}, expected a known order", asked.order));
            return Order::Cost;
        };
        if order != v1::RankingOrder::Score {
            if !asked.criteria.is_empty() {
                let rule = "found criteria, expected them only with the order by score";
                self.refuse("ranking.criteria", rule.to_owned());
            }
            return if order == v1::RankingOrder::Risk { Order::Risk } else { Order::Cost };
        }
        if asked.criteria.is_empty() {
            self.refuse("ranking.criteria", "found none, expected at least one for a score".to_owned());
        }
        let mut criteria: Vec<Criterion> = Vec::new();
        for (index, wire) in asked.criteria.iter().enumerate() {
            let at = format!("ranking.criteria[{index}]");
            let Some(criterion) = self.criterion(&at, wire) else { continue };
            if criteria.iter().any(|other| other.kind == criterion.kind) {
                let (name, _) = criterion.kind.names();
                self.refuse(&format!("{at}.kind"), format!("found {name} twice, expected each kind once"));
            }
            criteria.push(criterion);
        }
        Order::Score(criteria)
    }

    fn criterion(&self, at: &str, wire: &v1::ScoreCriterion) -> Option<Criterion> {
        use v1::CriterionKind as Wire;

        // Of a share more is better; of everything else less.
        let (kind, bounds, least, most) = match Wire::try_from(wire.kind) {
            Ok(Wire::Cost) => (CriterionKind::Cost, None, Decimal::ZERO, MAX_BOUND),
            Ok(Wire::Risk) => (CriterionKind::Risk, None, Decimal::ZERO, MAX_BOUND),
            Ok(Wire::Confidence) => {
                let six = Decimal::from(6_u32);
                (CriterionKind::Confidence, Some((Decimal::ONE, six)), Decimal::ONE, six)
            }
            Ok(kind @ (Wire::Capabilities | Wire::Thresholds)) => {
                let (zero, one) = (Decimal::ZERO, Decimal::ONE);
                let capabilities = kind == Wire::Capabilities;
                let kind = if capabilities { CriterionKind::Capabilities } else { CriterionKind::Thresholds };
                (kind, Some((one, zero)), zero, one)
            }
            Ok(Wire::Unspecified) | Err(_) => {
                let rule = format!("found {}, expected a known kind", wire.kind);
                self.refuse(&format!("{at}.kind"), rule);
                return None;
            }
        };
        let weight = self.required(at, "weight", wire.weight.as_ref(), None, (LEAST, Decimal::ONE_THOUSAND));
        let (best, worst) = (bounds.map(|bounds| bounds.0), bounds.map(|bounds| bounds.1));
        let best = self.required(at, "best", wire.best.as_ref(), best, (least, most));
        let worst = self.required(at, "worst", wire.worst.as_ref(), worst, (least, most));
        let (best, worst) = (best?, worst?);
        let more_is_better = matches!(kind, CriterionKind::Capabilities | CriterionKind::Thresholds);
        if if more_is_better { worst >= best } else { worst <= best } {
            let side = if more_is_better { "below" } else { "above" };
            self.refuse(
                &format!("{at}.worst"),
                format!("found {worst}, expected a value {side} the best one, {best}"),
            );
            return None;
        }
        Some(Criterion { kind, weight: weight?, best, worst })
    }

    /// A number that must be there where it has no default.
    fn required(
        &self,
        at: &str,
        field: &str,
        wire: Option<&google::Decimal>,
        default: Option<Decimal>,
        (least, most): (Decimal, Decimal),
    ) -> Option<Decimal> {
        let path = format!("{at}.{field}");
        if wire.is_none() && default.is_none() {
            self.refuse(&path, format!("found nothing, expected {least} to {most}"));
        }
        if wire.is_none() { default } else { self.fraction(&path, wire, least, most) }
    }

    fn thresholds(&self, asked: &v1::Thresholds) -> Thresholds {
        let max_failure_rate = self.fraction(
            "thresholds.max_failure_rate",
            asked.max_failure_rate.as_ref(),
            LEAST,
            Decimal::ONE,
        );
        if let Some(days) = asked.min_trial_days.filter(|days| !(0..=MAX_TRIAL_DAYS).contains(days)) {
            let rule = format!("found {days}, expected 0 to {MAX_TRIAL_DAYS}");
            self.refuse("thresholds.min_trial_days", rule);
        }
        Thresholds {
            min_trial_days: asked.min_trial_days.and_then(|days| u32::try_from(days).ok()),
            modules_addable: asked.modules_addable,
            modules_removable: asked.modules_removable,
            max_failure_rate,
        }
    }
}
