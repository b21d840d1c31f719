//! Tencent Qidian customer service (腾讯企点客服): users by the year, at least three, robots besides.
//!
//! What a sheet cannot say is the expansion rule: users that are added to a running contract end with
//! it; whole years cost the year, an odd month costs a tenth of it, and the odd months together never
//! more than a year. Started months count, and users held already count towards the minimum.

use quotient_plugin_api::adapter::{
    AdapterError, Answer, Call, Catalog, Decline, DeclineKind, Library, OpenError, ProductTimeline,
    SheetFile, VendorAdapter,
};
use quotient_plugin_api::charge::{
    Category, Charge, Commitment, CommitmentKind, Cycle, MeteringRule, MeteringSource, Positive, PriceModel,
    Proration, ProrationUnit, SeatBasis, SeatFilter,
};
use quotient_plugin_api::export_adapter;
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::money;
use quotient_plugin_api::offer::{
    Conventions, CoverageStatement, CoverageStatus, Label, Note, Offer, OfferParts, OfferRange, SourceRef,
    Terms,
};
use quotient_plugin_api::provenance::{Provenance, only_sheet};
use quotient_plugin_api::requirement::serving::of_robots;
use quotient_plugin_api::requirement::{BillingPeriod, Channel, Requirement};
use rust_decimal::Decimal;

use crate::sheet::{Edition, Robot, Sheet};

mod sheet;

export_adapter!(TencentQidian);

const PRODUCT: &str = "tencent-qidian";
const SHEET: &str = include_str!("../sheets/tencent-qidian.toml");
/// Sold by the year.
const YEAR: u32 = 12;

/// The product with its sheet.
pub struct TencentQidian {
    sheet: Sheet,
    provenance: Provenance,
    odd_months: Proration,
}

impl VendorAdapter for TencentQidian {
    fn library() -> Library {
        let sheet = SheetFile { name: "tencent-qidian.toml".to_owned(), content: SHEET.into() };
        Library {
            id: "tencent-qidian".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            products: vec![ProductTimeline { product_id: PRODUCT.to_owned(), sheets: vec![sheet] }],
        }
    }

    fn open(product: &ProductTimeline) -> Result<Self, OpenError> {
        let document = only_sheet(product)?;
        let sheet: Sheet = document.read()?;
        let provenance = Provenance::new(&document, &sheet.as_of, sheet.pages.clone());
        let divisor = Positive::new(sheet.odd_months_of_a_year.0)
            .map_err(|error| document.error_at("odd_months_of_a_year", error.to_string()))?;
        let pages = sheet.editions.iter().map(|edition| &edition.page);
        for page in pages.chain(sheet.robots.iter().map(|robot| &robot.page)) {
            provenance.require(page, &document)?;
        }
        let odd_months = Proration::new(ProrationUnit::StartedMonth, divisor, true);
        Ok(Self { sheet, provenance, odd_months })
    }

    fn catalog(&self) -> Catalog {
        let editions = self.sheet.editions.iter();
        Catalog {
            vendor: Label::new("tencent-qidian", "腾讯企点 Tencent Qidian"),
            product: Label::new(PRODUCT, "企点客服 Qidian customer service"),
            component: false,
            illustrative: false,
            editions: editions.map(|edition| Label::new(&edition.id, &edition.name)).collect(),
            purchase_options: vec![annual()],
            currencies: vec!["CNY".to_owned()],
            revisions: vec![self.provenance.revision()],
            charging_models: vec!["per_unit".to_owned()],
            capabilities: Vec::new(),
            monotone_in: Vec::new(),
        }
    }

    fn offers(&self, requirement: &Requirement, _call: &Call<'_>) -> Result<Answer, AdapterError> {
        if let Some(decline) = self.decline(requirement) {
            return Ok(Answer::Decline(decline));
        }
        let editions = self.sheet.editions.iter().filter(|e| requirement.selects(&e.id, &annual().id));
        let offers = editions.map(|edition| self.offer(edition, requirement));
        Ok(Answer::from_offers(offers.collect::<Result<_, _>>()?))
    }
}

fn annual() -> Label {
    Label::new("annual", "by the year, paid for the whole term")
}

impl TencentQidian {
    fn decline(&self, requirement: &Requirement) -> Option<Decline> {
        let robots = self.sheet.robots.iter().map(|robot| robot.id.as_str());
        if let Some(decline) = Decline::unknown_module(requirement, robots) {
            return Some(decline);
        }
        let nothing = requirement.seats.is_empty() && requirement.selection.module_ids.is_empty();
        nothing.then(|| Decline {
            kind: DeclineKind::NeedsInput,
            text: "sold by users: how many people work in the system is needed".to_owned(),
            fields: vec!["seats".to_owned()],
        })
    }

