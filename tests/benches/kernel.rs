//! What pricing costs: the time of a quote by line model, months and lines, whole and totals alone, against a
//! straight sum of as many products.
//!
//! Memory comes from where the service takes it. Each time is the least of many short batches, which are taken in
//! several rounds over all rows: what disturbs a batch, or a while, only makes it longer. With the names of models
//! behind `--`, only those.

#![allow(clippy::expect_used, reason = "a benchmark that fails must say so and end")]
#![allow(clippy::arithmetic_side_effects, clippy::float_arithmetic, reason = "times, no money")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use cases::Case;
use quotient_plugin_api::interval::{add, mul};
use quotient_plugin_api::pricing::{price, price_totals};
use rust_decimal::Decimal;

#[path = "kernel/cases.rs"]
mod cases;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 9;
const BATCHES: usize = 15;
const BATCH: Duration = Duration::from_micros(400);

fn main() {
    let cases = cases::chosen();
    let mut least = vec![[f64::INFINITY; 3]; cases.len()];
    for _ in 0..ROUNDS {
        for (case, least) in cases.iter().zip(&mut least) {
            let found = [sum_of_products(case), whole(case), totals(case)];
            least.iter_mut().zip(found).for_each(|(least, found)| *least = least.min(found));
        }
    }
    println!(
        "one quote in µs, least of {ROUNDS} rounds of {BATCHES} batches; the sum is lines × months checked products\n"
    );
    println!("{}     sum     whole  ÷ sum    totals  ÷ sum", cases::COLUMNS);
    for (case, [sum, whole, totals]) in cases.iter().zip(&least) {
        let (by_whole, by_totals) = (whole / sum, totals / sum);
        println!("{}  {sum:>6.1}  {whole:>8.1} {by_whole:>6.1}  {totals:>8.1} {by_totals:>6.1}", case.name());
    }
}

fn sum_of_products(case: &Case) -> f64 {
    let (quantity, unit_price) = (Decimal::from(1_234), Decimal::new(179, 4));
    let count = case.lines * case.months as usize;
    measure(|| (0..count).try_fold(Decimal::ZERO, |sum, _| add(sum, mul(black_box(quantity), unit_price)?)))
}

fn whole(case: &Case) -> f64 {
    measure(|| price(&case.requirement, &case.offer))
}

fn totals(case: &Case) -> f64 {
    measure(|| price_totals(&case.requirement, &case.offer))
}

/// Microseconds of one run.
fn measure<T>(run: impl Fn() -> T) -> f64 {
    let began = Instant::now();
    let mut runs = 0_u32;
    while began.elapsed() < BATCH {
        drop(black_box(run()));
        runs += 1;
    }
    let batch = || {
        let began = Instant::now();
        (0..runs).for_each(|_| drop(black_box(run())));
        began.elapsed().as_secs_f64() * 1e6 / f64::from(runs)
    };
    (0..BATCHES).map(|_| batch()).fold(f64::INFINITY, f64::min)
}
