//! Fuzzes for as long as it is told, and saves what it finds.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use quotient_fuzz::driver::{Bounds, run, save, try_input};
use quotient_fuzz::targets::{TARGETS, Target};
use quotient_fuzz::{panics, seeds};

/// Throws mutated inputs at whatever reads them.
#[derive(Parser)]
struct Options {
    /// The targets, one after the other; none: all.
    targets: Vec<String>,
    /// Seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Most inputs for each target.
    #[arg(long, default_value_t = u64::MAX)]
    inputs: u64,
    /// The same seed gives the same inputs.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Reads only this file, with one target, and prints what it says.
    #[arg(long)]
    file: Option<PathBuf>,
    /// Where findings are saved.
    #[arg(long, default_value = "target/fuzz")]
    out: PathBuf,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let named = |target: &&Target| {
        options.targets.is_empty() || options.targets.iter().any(|name| name == target.name)
    };
    let chosen: Vec<_> = TARGETS.iter().filter(named).collect();
    if chosen.is_empty() {
        let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
        eprintln!("found no target of that name, expected one of {}", names.join(", "));
        return ExitCode::from(2);
    }
    panics::remember();
    if let Some(file) = &options.file {
        return replay(&chosen, file);
    }
    let mut failed = false;
    for target in chosen {
        failed |= fuzz(target, &options);
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn replay(chosen: &[&Target], file: &PathBuf) -> ExitCode {
    let input = match std::fs::read(file) {
        Ok(input) => input,
        Err(error) => {
            eprintln!("{}: {error}", file.display());
            return ExitCode::from(2);
        }
    };
    let mut failed = false;
    for target in chosen {
        match try_input(target, &input) {
            Ok(told) => println!("{}: {told}", target.name),
            Err(what) => {
                failed = true;
                println!("{}: FOUND {what}", target.name);
            }
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Whether something was found.
fn fuzz(target: &Target, options: &Options) -> bool {
    let folder = options.out.join(target.name);
    if let Err(error) = std::fs::create_dir_all(&folder) {
        eprintln!("{}: {error}", folder.display());
        return true;
    }
    let bounds = Bounds { inputs: options.inputs, time: Duration::from_secs(options.seconds) };
    let current = folder.join(format!("current-{}", options.seed));
    let outcome = run(target, options.seed, bounds, Some(&current));
    let (name, seed) = (target.name, options.seed);
    println!(
        "{name}: {} inputs, {} ways, {} findings, seed {seed}",
        outcome.inputs,
        outcome.ways,
        outcome.findings.len()
    );
    for finding in &outcome.findings {
        println!("\n{name}: FOUND {}", finding.what);
        println!("{}", String::from_utf8_lossy(&finding.input));
        match save(&folder, finding) {
            Ok(path) => {
                println!(
                    "saved as {}; it belongs into {} once it is fixed",
                    path.display(),
                    seeds::here().join("corpus").join(name).display()
                );
            }
            Err(error) => eprintln!("{}: {error}", folder.display()),
        }
    }
    !outcome.findings.is_empty()
}
