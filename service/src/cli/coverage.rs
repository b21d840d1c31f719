//! What each product covers of the requirement, part by part, as a matrix.

use quotient_proto::v1;

use super::parts::body;
use super::words::Language;

/// What became of each part, by product.
pub(super) struct Matrix<'a> {
    /// The parts, by the names that the requirement has for them.
    pub(super) parts: Vec<String>,
    /// Each product's name, and what became of each part; nothing where it does not say.
    pub(super) rows: Vec<(&'a str, Vec<Option<v1::CoverageStatus>>)>,
}

/// The matrix of all products with a quote, by product id.
pub(super) fn matrix(comparison: &v1::Comparison) -> Matrix<'_> {
    let quoted: Vec<_> = comparison
        .assessments
        .iter()
        .filter_map(|one| Some((one.product_name.as_str(), body(comparison, &one.product_id)?)))
        .collect();
    let mut paths: Vec<&str> = Vec::new();
    for covered in quoted.iter().flat_map(|(_, body)| &body.demand_coverage) {
        if !paths.contains(&covered.requirement_path.as_str()) {
            paths.push(&covered.requirement_path);
        }
    }
    let requirement = quoted.iter().find_map(|(_, body)| body.requirement.as_ref());
    let spoken = |path: &&str| requirement.map_or_else(|| (*path).to_owned(), |of| spoken_part(path, of));
    let row = |body: &v1::QuoteBody| {
        let of = |path: &&str| {
            let found = body.demand_coverage.iter().find(|covered| covered.requirement_path == *path);
            found.map(v1::DemandCoverage::status)
        };
        paths.iter().map(of).collect()
    };
    Matrix {
        parts: paths.iter().map(spoken).collect(),
        rows: quoted.into_iter().map(|(name, body)| (name, row(body))).collect(),
    }
}

/// What became of a part, in a word.
pub(super) const fn told(status: Option<v1::CoverageStatus>, words: Language) -> &'static str {
    match status {
        Some(v1::CoverageStatus::Priced) => words.of("priced", "计价"),
        Some(v1::CoverageStatus::Included) => words.of("included", "已含"),
        Some(v1::CoverageStatus::BilledByOthers) => words.of("billed by others", "由他方收费"),
        Some(v1::CoverageStatus::NotOffered) => words.of("not offered", "不提供"),
        Some(v1::CoverageStatus::Unspecified) | None => "",
    }
}

/// `calls-in: agent` instead of `demand[0].segments[1]`, as far as the requirement has names.
fn spoken_part(path: &str, requirement: &v1::Requirement) -> String {
    named(path, requirement).unwrap_or_else(|| path.to_owned())
}

fn named(path: &str, requirement: &v1::Requirement) -> Option<String> {
    let (group, index, rest) = indexed(path)?;
    match group {
        "seats" => Some(requirement.seats.get(index)?.role.clone()).filter(|role| !role.is_empty()),
        "demand" => {
            let demand = requirement.demand.get(index)?;
            let channel = word(demand.channel().as_str_name(), "CHANNEL_");
            let name = if demand.id.is_empty() { channel } else { demand.id.clone() };
            let part = match indexed(rest.trim_start_matches('.')) {
                Some(("segments", index, _)) => {
                    word(demand.segments.get(index)?.kind().as_str_name(), "SEGMENT_KIND_")
                }
                Some(("events", index, _)) => {
                    word(demand.events.get(index)?.kind().as_str_name(), "EVENT_KIND_")
                }
                _ => return None,
            };
            Some(format!("{name}: {part}"))
        }
        "meters" => Some(requirement.meters.get(index)?.meter_id.clone()),
        _ => None,
    }
}

/// `demand[0].segments[1]` as `demand`, 0 and `.segments[1]`.
fn indexed(path: &str) -> Option<(&str, usize, &str)> {
    let (group, rest) = path.split_once('[')?;
    let (index, rest) = rest.split_once(']')?;
    Some((group, index.parse().ok()?, rest))
}

fn word(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_ascii_lowercase().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_told_by_the_names_of_the_requirement() {
        let segment = |kind: v1::SegmentKind| v1::Segment { kind: kind.into(), ..v1::Segment::default() };
        let calls = v1::Demand {
            id: "calls-in".to_owned(),
            segments: vec![segment(v1::SegmentKind::Ivr), segment(v1::SegmentKind::Agent)],
            ..v1::Demand::default()
        };
        let team = v1::SeatGroup { role: "agent".to_owned(), ..v1::SeatGroup::default() };
        let requirement =
            v1::Requirement { seats: vec![team], demand: vec![calls], ..v1::Requirement::default() };
        for (path, told) in [
            ("seats[0]", "agent"),
            ("demand[0].segments[1]", "calls-in: agent"),
            ("demand[0].segments[7]", "demand[0].segments[7]"),
            ("storage_gb", "storage_gb"),
        ] {
            assert_eq!(spoken_part(path, &requirement), told);
        }
    }
}