    fn offer(&self, edition: &Edition, requirement: &Requirement) -> Result<Offer, AdapterError> {
        let mut sources = Vec::new();
        let mut charges = vec![self.users(edition, &mut sources)];
        let chosen = |robot: &&Robot| requirement.selection.module_ids.contains(&robot.id);
        for robot in self.sheet.robots.iter().filter(chosen) {
            charges.push(self.robot(robot, &mut sources));
        }
        let bought = self.sheet.robots.iter().any(|robot| chosen(&robot));
        let mut coverage = coverage(edition, requirement);
        coverage.extend(robots(edition, requirement, bought));
        let limit = edition.note.iter().map(|note| Note::new("edition_limit", note, ""));
        let refund = "full refund within 7 days, but not for added users or value-added items";
        let calls = Note::new("calls", "what a call costs is not on the page", "users");
        let yearly = requirement.billing_period == Some(BillingPeriod::Annual);
        let parts = OfferParts {
            edition: Label::new(&edition.id, &edition.name),
            purchase_option: annual(),
            currency: money::currency("CNY").map_err(|error| AdapterError::new(error.to_string()))?,
            charges: charges.into_iter().map(Into::into).collect(),
            terms: Terms {
                minimum_months: YEAR,
                multiple_of_months: YEAR,
                billing_period_months: yearly.then_some(YEAR),
                minimum_seats: Some(self.sheet.minimum_users.0),
                ..Terms::default()
            },
            conventions: Conventions::default(),
            coverage,
            assumptions: Vec::new(),
            exclusions: Vec::from_iter(edition.calls_billed_elsewhere.then_some(calls)),
            warnings: limit.chain([Note::new("refund", refund, "")]).collect(),
            sources,
            line_sets: Vec::new(),
            capabilities: Vec::new(),
            holds_for: OfferRange::default(),
        };
        Ok(Offer::new(parts)?)
    }

    fn users(&self, edition: &Edition, sources: &mut Vec<SourceRef>) -> Charge {
        let seats = SeatFilter { basis: SeatBasis::Named, roles: Vec::new() };
        let mut charge = Charge::new(
            "users",
            format!("User, {}", edition.name),
            Category::Recurring,
            MeteringRule::new("seats_named", MeteringSource::Seats(seats)),
            PriceModel::PerUnit { price: Interval::exact(edition.per_user_year.0), per: Positive::ONE },
            Cycle::Year,
        );
        charge.commitment = Commitment {
            kind: CommitmentKind::Ratchet,
            minimum_quantity: self.sheet.minimum_users.0,
            minimum_counts_held: true,
        };
        charge.proration = Some(self.odd_months);
        let path = format!("editions.{}.per_user_year", edition.id);
        self.provenance.cite(&mut charge, &edition.page, path, sources);
        charge
    }

    fn robot(&self, robot: &Robot, sources: &mut Vec<SourceRef>) -> Charge {
        let mut charge = Charge::new(
            &robot.id,
            &robot.name,
            Category::Recurring,
            // One robot, unless the requirement states how many.
            MeteringRule::new("robots", MeteringSource::Constant(Decimal::ONE)),
            PriceModel::PerUnit { price: Interval::exact(robot.per_robot_year.0), per: Positive::ONE },
            Cycle::Year,
        );
        charge.module_id = Some(robot.id.clone());
        charge.proration = Some(self.odd_months);
        self.provenance.cite(
            &mut charge,
            &robot.page,
            format!("robots.{}.per_robot_year", robot.id),
            sources,
        );
        charge
    }
}

/// Robots are bought besides: without one, what robots do in a contact is no part of the users' price.
fn robots(edition: &Edition, requirement: &Requirement, bought: bool) -> Vec<CoverageStatement> {
    let served = requirement
        .demand
        .iter()
        .enumerate()
        .filter(|(_, demand)| !bought && edition.channels.iter().any(|id| id == demand.channel.id()));
    let note = "a robot is bought besides, as a module: none is chosen";
    let gap = |path| CoverageStatement { path, status: CoverageStatus::NotOffered, note: note.to_owned() };
    served.flat_map(|(index, demand)| of_robots(demand, &format!("demand[{index}]"))).map(gap).collect()
}

fn coverage(edition: &Edition, requirement: &Requirement) -> Vec<CoverageStatement> {
    let demand = requirement.demand.iter().enumerate();
    let served = demand.filter(|(_, demand)| edition.channels.iter().any(|id| id == demand.channel.id()));
    served
        .map(|(index, demand)| {
            let path = format!("demand[{index}]");
            if edition.calls_billed_elsewhere && demand.channel == Channel::Voice {
                let note = "the system is included; what a call costs is not on the page".to_owned();
                return CoverageStatement { path, status: CoverageStatus::BilledByOthers, note };
            }
            let note = "nothing but users is charged".to_owned();
            CoverageStatement { path, status: CoverageStatus::Included, note }
        })
        .collect()
}

#[cfg(test)]
quotient_plugin_api::conformance!(TencentQidian, "golden");
