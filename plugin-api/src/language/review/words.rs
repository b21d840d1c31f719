//! Words of a sheet that name nothing: pages that nothing is from, channels, countries and meters that there
//! are not, notes about charges that there are not.

use std::collections::{BTreeMap, BTreeSet};

use super::Findings;
use crate::document::suggest::{any_of, nearest};
use crate::language::metering::nearest_meter;
use crate::language::sheet::{NoteForm, SheetForm};
use crate::meters;
use crate::requirement::Channel;

const CHANNELS: [Channel; 6] =
    [Channel::Voice, Channel::WebVoice, Channel::Chat, Channel::Email, Channel::Sms, Channel::Messaging];

pub(super) fn look(form: &SheetForm, findings: &mut Findings<'_>) {
    sources(form, findings);
    modules(form, findings);
    coverage(form, findings);
    facts(form, findings);
    let all =
        [("assumptions", &form.assumptions), ("exclusions", &form.exclusions), ("warnings", &form.warnings)];
    for (list, notes) in all {
        about_charges(form, list, notes, findings);
    }
}

fn sources(form: &SheetForm, findings: &mut Findings<'_>) {
    let of_charges = form.charges.iter().flat_map(|charge| &charge.sources);
    let of_sets = form.line_sets.iter().flat_map(|set| &set.sources);
    let of_capabilities = form.capabilities.iter().map(|capability| &capability.source);
    let named: BTreeSet<_> = of_charges.chain(of_sets).chain(of_capabilities).collect();
    for (key, source) in &form.sources {
        let at = format!("sources.{key}");
        if !named.contains(key) {
            findings.warn("unused_source", &at, "found a page that nothing is from");
        }
        // An example of an article need have no page.
        if !form.product.illustrative
            && !["https://", "http://"].iter().any(|scheme| source.uri.starts_with(scheme))
        {
            let text = format!("found {:?}, expected the address of a page, such as https://…", source.uri);
            findings.warn("source_without_address", &format!("{at}.uri"), text);
        }
    }
}

fn modules(form: &SheetForm, findings: &mut Findings<'_>) {
    let of_charges = form.charges.iter().filter_map(|charge| charge.module.as_ref());
    let of_capabilities = form.capabilities.iter().filter_map(|one| one.module.as_ref());
    let named: BTreeSet<_> = of_charges.chain(of_capabilities).collect();
    for (index, module) in form.modules.iter().enumerate() {
        if !named.contains(&module.id) {
            let text = "found a module that no charge and no capability belongs to";
            findings.warn("unused_module", &format!("modules[{index}]"), text);
        }
    }
}

fn coverage(form: &SheetForm, findings: &mut Findings<'_>) {
    for (index, one) in form.coverage.iter().enumerate() {
        let at = format!("coverage[{index}]");
        channels(&format!("{at}.channels"), one.channels.iter().flatten(), findings);
        for id in one.meters.iter().flatten().filter(|id| meters::meter(id).is_none()) {
            let near = nearest_meter(id);
            let text = format!("found {id:?}, which names nothing, expected a meter such as {near:?}");
            findings.warn("names_nothing", &format!("{at}.meters"), text);
        }
        for country in one.numbers.iter().flatten() {
            if country.len() != 2 || !country.bytes().all(|letter| letter.is_ascii_uppercase()) {
                let text =
                    format!("found {country:?}, which names nothing, expected a country such as \"CN\"");
                findings.warn("names_nothing", &format!("{at}.numbers"), text);
            }
        }
        channel_facts(&format!("{at}.matches"), &one.matches, findings);
    }
}

fn facts(form: &SheetForm, findings: &mut Findings<'_>) {
    for (index, charge) in form.charges.iter().enumerate() {
        let at = format!("charges[{index}]");
        channel_facts(&format!("{at}.matches"), &charge.matches, findings);
        for (number, except) in charge.except.iter().enumerate() {
            channel_facts(&format!("{at}.except[{number}]"), except, findings);
        }
        let cells = charge.matrix.iter().flat_map(|matrix| &matrix.cells).enumerate();
        for (number, cell) in cells {
            channel_facts(&format!("{at}.matrix.cells[{number}].when"), &cell.when, findings);
        }
        let when = charge.when.iter().filter_map(|when| when.channels.as_ref());
        channels(&format!("{at}.when.channels"), when.flatten(), findings);
    }
    for (index, one) in form.editions.iter().enumerate() {
        let when = one.when.iter().filter_map(|when| when.channels.as_ref());
        channels(&format!("editions[{index}].when.channels"), when.flatten(), findings);
    }
    for (index, one) in form.purchase_options.iter().enumerate() {
        let when = one.when.iter().filter_map(|when| when.channels.as_ref());
        channels(&format!("purchase_options[{index}].when.channels"), when.flatten(), findings);
    }
}

fn channel_facts(path: &str, facts: &BTreeMap<String, Vec<String>>, findings: &mut Findings<'_>) {
    // An empty text is the quantity that is stated without a channel.
    let named = facts.get("channel").into_iter().flatten().filter(|id| !id.is_empty());
    channels(&format!("{path}.channel"), named, findings);
}

fn channels<'a>(path: &str, ids: impl Iterator<Item = &'a String>, findings: &mut Findings<'_>) {
    let known = CHANNELS.map(Channel::id);
    for id in ids.filter(|id| !known.contains(&id.as_str())) {
        let near = nearest(id, known);
        let expected = any_of(if near.is_empty() { &known } else { near.as_slice() });
        findings.warn(
            "names_nothing",
            path,
            format!("found {id:?}, which names nothing, expected {expected}"),
        );
    }
}

fn about_charges(form: &SheetForm, list: &str, notes: &[NoteForm], findings: &mut Findings<'_>) {
    for (index, note) in notes.iter().enumerate() {
        let Some(id) = &note.charge else { continue };
        if form.charges.iter().all(|charge| charge.id != *id) {
            let text = format!("found {id:?}, expected the id of a charge");
            findings.warn("names_nothing", &format!("{list}[{index}].charge"), text);
        }
    }
}
