//! Numbers and texts that readers stumble over.

use fastrand::Rng;

/// Decimals at an edge of what a decimal, a quantity, a count or a month can be.
const DECIMALS: &[&str] = &[
    "0",
    "-0",
    "0.0",
    "1",
    "-1",
    "2",
    "3",
    "7",
    "10",
    "12",
    "100",
    "1000",
    "0.5",
    "1.5",
    "-0.5",
    "0.1",
    "0.01",
    "0.001",
    "0.000001",
    "0.0000000000000000000000000001",
    "0.333333333333333",
    "99.995",
    "120",
    "121",
    "255",
    "256",
    "1001",
    "4095",
    "65535",
    "65536",
    "1000000",
    "2147483647",
    "2147483648",
    "-2147483648",
    "4294967295",
    "4294967296",
    "4294967297",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1000000000000",
    "1000000000001",
    "10000000000000",
    "7922816251426433759354395033",
    "79228162514264337593543950335",
    "79228162514264337593543950336",
    "-79228162514264337593543950335",
    "7.9228162514264337593543950335",
    "1e3",
    "1e28",
    "1e29",
    "1E-28",
    "1e-29",
    "1e308",
    "1e999999999",
    "1e-999999999",
    "1e99999999999999999999",
    "nan",
    "inf",
    "0x10",
    "1_000",
    "+1",
    "",
    ".",
    "-",
    "1.",
    ".5",
    "00",
    "01",
];

/// Other texts.
const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "c0",
    "unknown",
    "not_sold",
    "all",
    "flat",
    "units",
    "seats",
    "emails",
    "USD",
    "JPY",
    "XXX",
    "CNY",
    "2026-01-31",
    "2024-02-29",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "-9999-01-01",
    "10000-01-01",
    "a\u{0}b",
    "工单管理",
    "\u{202e}",
    "😀",
    "ﬁ",
    "a.b",
    "charges[0]",
    "charges[18446744073709551616].x",
    "\"",
];

/// A number, mostly at an edge.
pub(crate) fn decimal(rng: &mut Rng) -> String {
    match rng.u8(..8) {
        0 => rng.i64(..).to_string(),
        1 => format!("{}.{:03}", rng.u32(..10_000), rng.u32(..1000)),
        2 | 3 => rng.u32(..40).to_string(),
        _ => pick(rng, DECIMALS).unwrap_or(&"0").to_string(),
    }
}

/// A text, sometimes a number, sometimes very long.
pub(crate) fn text(rng: &mut Rng) -> String {
    match rng.u8(..16) {
        0 => "é".repeat(rng.usize(..3_000)),
        1 | 2 => decimal(rng),
        _ => pick(rng, TEXTS).unwrap_or(&"").to_string(),
    }
}

/// A day of the calendar or next to it.
pub(crate) fn day(rng: &mut Rng) -> String {
    match rng.u8(..6) {
        0 => "0001-01-01".to_owned(),
        1 => "9999-12-31".to_owned(),
        _ => format!("{}-{:02}-{:02}", rng.i16(2023..2029), rng.u8(1..=12), rng.u8(1..=31)),
    }
}

/// One of a list.
pub(crate) fn pick<'a, T>(rng: &mut Rng, list: &'a [T]) -> Option<&'a T> {
    if list.is_empty() { None } else { list.get(rng.usize(..list.len())) }
}

/// How often something is repeated: seldom very often.
pub(crate) fn times(rng: &mut Rng) -> usize {
    match rng.u8(..24) {
        0 => rng.usize(..3_000),
        1 | 2 => rng.usize(..130),
        _ => rng.usize(..4),
    }
}
