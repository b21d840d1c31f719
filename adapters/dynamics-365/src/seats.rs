//! Named users: an edition, its promotion, and the add-ins that may only be put on one edition.

use quotient_plugin_api::charge::{
    Adjustment, AdjustmentBase, Category, Charge, Commitment, CommitmentKind, Cycle, DateBasis, DateWindow,
    Effect, MeteringRule, MeteringSource, Positive, PriceModel, SeatBasis, SeatFilter,
};
use quotient_plugin_api::interval::Interval;
use quotient_plugin_api::offer::Note;
use quotient_plugin_api::provenance::{CitedCharges, Published};
use quotient_plugin_api::requirement::{Channel, Requirement};

use crate::input::wants;
use crate::sheet::{AddIn, Edition, Promotion, Sheet};

const CHANNELS: [Channel; 6] =
    [Channel::Voice, Channel::WebVoice, Channel::Chat, Channel::Email, Channel::Sms, Channel::Messaging];

/// The named users of a requirement.
pub(crate) fn named_users() -> MeteringRule {
    let seats = SeatFilter { basis: SeatBasis::Named, roles: Vec::new() };
    MeteringRule::new("seats_named", MeteringSource::Seats(seats))
}

/// An edition with the add-ins of one offer.
pub(crate) struct Licence<'a> {
    pub(crate) edition: &'a Edition,
    /// Place of the edition in the sheet.
    pub(crate) index: usize,
    /// Places in the sheet, and the add-ins.
    pub(crate) add_ins: Vec<(usize, &'a AddIn)>,
}

impl<'a> Licence<'a> {
    /// The edition with the pinned add-ins, or without pins with the one that the demand needs.
    pub(crate) fn of(
        sheet: &'a Sheet,
        index: usize,
        edition: &'a Edition,
        requirement: &Requirement,
    ) -> Self {
        let pinned = &requirement.selection.module_ids;
        let add_ins = sheet.add_ins.iter().enumerate();
        let add_ins = if !edition.add_ins {
            Vec::new()
        } else if pinned.is_empty() {
            cheapest(edition, sheet, requirement).into_iter().collect()
        } else {
            add_ins.filter(|(_, add_in)| pinned.contains(&add_in.id)).collect()
        };
        Self { edition, index, add_ins }
    }

    /// Whether its users may serve a channel.
    pub(crate) fn serves(&self, channel: Channel) -> bool {
        self.edition.channels.iter().any(|id| id == channel.id())
            || self.add_ins.iter().any(|(_, add_in)| add_in.serves(channel))
    }

    pub(crate) fn add_to(&self, promotion: &Promotion, cited: &mut CitedCharges<'_>) {
        let edition = self.edition;
        let charge = user("users", &format!("User, {}", edition.name), &edition.user_month);
        let place = format!("editions[{}].user_month", self.index);
        let figure = (edition.user_month.page.as_str(), place);
        if edition.promoted {
            cited.add(charge, &[figure, (&promotion.page, "promotion".to_owned())]);
            if let Some(charge) = cited.charges.last_mut() {
                let sources = charge.sources.last().copied().into_iter().collect();
                charge.adjustments.push(discount(promotion, sources));
            }
        } else {
            cited.add(charge, &[figure]);
        }
        for (index, add_in) in &self.add_ins {
            let mut charge = user(&add_in.id, &add_in.name, &add_in.user_month);
            charge.module_id = Some(add_in.id.clone());
            cited.add(charge, &[(&add_in.user_month.page, format!("add_ins[{index}].user_month"))]);
        }
    }

    pub(crate) fn assumptions(&self, promotion: &Promotion, requirement: &Requirement) -> Vec<Note> {
        let text = "users who are added stay to the end of the year that is sold";
        let mut notes = vec![Note::new("users_until_renewal", text, "users")];
        if self.is_promoted(promotion, requirement) {
            let text = format!(
                "ordered through a sales channel that the promotion names ({}), with no other discount",
                promotion.sales_channels
            );
            notes.push(Note::new("promotion_sales_channel", text, "users"));
        }
        notes
    }

    pub(crate) fn warnings(&self, sheet: &Sheet, requirement: &Requirement) -> Vec<Note> {
        let mut notes = Vec::new();
        if self.is_promoted(&sheet.promotion, requirement) {
            let text =
                format!("the promotion ends with orders of {}: renewals at list", sheet.promotion.to.0);
            notes.push(Note::new("promotion_ends", text, "users"));
        }
        let wanted =
            CHANNELS.into_iter().filter(|channel| self.add_ins.iter().any(|(_, a)| a.serves(*channel)));
        let wanted: Vec<_> = wanted.collect();
        let one = sheet.add_ins.iter().find(|one| wanted.iter().all(|channel| one.serves(*channel)));
        if let (Some(one), true) = (one, self.add_ins.len() > 1) {
            let text = format!("the add-in {} serves the same channels as those that are chosen", one.id);
            notes.push(Note::new("add_ins_in_one", text, "selection.module_ids"));
        }
        notes
    }

    fn is_promoted(&self, promotion: &Promotion, requirement: &Requirement) -> bool {
        let date = requirement.pricing_date;
        self.edition.promoted && promotion.from.0 <= date && date <= promotion.to.0
    }
}

/// The cheapest add-in that serves all channels that are wanted beyond the edition's own. Only one is
/// taken: where several were needed, the one for all of them costs less than two.
fn cheapest<'a>(
    edition: &Edition,
    sheet: &'a Sheet,
    requirement: &Requirement,
) -> Option<(usize, &'a AddIn)> {
    let served = |channel: Channel| sheet.add_ins.iter().any(|add_in| add_in.serves(channel));
    let own = |channel: Channel| edition.channels.iter().any(|id| id == channel.id());
    let wanted: Vec<_> =
        CHANNELS.into_iter().filter(|c| wants(requirement, *c) && served(*c) && !own(*c)).collect();
    let add_ins = sheet.add_ins.iter().enumerate().filter(|_| !wanted.is_empty());
    add_ins
        .filter(|(_, add_in)| wanted.iter().all(|channel| add_in.serves(*channel)))
        .min_by_key(|(_, add_in)| add_in.user_month.price.0.low())
}

fn user(id: &str, name: &str, published: &Published) -> Charge {
    let price = PriceModel::PerUnit { price: published.price.0, per: Positive::ONE };
    let mut charge = Charge::new(id, name, Category::Recurring, named_users(), price, Cycle::Month);
    charge.commitment = Commitment { kind: CommitmentKind::Ratchet, ..Commitment::default() };
    charge
}

fn discount(promotion: &Promotion, sources: Vec<u32>) -> Adjustment {
    let (from, to) = (Some(promotion.from.0), Some(promotion.to.0));
    Adjustment {
        id: "promotion".into(),
        reason: format!("promotion for orders from {} to {}", promotion.from.0, promotion.to.0).into(),
        effect: Effect::Fraction {
            fraction: Interval::exact(promotion.fraction.0),
            base: AdjustmentBase::List,
        },
        conditions: Vec::new(),
        dates: Some(DateWindow { from, to, basis: DateBasis::Order }),
        months: None,
        sources,
        rounding: None,
    }
}
