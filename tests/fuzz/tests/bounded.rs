//! A few seconds of fuzzing, and everything that was found before.
#![cfg(test)]

use std::time::Duration;

use quotient_fuzz::driver::{Bounds, run, try_input};
use quotient_fuzz::targets::TARGETS;
use quotient_fuzz::{panics, seeds};

/// One test: panics are remembered for the whole program.
#[test]
fn nothing_that_is_read_makes_it_panic() {
    panics::remember();
    let mut failed = Vec::new();
    for target in TARGETS {
        for (path, input) in seeds::corpus(target.name) {
            if let Err(what) = try_input(target, &input) {
                failed.push(format!("{}: {}: {what}", target.name, path.display()));
            }
        }
    }
    let bounds = Bounds { inputs: 1_000, time: Duration::from_secs(2) };
    std::thread::scope(|scope| {
        let runs: Vec<_> = TARGETS
            .iter()
            .map(|target| (target, scope.spawn(move || run(target, 1, bounds, None))))
            .collect();
        for (target, run) in runs {
            let outcome = run.join().unwrap();
            for finding in outcome.findings {
                let input = String::from_utf8_lossy(&finding.input).into_owned();
                failed.push(format!("{}: {}\n{input}", target.name, finding.what));
            }
        }
    });
    // The hook would keep quiet about it.
    eprintln!("{}", failed.join("\n\n"));
    assert!(failed.is_empty());
}
