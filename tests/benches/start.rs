//! What a start costs with all adapters of the workspace: the sizes of the libraries, and the time from nothing to
//! all products opened and tested, and to a bound port. Each start is a process of its own, as a library is mapped once.

#![allow(clippy::expect_used, clippy::panic, reason = "a benchmark that fails must say so and end")]
#![allow(clippy::arithmetic_side_effects, clippy::float_arithmetic, reason = "times and sizes, no money")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use quotient_service::config::Config;
use quotient_service::server::RunningServer;
use quotient_tests::{ADAPTERS, adapter_library, road};

// As the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where the private copies of one start lie.
const STATE: &str = "QUOTIENT_BENCH_STATE";
const STARTS: usize = 15;

fn main() {
    match std::env::var_os(STATE) {
        Some(state) => start(Path::new(&state)),
        None => compare(),
    }
}

/// One start; says the number of products, and the microseconds to them and to the port.
fn start(state: &Path) {
    let begun = Instant::now();
    let config = Config { listen: Some(([127, 0, 0, 1], 0).into()), threads: Some(2), ..Config::default() };
    let road = road(&config, state);
    let opened = begun.elapsed();
    let products = road.registry().snapshot().products().len();
    let server = RunningServer::start(&config, road).expect("a free port");
    let serving = begun.elapsed();
    println!("{products} {} {}", opened.as_micros(), serving.as_micros());
    server.stop().expect("the server stops");
}

struct Start {
    products: String,
    opened: Duration,
    serving: Duration,
    process: Duration,
}

fn started(state: &Path) -> Start {
    let program = std::env::current_exe().expect("a program knows where it is");
    let begun = Instant::now();
    let output = Command::new(program).env(STATE, state).output().expect("the program starts");
    let process = begun.elapsed();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8(output.stdout).expect("text");
    let mut words = told.split_whitespace();
    let products = words.next().expect("a number of products").to_owned();
    let mut time = || Duration::from_micros(words.next().and_then(|word| word.parse().ok()).expect("a time"));
    let (opened, serving) = (time(), time());
    Start { products, opened, serving, process }
}

fn compare() {
    let mut sum = 0;
    for name in ADAPTERS {
        let bytes = fs::metadata(adapter_library(name)).expect("the library is there").len();
        sum += bytes;
        println!("  {name:<18} {:>8.2} MiB", bytes as f64 / f64::from(1 << 20));
    }
    println!("  {:<18} {:>8.2} MiB", "all libraries", sum as f64 / f64::from(1 << 20));

    let state = || tempfile::tempdir().expect("a temporary directory");
    let first: Vec<_> = (0..STARTS).map(|_| started(state().path())).collect();
    let kept = state();
    started(kept.path());
    let again: Vec<_> = (0..STARTS).map(|_| started(kept.path())).collect();
    let products = first.first().map(|start| start.products.clone()).unwrap_or_default();
    println!("{products} products, median of {STARTS} processes each (min to max), in ms:");
    for (what, starts) in [("first start", &first), ("with private copies there", &again)] {
        println!("  {what}");
        type Time = fn(&Start) -> Duration;
        let times: [(&str, Time); 3] = [
            ("all products opened", |start| start.opened),
            ("a port bound", |start| start.serving),
            ("the process, and its end", |start| start.process),
        ];
        for (name, time) in times {
            let mut times: Vec<_> = starts.iter().map(|start| time(start).as_secs_f64() * 1e3).collect();
            times.sort_by(f64::total_cmp);
            let at = |index: usize| times.get(index).copied().unwrap_or_default();
            let (median, min, max) = (at(STARTS / 2), at(0), at(STARTS - 1));
            println!("    {name:<26} {median:>7.1} ({min:.1} to {max:.1})");
        }
    }
}
