//! How many people serve a load in time, by Erlang C: calls arrive at random, wait for the next free
//! person, and are served for an exponentially distributed time.
//!
//! Erlang's B comes from its recursion `B(n) = a B(n−1) ÷ (n + a B(n−1))`, which only adds and divides
//! positive numbers; `C = n B ÷ (n − a (1 − B))` of them wait, and `C e^(−(n−a) t/h)` wait longer than `t`
//! where `h` is the mean time of service. Both have a relative error below 10⁻¹⁰ up to 10,000 people.

use rust_decimal::Decimal;

use super::to_float;

/// The fewest people, up to `most`, who leave at most the share `late` waiting longer than `within`;
/// `None` where that takes more. `load` is in Erlangs, `within` and `mean` are in the same unit.
pub(in super::super) fn people(
    load: Decimal,
    mean: Decimal,
    late: Decimal,
    within: Decimal,
    most: u32,
) -> Option<u32> {
    let (load, late) = (to_float(load), to_float(late));
    if load <= 0.0 {
        return Some(0);
    }
    let patience = to_float(within) / to_float(mean);
    let mut blocked = 1.0;
    for people in 1..=most {
        let count = f64::from(people);
        blocked = load * blocked / (count + load * blocked);
        if count > load && waiting(load, count, blocked) * libm::exp((load - count) * patience) <= late {
            return Some(people);
        }
    }
    None
}

/// Erlang's C of a load and more people than that, from B.
fn waiting(load: f64, count: f64, blocked: f64) -> f64 {
    count * blocked / (count - load * (1.0 - blocked))
}

#[cfg(test)]
mod tests {
    use super::super::super::fixtures::d;
    use super::*;

    fn check(load: &str, mean: &str, share: &str, within: &str, expected: Option<u32>) {
        let late = d("1").checked_sub(d(share)).unwrap();
        assert_eq!(people(d(load), d(mean), late, d(within), 10_000), expected, "{load} Erlangs");
    }

    #[test]
    fn three_people_for_two_erlangs_let_four_of_nine_wait() {
        // B(1) = 2/3, B(2) = 4/3 ÷ 10/3 = 0.4, B(3) = 0.8 ÷ 3.8 = 4/19; C = 12/19 ÷ (3 − 2 × 15/19) = 4/9.
        assert!((waiting(2.0, 3.0, 4.0 / 19.0) - 4.0 / 9.0).abs() < 1e-15);
        // Longer than 20 s of 180 s: 4/9 × e^(−1/9) = 0.39771, so 60.2 % are in time.
        check("2", "180", "0.6", "20", Some(3));
        // A fourth: B = 8/19 ÷ 84/19 = 2/21, C = 8/21 ÷ (4 − 38/21) = 4/23; 4/23 × e^(−2/9) = 0.13926.
        check("2", "180", "0.61", "20", Some(4));
        check("2", "180", "0.86", "20", Some(4));
        check("2", "180", "0.87", "20", Some(5));
        // With no time at all, 5/9 and 19/23 = 0.826 are answered at once.
        check("2", "180", "0.55", "0", Some(3));
        check("2", "180", "0.56", "0", Some(4));
    }

    #[test]
    fn a_hundred_calls_in_half_an_hour_take_fourteen_people() {
        // The example of most textbooks: 100 calls of 3 minutes in half an hour are 10 Erlangs, and 14 people
        // answer 88.8 % of them within 20 s; 13 people answer 79.6 % or so.
        check("10", "180", "0.8", "20", Some(14));
        check("10", "180", "0.888", "20", Some(14));
        check("10", "180", "0.89", "20", Some(15));
    }

    #[test]
    fn nothing_takes_nobody_and_a_load_beyond_the_limit_is_refused() {
        check("0", "180", "0.8", "20", Some(0));
        check("20000", "180", "0.8", "20", None);
        // Large loads neither overflow nor vanish: a little more than the load.
        let found = people(d("5000"), d("180"), d("0.2"), d("20"), 10_000).unwrap();
        assert!((5_001..5_100).contains(&found), "{found}");
    }
}
