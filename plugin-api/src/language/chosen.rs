//! One charge of a whole sheet, as a file of its own, so that it can be tried by itself.

use crate::document::{Document, DocumentError, Key, Node, Value};

/// The currency, the conventions and one charge of a sheet; where an edition is named, the charge of this id
/// that belongs to it.
///
/// # Errors
/// [`DocumentError`] where the file has no such charge, or several.
pub fn charge_of_sheet(
    document: Document,
    id: &str,
    edition: Option<&str>,
) -> Result<Document, DocumentError> {
    let Some(Value::Array(charges)) = entry(document.root(), "charges").map(|node| &node.value) else {
        return Err(document.error_at("charges", "found no list of charges, expected a sheet with one"));
    };
    let found: Vec<_> = charges.iter().filter(|charge| is(charge, id, edition)).cloned().collect();
    let [charge] = found.as_slice() else {
        let ids: Vec<_> = charges.iter().filter_map(|charge| text(entry(charge, "id")?)).collect();
        let text = match found.len() {
            0 => format!("found no charge {id:?}, expected one of: {}", ids.join(", ")),
            many => format!("found {many} charges {id:?}, expected an edition that has one of them"),
        };
        return Err(document.error_at("charges", text));
    };
    let charge = Node { value: without_sources(&charge.value), span: charge.span.clone() };
    Ok(document.map_root(|root| {
        let span = root.span.clone();
        let mut kept: Vec<(Key, Node)> = Vec::new();
        let key = |name: &str| Key { name: name.to_owned(), span: span.clone() };
        let currency = entry(root, "product").and_then(|product| entry(product, "currency"));
        kept.extend(currency.map(|node| (key("currency"), node.clone())));
        kept.extend(entry(root, "conventions").map(|node| (key("conventions"), node.clone())));
        let list = Node { span: charge.span.clone(), value: Value::Array(vec![charge]) };
        kept.push((key("charges"), list));
        Node { value: Value::Table(kept), span }
    }))
}

fn entry<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    let Value::Table(entries) = &node.value else { return None };
    entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
}

fn text(node: &Node) -> Option<&str> {
    if let Value::String(text) = &node.value { Some(text) } else { None }
}

fn is(charge: &Node, id: &str, edition: Option<&str>) -> bool {
    let lists = |edition: &str| match entry(charge, "editions").map(|node| &node.value) {
        Some(Value::Array(editions)) => editions.iter().any(|node| text(node) == Some(edition)),
        _ => true,
    };
    entry(charge, "id").and_then(text) == Some(id) && edition.is_none_or(lists)
}

/// A file of charges has no pages that a source could name.
fn without_sources(charge: &Value) -> Value {
    let Value::Table(entries) = charge else { return charge.clone() };
    Value::Table(entries.iter().filter(|(key, _)| key.name != "sources").cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &str = "[product]\ncurrency = \"CNY\"\n[[charges]]\nid = \"seat\"\neditions = [\"basic\"]\n\
                         flat = { amount = 1 }\n[[charges]]\nid = \"seat\"\neditions = [\"pro\"]\n\
                         flat = { amount = 2 }\nsources = [\"page\"]\n";

    fn chosen(id: &str, edition: Option<&str>) -> Result<Document, String> {
        let sheet = Document::parse_toml("sheet.toml", SHEET).unwrap();
        charge_of_sheet(sheet, id, edition).map_err(|error| error.to_string())
    }

    #[test]
    fn a_charge_is_found_by_its_id_and_edition() {
        let document = chosen("seat", Some("pro")).unwrap();
        let Some(Value::Array(charges)) = entry(document.root(), "charges").map(|node| &node.value) else {
            panic!("a list");
        };
        assert!(is(&charges[0], "seat", Some("pro")) && entry(&charges[0], "sources").is_none());
        assert_eq!(entry(document.root(), "currency").and_then(text), Some("CNY"));
    }

    #[test]
    fn none_and_several_are_refused_at_the_list() {
        let told = chosen("seat", None).unwrap_err();
        assert!(told.contains("sheet.toml:3:") && told.contains("found 2 charges"), "{told}");
        let told = chosen("seats", None).unwrap_err();
        assert!(told.contains("found no charge \"seats\", expected one of: seat, seat"), "{told}");
    }
}
