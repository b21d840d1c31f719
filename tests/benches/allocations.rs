//! How often pricing asks for memory: by line model, months and lines, whole and totals alone, for the rows of the
//! kernel's benchmark of time. With the names of models behind `--`, only those.

#![allow(clippy::expect_used, reason = "a benchmark that fails must say so and end")]

use std::hint::black_box;

use quotient_plugin_api::pricing::{price, price_totals};

#[path = "kernel/cases.rs"]
mod cases;

fn main() {
    println!("allocations of one quote\n\n{}   whole  totals", cases::COLUMNS);
    for case in cases::chosen() {
        let (requirement, offer) = (&case.requirement, &case.offer);
        let whole = count(|| price(requirement, offer));
        let totals = count(|| price_totals(requirement, offer));
        println!("{}  {whole:>6}  {totals:>6}", case.name());
    }
}

fn count<T>(run: impl Fn() -> T) -> u64 {
    allocation_counter::measure(|| drop(black_box(run()))).count_total
}
