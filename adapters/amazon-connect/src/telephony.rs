//! Telephone lines: priced by hosting region, country and kind of number, for what the requirement
//! mentions and nothing else.

use std::collections::BTreeSet;

use quotient_plugin_api::adapter::of_demand;
use quotient_plugin_api::charge::{
    Category, Charge, Cycle, MeteringRule, MeteringSource, Positive, PriceModel,
};
use quotient_plugin_api::offer::{CoverageStatement, CoverageStatus, Note};
use quotient_plugin_api::provenance::CitedCharges;
use quotient_plugin_api::requirement::{Channel, Direction, Requirement};

use crate::lines::{by_the_second, usage};
use crate::sheet::{Line, Sheet};

/// Country and kind of number.
type Pair<'a> = (&'a str, &'a str);

/// What the requirement mentions, in order, with the places that mention it.
#[derive(Default)]
struct Mentioned<'a> {
    inbound: BTreeSet<(Pair<'a>, String)>,
    outbound: BTreeSet<(&'a str, String)>,
    numbers: BTreeSet<(Pair<'a>, String)>,
}

impl<'a> Mentioned<'a> {
    fn of(requirement: &'a Requirement) -> Self {
        let mut mentioned = Self::default();
        for (index, demand) in requirement.demand.iter().enumerate() {
            if demand.channel == Channel::Voice {
                let fact = |key: &str| demand.attributes.get(key).map(String::as_str);
                mentioned.call(demand.direction, fact, &format!("demand[{index}]"));
            }
        }
        for (index, reading) in requirement.meters.iter().enumerate() {
            let fact = |key: &str| reading.attributes.get(key).map(String::as_str);
            let path = format!("meters[{index}]");
            match reading.meter_id.as_str() {
                "voice_inbound" => mentioned.call(Direction::Inbound, fact, &path),
                "voice_outbound" => mentioned.call(Direction::Outbound, fact, &path),
                "numbers" => {
                    let pair = fact("country").zip(fact("number_type"));
                    mentioned.numbers.extend(pair.map(|pair| (pair, path)));
                }
                _ => {}
            }
        }
        for (index, group) in requirement.numbers.iter().enumerate() {
            let pair = (group.country.as_str(), group.number_type.as_str());
            mentioned.numbers.insert((pair, format!("numbers[{index}]")));
        }
        mentioned
    }

    fn call(&mut self, direction: Direction, fact: impl Fn(&str) -> Option<&'a str>, path: &str) {
        let country = fact("destination_country");
        match direction {
            Direction::Inbound => {
                let pair = country.zip(fact("number_type"));
                self.inbound.extend(pair.map(|pair| (pair, path.to_owned())));
            }
            Direction::Outbound => self.outbound.extend(country.map(|country| (country, path.to_owned()))),
        }
    }
}

/// What an offer says of telephone lines beside its charges.
#[derive(Default)]
pub(crate) struct Telephony {
    pub(crate) gaps: Vec<CoverageStatement>,
    pub(crate) assumptions: Vec<Note>,
    pub(crate) warnings: Vec<Note>,
}

/// Adds the charges of the lines that the requirement mentions.
pub(crate) fn add(
    sheet: &Sheet,
    region: &str,
    requirement: &Requirement,
    cited: &mut CitedCharges<'_>,
) -> Telephony {
    let mentioned = Mentioned::of(requirement);
    let mut told = Telephony::default();
    let mut done = BTreeSet::new();
    for (pair, path) in &mentioned.inbound {
        match line(sheet, region, *pair) {
            None => told.gaps.push(gap(path, &no_line(sheet, region, *pair))),
            Some((index, line)) if done.insert((*pair, "inbound")) => {
                let charge = inbound(sheet, line, requirement);
                told.warn_of_cents(line, &charge.id);
                let figure = (line.page.as_str(), format!("lines[{index}].inbound_minute"));
                cited.add(charge, &[figure, minimum(sheet)]);
            }
            Some(_) => {}
        }
    }
    for (pair, path) in &mentioned.numbers {
        match line(sheet, region, *pair) {
            None => told.gaps.push(gap(path, &no_line(sheet, region, *pair))),
            Some((index, line)) if done.insert((*pair, "numbers")) => {
                let charge = numbers(line);
                told.warn_of_cents(line, &charge.id);
                told.assumptions.push(month_of(&charge.id));
                cited.add(charge, &[(&line.page, format!("lines[{index}].number_day"))]);
            }
            Some(_) => {}
        }
    }
    for (country, path) in &mentioned.outbound {
        let rows = sheet.outbound.iter().enumerate();
        let mut rows = rows.filter(|(_, row)| row.region == region && row.country == *country);
        match rows.next() {
            None => {
                let text = format!("there is no figure for calls to {country} from {region}");
                told.gaps.push(gap(path, &text));
            }
            Some((index, row)) if done.insert(((*country, ""), "outbound")) => {
                let rule = MeteringRule::new("voice_outbound", MeteringSource::Segments(Vec::new()))
                    .matching("destination_country", &[*country]);
                let rule = calls(rule, Direction::Outbound, sheet, requirement);
                let (id, name) = (format!("outbound-{index}"), format!("Calls to {country}"));
                let charge = usage(&id, &name, rule, row.minute.0, Positive::MINUTE);
                let figure = (row.page.as_str(), format!("outbound[{index}].minute"));
                cited.add(charge, &[figure, minimum(sheet)]);
            }
            Some(_) => {}
        }
    }
    told
}

fn line<'a>(sheet: &'a Sheet, region: &str, (country, number_type): Pair<'_>) -> Option<(usize, &'a Line)> {
    sheet
        .lines
        .iter()
        .enumerate()
        .find(|(_, line)| line.region == region && line.country == country && line.number_type == number_type)
}

fn no_line(sheet: &Sheet, region: &str, (country, number_type): Pair<'_>) -> String {
    let same = sheet.lines.iter().filter(|line| line.country == country && line.number_type == number_type);
    let known: Vec<_> = same.map(|line| line.region.as_str()).collect();
    let known =
        if known.is_empty() { String::new() } else { format!("; there is one from {}", known.join(", ")) };
    format!("there is no figure for {number_type} numbers of {country} from {region}{known}")
}

fn gap(path: &str, text: &str) -> CoverageStatement {
    CoverageStatement { path: path.to_owned(), status: CoverageStatus::NotOffered, note: text.to_owned() }
}

fn inbound(sheet: &Sheet, line: &Line, requirement: &Requirement) -> Charge {
    let rule = MeteringRule::new("voice_inbound", MeteringSource::Segments(Vec::new()))
        .matching("destination_country", &[line.country.as_str()])
        .matching("number_type", &[line.number_type.as_str()]);
    let rule = calls(rule, Direction::Inbound, sheet, requirement);
    let name = format!("Calls received on {} numbers of {}", line.number_type, line.country);
    let id = format!("inbound-{}-{}", line.country, line.number_type);
    usage(&id, &name, rule, line.inbound_minute.0, Positive::MINUTE)
}

fn calls(rule: MeteringRule, direction: Direction, sheet: &Sheet, requirement: &Requirement) -> MeteringRule {
    let facts: [(&str, &[&str]); 2] = [("channel", &["voice"]), ("direction", &[direction.id()])];
    of_demand(rule, requirement, &facts).step(by_the_second(&sheet.minimum.telephony))
}

fn numbers(line: &Line) -> Charge {
    let rule = MeteringRule::new("numbers", MeteringSource::Numbers)
        .matching("country", &[line.country.as_str()])
        .matching("number_type", &[line.number_type.as_str()]);
    Charge::new(
        format!("numbers-{}-{}", line.country, line.number_type),
        format!("{} numbers of {}", line.number_type, line.country),
        Category::Usage,
        rule,
        PriceModel::PerUnit { price: line.number_day.0, per: Positive::ONE },
        Cycle::Day,
    )
}

fn minimum(sheet: &Sheet) -> (&str, String) {
    (&sheet.minimum.telephony.page, "minimum.telephony".to_owned())
}

fn month_of(charge: &str) -> Note {
    let text = "a month has 30.5 days: the vendor's own cost table takes 1.83 for a number at 0.06 a day";
    Note::new("month_days_thirty_and_half", text, charge)
}

impl Telephony {
    fn warn_of_cents(&mut self, line: &Line, charge: &str) {
        if line.rounded_to_cents {
            let text = "the figure is from a copy of the vendor's table that is rounded to cents: an \
                        estimate, not what is billed";
            self.warnings.push(Note::new("rounded_to_cents", text, charge));
        }
    }
}
