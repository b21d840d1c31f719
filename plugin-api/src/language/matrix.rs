//! A price by attributes: one charge of a sheet, one charge of the kernel for each cell, each counting only
//! what selects its cell.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::charge::{ChargeError, ChargeForm, refuse};
use super::metering::match_all;
use super::model::{FlatForm, PackageForm, PerUnitForm, StairStepForm, TieredForm};
use super::packs::PacksForm;
use super::percentage::PercentageForm;
use crate::charge::Charge;
use crate::document::Figure;

/// Most cells of a matrix.
const MAX_CELLS: usize = 500;

/// Prices by attributes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MatrixForm {
    /// Which cell is taken where several fit. What no cell fits has no price.
    pub selection: SelectionForm,
    /// The cells; a cell without `when` is for everything that no other cell is for.
    pub cells: Vec<CellForm>,
}

/// Which cell is taken where several fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SelectionForm {
    /// Several never fit: cells that could are refused.
    Exact,
    /// The one with the most attributes; where two have as many, one for both together is needed.
    MostSpecific,
    /// The first one.
    First,
}

/// The attributes of a cell and its price: one of the prices that a charge can have.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CellForm {
    /// Facts that a demand, a stated quantity or a number must have, beside those of the charge.
    #[serde(default)]
    pub when: BTreeMap<String, Vec<String>>,
    /// The same amount in each cycle.
    pub flat: Option<FlatForm>,
    /// A price for each unit.
    pub per_unit: Option<PerUnitForm>,
    /// Each unit at the price of its own tier.
    pub graduated: Option<TieredForm>,
    /// All units at the price of the tier reached.
    pub volume: Option<TieredForm>,
    /// An amount for the step that the quantity reaches.
    pub stair_step: Option<StairStepForm>,
    /// A price for each package.
    pub package: Option<PackageForm>,
    /// A part of an amount of money.
    pub percentage: Option<PercentageForm>,
    /// Prepaid packs.
    pub packs: Option<PacksForm>,
    /// Least amount in a cycle that has any of it.
    pub minimum_amount: Option<Figure>,
    /// Greatest amount in a cycle.
    pub maximum_amount: Option<Figure>,
}

impl CellForm {
    /// Whether something can fit both cells.
    fn meets(&self, other: &Self) -> bool {
        self.when.iter().all(|(key, values)| match other.when.get(key) {
            None => true,
            Some(others) if values.is_empty() || others.is_empty() => values == others,
            Some(others) => values.iter().any(|value| others.contains(value)),
        })
    }

    /// Whether this cell is for all that fits both of two others.
    fn is_for_both(&self, one: &Self, other: &Self) -> bool {
        let keys = |cell: &Self| cell.when.keys().cloned().collect::<BTreeSet<_>>();
        let both = one.when.iter().chain(&other.when);
        let mut common: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
        for (key, values) in both {
            let values: BTreeSet<_> = values.iter().collect();
            common
                .entry(key)
                .and_modify(|known| known.retain(|value| values.contains(value)))
                .or_insert(values);
        }
        keys(self) == keys(one).union(&keys(other)).cloned().collect()
            && common.iter().all(|(key, values)| {
                self.when.get(*key).is_some_and(|own| values.iter().all(|value| own.contains(value)))
            })
    }
}

impl ChargeForm {
    /// A charge for each cell of a matrix, with the ids `<id>.1`, `<id>.2` and so on.
    pub(super) fn compile_matrix(&self, matrix: &MatrixForm) -> Result<Vec<Charge>, ChargeError> {
        let count = matrix.cells.len();
        if count == 0 || count > MAX_CELLS {
            return Err(refuse("matrix.cells", format!("found {count} cells, expected 1 to {MAX_CELLS}")));
        }
        if self.minimum_amount.is_some() || self.maximum_amount.is_some() {
            return Err(refuse("matrix", "found limits beside a matrix, expected those of its cells only"));
        }
        // Each cell is a charge of its own, which would have all of it once more.
        if self.allowance.is_some() || self.spend_commitment.is_some() {
            let rule =
                "found an allowance or a spend commitment beside a matrix, whose cells cannot share it";
            return Err(refuse("matrix", rule));
        }
        let mut charges = Vec::with_capacity(count);
        for (index, cell) in matrix.cells.iter().enumerate() {
            let at = |error: ChargeError| {
                let field = format!("matrix.cells[{index}].{}", error.field);
                refuse(field.trim_end_matches('.'), error.rule)
            };
            if let Some(key) = cell.when.keys().find(|key| self.matches.contains_key(*key)) {
                return Err(at(refuse("when", format!("found {key:?}, which the charge matches already"))));
            }
            let form = self.cell(index, cell);
            if !form.has_price() {
                return Err(at(refuse("", "found no price")));
            }
            let mut charge = form.compile().map_err(at)?;
            // Nobody pays the minimum of a cell that nothing selects.
            charge.minimum_only_when_used = true;
            charge.metering.matches.extend(match_all(&cell.when));
            for other in matrix.preferred(index)? {
                charge.metering.except.push(match_all(&other.when));
            }
            charges.push(charge);
        }
        Ok(charges)
    }

