//! Runs a target over changed inputs, and keeps those that lead somewhere new.
//!
//! There is no instrumentation, so that this runs on any stable compiler: what a target says of an input,
//! without names and numbers, stands for the way that the input took.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::message::{self, Parts};
use crate::numbers::pick;
use crate::targets::{Shape, Target};
use crate::text::{self, Words};

/// The longest that one input may take, also where nothing is optimised.
pub const SLOW: Duration = Duration::from_secs(10);
/// After which an input counts as one that never ends.
const HANGS: Duration = Duration::from_secs(60);
/// Most inputs that are kept because they lead somewhere new.
const KEPT: usize = 20_000;
/// Most inputs that are tried to make a finding smaller.
const TRIES: usize = 4_000;
/// Most findings of a run.
const FINDINGS: usize = 40;

/// How long a run lasts, whichever ends first.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Inputs.
    pub inputs: u64,
    /// Time.
    pub time: Duration,
}

/// What went wrong with an input.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What a panic said and where, or how long it took.
    pub what: String,
    /// The input, as small as it could be made.
    pub input: Vec<u8>,
}

/// What a run came to.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Inputs that were read.
    pub inputs: u64,
    /// Ways that they took.
    pub ways: usize,
    /// Each panic once, by its place.
    pub findings: Vec<Finding>,
}

enum Changes {
    Text(Words),
    Message(Parts),
}

impl Changes {
    fn of(target: &Target, seeds: &[Vec<u8>]) -> Self {
        match target.shape {
            Shape::Text => Self::Text(Words::of(seeds)),
            Shape::Message(name) => {
                Self::Message(Parts::of(name, seeds).unwrap_or_else(|| panic!("there is no message {name}")))
            }
        }
    }

    fn mutate(&self, input: &[u8], rng: &mut Rng) -> Vec<u8> {
        match self {
            Self::Text(words) => text::mutate(input, words, rng),
            Self::Message(parts) => message::mutate(input, parts, rng),
        }
    }
}

/// What the watch looks at: the input that is being read, and since when.
type Current = Arc<Mutex<Option<Instant>>>;

/// Runs a target: its seeds, then changed inputs. The same seed gives the same inputs. An input is in
/// `current` while it is read: it is still there after an abort, such as that of a full stack.
#[must_use]
pub fn run(target: &Target, seed: u64, bounds: Bounds, current: Option<&Path>) -> Outcome {
    let mut rng = Rng::with_seed(seed);
    let mut kept = (target.seeds)();
    let changes = Changes::of(target, &kept);
    let begun = Instant::now();
    let mut outcome = Outcome::default();
    let (mut ways, mut places) = (HashSet::new(), HashSet::new());
    let watched = watch(target.name);
    let mut queue = kept.clone().into_iter();
    while outcome.inputs < bounds.inputs && begun.elapsed() < bounds.time {
        let (input, is_seed) = match queue.next() {
            Some(seed) => (seed, true),
            None => {
                // Half of the time one of the newest, which nobody has gone on from.
                let newest = kept.len().saturating_sub(50);
                let from = if rng.bool() { kept.get(newest..).unwrap_or_default() } else { kept.as_slice() };
                (changes.mutate(pick(&mut rng, from).map_or(&[][..], Vec::as_slice), &mut rng), false)
            }
        };
        outcome.inputs = outcome.inputs.saturating_add(1);
        if let Some(current) = current {
            std::fs::write(current, &input).unwrap_or_else(|error| panic!("{}: {error}", current.display()));
        }
        let told = read(target, &input, &watched);
        match told {
            Ok(told) => {
                if ways.insert(way(&told)) && !is_seed && kept.len() < KEPT && input.len() < 20_000 {
                    kept.push(input);
                }
            }
            Err(what) => {
                if places.insert(place(&what)) && outcome.findings.len() < FINDINGS {
                    let input = smaller(target, input, &place(&what), &watched);
                    outcome.findings.push(Finding { what, input });
                }
            }
        }
    }
    outcome.ways = ways.len();
    if let Some(current) = current {
        let _gone = std::fs::remove_file(current);
    }
    outcome
}

/// What a target says of an input, or how it failed.
///
/// # Errors
/// What a panic said and where, or that the input took too long.
pub fn try_input(target: &Target, input: &[u8]) -> Result<String, String> {
    read(target, input, &watch(target.name))
}

fn read(target: &Target, input: &[u8], watched: &Current) -> Result<String, String> {
    let begun = Instant::now();
    set(watched, Some(begun));
    let told = catch_unwind(AssertUnwindSafe(|| (target.read)(input)));
    set(watched, None);
    let took = begun.elapsed();
    match told {
        Err(panic) => {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic");
            Err(format!("{}: {said}", crate::panics::last_place()))
        }
        Ok(_) if took > SLOW => Err(format!("slow: it took {} s", took.as_secs())),
        Ok(told) => Ok(told),
    }
}

fn set(watched: &Current, since: Option<Instant>) {
    *watched.lock().unwrap_or_else(PoisonError::into_inner) = since;
}

/// Ends the program when an input is never done with.
fn watch(name: &'static str) -> Current {
    let watched = Current::default();
    let weak = Arc::downgrade(&watched);
    thread::spawn(move || {
        while let Some(watched) = weak.upgrade() {
            let since = *watched.lock().unwrap_or_else(PoisonError::into_inner);
            drop(watched);
            if since.is_some_and(|since| since.elapsed() > HANGS) {
                eprintln!(
                    "{name}: one input has taken {} s; it is in the file of the current input",
                    HANGS.as_secs()
                );
                std::process::abort();
            }
            thread::park_timeout(Duration::from_millis(500));
        }
    });
    watched
}

/// What was said without names and numbers.
fn way(told: &str) -> u64 {
    let mut hash = DefaultHasher::new();
    let mut quoted = false;
    for character in told.chars().take(4_000) {
        quoted ^= character == '"';
        if !quoted && !character.is_ascii_digit() {
            character.hash(&mut hash);
        }
    }
    hash.finish()
}

/// Where it went wrong: the file and line.
fn place(what: &str) -> String {
    what.split(": ").next().unwrap_or_default().to_owned()
}

/// Leaves out parts as long as it goes wrong at the same place.
fn smaller(target: &Target, mut input: Vec<u8>, at: &str, watched: &Current) -> Vec<u8> {
    let until = Instant::now().checked_add(Duration::from_secs(20));
    let fails = |input: &[u8]| read(target, input, watched).is_err_and(|what| place(&what) == at);
    let mut tries = 0_usize;
    let mut part = input.len().div_ceil(2);
    while part > 0 {
        let mut from = 0_usize;
        while from < input.len() {
            if tries >= TRIES || until.is_some_and(|until| Instant::now() > until) {
                return input;
            }
            tries = tries.saturating_add(1);
            let mut shorter = input.clone();
            shorter.drain(from..from.saturating_add(part).min(input.len()));
            if fails(&shorter) { input = shorter } else { from = from.saturating_add(part) }
        }
        part = part.checked_div(2).unwrap_or(0);
    }
    input
}

/// Writes a finding into a folder, under a name of its content.
///
/// # Errors
/// When the file cannot be written.
pub fn save(folder: &Path, finding: &Finding) -> std::io::Result<PathBuf> {
    let mut hash = DefaultHasher::new();
    finding.input.hash(&mut hash);
    let path = folder.join(format!("{:016x}", hash.finish()));
    std::fs::create_dir_all(folder)?;
    std::fs::write(&path, &finding.input)?;
    Ok(path)
}