    fn cell(&self, index: usize, cell: &CellForm) -> Self {
        let cell = cell.clone();
        Self {
            id: format!("{}.{}", self.id, index + 1),
            matrix: None,
            flat: cell.flat,
            per_unit: cell.per_unit,
            graduated: cell.graduated,
            volume: cell.volume,
            stair_step: cell.stair_step,
            package: cell.package,
            percentage: cell.percentage,
            packs: cell.packs,
            minimum_amount: cell.minimum_amount,
            maximum_amount: cell.maximum_amount,
            ..self.clone()
        }
    }
}

impl MatrixForm {
    /// Cells that are taken before one, where both fit.
    fn preferred(&self, index: usize) -> Result<Vec<&CellForm>, ChargeError> {
        let Some(cell) = self.cells.get(index) else { return Ok(Vec::new()) };
        let mut preferred = Vec::new();
        for (other_index, other) in self.cells.iter().enumerate() {
            if other_index == index || !cell.meets(other) {
                continue;
            }
            let both = || format!("cells {} and {}", index.min(other_index), index.max(other_index));
            match self.selection {
                SelectionForm::First if other_index < index => preferred.push(other),
                SelectionForm::First => {}
                SelectionForm::Exact => {
                    let rule = format!("found {}, which fit the same: say which one is taken", both());
                    return Err(refuse("matrix.selection", rule));
                }
                SelectionForm::MostSpecific if other.when.len() > cell.when.len() => preferred.push(other),
                SelectionForm::MostSpecific if other.when.len() < cell.when.len() => {}
                SelectionForm::MostSpecific => {
                    if !self.cells.iter().any(|third| third.is_for_both(cell, other))
                        || cell.when == other.when
                    {
                        let rule = format!("found {}, as specific as each other, and none for both", both());
                        return Err(refuse("matrix.selection", rule));
                    }
                }
            }
        }
        Ok(preferred)
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::price_trial;
    use super::super::trial_input::TrialInput;
    use crate::document::Document;

    const CLOUD: &str = "matrix = { selection = \"SELECTION\", cells = [\n\
        { when = { region = [\"eu\"] }, per_unit = { price = 20 } },\n\
        { when = { region = [\"eu\"], country = [\"fr\"] }, per_unit = { price = 40 }, minimum_amount = 100 },\n\
        { per_unit = { price = 10 } } ] }";

    fn total(toml: &str, attributes: &str) -> Result<String, String> {
        let charge = Document::parse_toml("charge.toml", toml).unwrap();
        let input = format!("{{\"readings\":[{{\"attributes\":{attributes},\"quantities\":[2]}}]}}");
        let input = TrialInput::read(&Document::parse_json("input", &input).unwrap()).unwrap();
        let quote = price_trial(charge, &input).map_err(|error| error.to_string())?;
        Ok(quote.totals.term.point().unwrap().normalize().to_string())
    }

    #[test]
    fn the_cell_is_taken_that_the_selection_names() {
        let specific = CLOUD.replace("SELECTION", "most_specific");
        for (attributes, expected) in [
            (r#"{"region":"eu"}"#, "40"),
            // 2 × 40 = 80, at least 100.
            (r#"{"region":"eu","country":"fr"}"#, "100"),
            (r#"{"country":"fr"}"#, "20"),
            ("{}", "20"),
        ] {
            assert_eq!(total(&specific, attributes).unwrap(), expected, "{attributes}");
        }
        let first = CLOUD.replace("SELECTION", "first");
        assert_eq!(total(&first, r#"{"region":"eu","country":"fr"}"#).unwrap(), "40");
    }

    #[test]
    fn what_no_cell_fits_has_no_price() {
        let only = "matrix = { selection = \"exact\", cells = [{ when = { region = [\"eu\"] }, per_unit = { price = 20 } }] }";
        let told = total(only, r#"{"region":"us"}"#).unwrap_err();
        assert!(told.contains("no charge that prices meters[0]"), "{told}");
    }

    #[test]
    fn cells_that_fit_the_same_need_a_word_on_which_is_taken() {
        let told = total(&CLOUD.replace("SELECTION", "exact"), "{}").unwrap_err();
        assert!(told.contains("cells 0 and 1, which fit the same"), "{told}");
        let vague = "matrix = { selection = \"most_specific\", cells = [\n\
            { when = { region = [\"eu\"] }, per_unit = { price = 20 } },\n\
            { when = { country = [\"fr\"] }, per_unit = { price = 40 } } ] }";
        let told = total(vague, "{}").unwrap_err();
        assert!(told.contains("as specific as each other"), "{told}");
    }
}
