//! The checks, one after another, each on a thread that is left behind if it hangs.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use prost::Message as _;
use quotient_proto::{plugin_v1, v1};

use super::{Asked, Check, Fault, Golden, Report, Subject, answers, asked};
use crate::abi::{FLAG_MANAGED_RUNTIME, FLAG_UNWINDS, Status};
use crate::adapter::{Catalog, Library, MonotoneIn, ProductTimeline, SheetFile};
use crate::digest::sha256_hex;
use crate::{monotone, wire};

/// The longest that one answer may take; microseconds are usual.
const ANSWER_MAX: Duration = Duration::from_secs(3);
/// The longest that one check may take before it is left behind.
const CHECK_MAX: Duration = Duration::from_secs(60);
/// Threads that ask at once.
const THREADS: usize = 4;
/// Bytes that are no message: a field without an end.
const GARBAGE: &[u8] = &[0x0a, 0xff, 0xff, 0xff, 0xff];

type Outcome<T> = Result<(String, T), String>;

/// The time to which an answer is waited for.
fn soon() -> Instant {
    let now = Instant::now();
    now.checked_add(ANSWER_MAX).unwrap_or(now)
}

/// A report that grows.
struct Looking(Vec<Check>);

impl Looking {
    /// Runs a check; `None` when it found something wrong.
    fn at<T: Send + 'static>(
        &mut self,
        about: &str,
        name: &str,
        check: impl FnOnce() -> Outcome<T> + Send + 'static,
    ) -> Option<T> {
        let (answer, answered) = channel();
        let spawned = thread::Builder::new().spawn(move || {
            // Nobody may wait any more.
            let _ = answer.send(check());
        });
        let outcome = match spawned {
            Ok(_) => answered.recv_timeout(CHECK_MAX).unwrap_or_else(|_| {
                Err(format!("did not come back within {} s, or ended its thread", CHECK_MAX.as_secs()))
            }),
            Err(error) => Err(format!("no thread for it: {error}")),
        };
        let (result, value) = match outcome {
            Ok((found, value)) => (Ok(found), Some(value)),
            Err(wrong) => (Err(wrong), None),
        };
        self.0.push(Check { about: about.to_owned(), name: name.to_owned(), result });
        value
    }
}

pub(super) fn all<S: Subject>(subject: &Arc<S>, asked: &Arc<[Asked]>, goldens: &[Golden]) -> Report {
    let mut looking = Looking(Vec::new());
    let one = Arc::clone(subject);
    let library = looking.at("library", "describes itself", move || describe(&*one));
    let one = Arc::clone(subject);
    looking.at("library", "catches panics", move || flags(&*one));
    let one = Arc::clone(subject);
    looking.at("library", "refuses garbage", move || refuses_garbage(&*one));
    for product in library.into_iter().flat_map(|library| library.products) {
        look_at(&mut looking, subject, &product, asked, goldens);
    }
    let known: BTreeSet<_> = looking.0.iter().map(|check| check.about.clone()).collect();
    for golden in goldens.iter().filter(|golden| !known.contains(&golden.product_id)) {
        let result = Err("the library has no such product".to_owned());
        looking.0.push(Check { about: golden.product_id.clone(), name: golden.name.clone(), result });
    }
    Report(looking.0)
}

fn describe(subject: &impl Subject) -> Outcome<Library> {
    let bytes = subject.describe().map_err(|fault| fault.to_string())?;
    let description = plugin_v1::Description::decode(&*bytes).map_err(|error| error.to_string())?;
    let library = wire::library_from_wire(&description).map_err(|error| error.to_string())?;
    if library.products.is_empty() {
        return Err("found no product, expected at least one".to_owned());
    }
    Ok((format!("{} {}, {} products", library.id, library.version, library.products.len()), library))
}

fn flags(subject: &impl Subject) -> Outcome<()> {
    let flags = subject.flags();
    if flags & FLAG_MANAGED_RUNTIME != 0 {
        return Err("it brings a managed runtime, which cannot share this process".to_owned());
    }
    match flags & FLAG_UNWINDS != 0 {
        true => Ok(("as its flags state".to_owned(), ())),
        false => Err("its flags do not state it; build with panic = \"unwind\"".to_owned()),
    }
}

/// What is no message, or of a later level, is a fault; it is neither answered nor a panic.
fn is_refused<T>(what: &str, answer: Result<T, Fault>) -> Result<(), String> {
    match answer {
        Ok(_) => Err(format!("{what} is accepted, expected a fault")),
        Err(Fault { status: Status::Panic, text }) => Err(format!("{what} makes it panic: {text}")),
        Err(_) => Ok(()),
    }
}

fn refuses_garbage(subject: &impl Subject) -> Outcome<()> {
    is_refused("a configuration that is no message", subject.create(GARBAGE, soon()))?;
    let nobody = ProductTimeline { product_id: "no-such-product".to_owned(), sheets: Vec::new() };
    let config = wire::config_to_wire(&nobody).encode_to_vec();
    is_refused("a product that it does not have", subject.create(&config, soon()))?;
    Ok(("2 configurations".to_owned(), ()))
}

/// A product that is open, and what it is asked.
struct Open<S: Subject> {
    subject: Arc<S>,
    instance: Arc<S::Instance>,
    config: Arc<[u8]>,
    asked: Arc<[Asked]>,
}

impl<S: Subject> Clone for Open<S> {
    fn clone(&self) -> Self {
        Self {
            subject: Arc::clone(&self.subject),
            instance: Arc::clone(&self.instance),
            config: Arc::clone(&self.config),
            asked: Arc::clone(&self.asked),
        }
    }
}

fn look_at<S: Subject>(
    looking: &mut Looking,
    subject: &Arc<S>,
    product: &ProductTimeline,
    asked: &Arc<[Asked]>,
    goldens: &[Golden],
) {
    let about = product.product_id.as_str();
    // Without sheets: those that it bundles.
    let bare = ProductTimeline { product_id: about.to_owned(), sheets: Vec::new() };
    let config: Arc<[u8]> = wire::config_to_wire(&bare).encode_to_vec().into();
    let (one, bytes) = (Arc::clone(subject), Arc::clone(&config));
    let opened = looking.at(about, "opens", move || {
        let instance = one.create(&bytes, soon()).map_err(|fault| fault.to_string())?;
        Ok(("its bundled sheets".to_owned(), Arc::new(instance)))
    });
    let Some(instance) = opened else { return };
    let open = Open { subject: Arc::clone(subject), instance, config, asked: Arc::clone(asked) };
    let (one, bundled) = (open.clone(), product.clone());
    let catalog = looking.at(about, "catalog is valid", move || one.catalog(&bundled));
    let one = open.clone();
    looking.at(about, "passes its self-test", move || one.self_test());
    let (one, bundled) = (open.clone(), product.clone());
    looking.at(about, "refuses garbage", move || one.refuses_garbage(&bundled));
    let one = open.clone();
    looking.at(about, "stops when the time is over", move || one.stops());
    // Where the catalog is wrong, offers are still looked at by themselves.
    let catalog = Arc::new(catalog);
    let (one, of) = (open.clone(), Arc::clone(&catalog));
    let Some(answers) = looking.at(about, "answers", move || one.answers(of.as_ref().as_ref())) else {
        return;
    };
    let answers = Arc::new(answers);
    let (one, first) = (open.clone(), Arc::clone(&answers));
    looking.at(about, "gives the same answer again", move || one.again(&first));
    let (one, first) = (open.clone(), Arc::clone(&answers));
    looking.at(about, "answers several threads at once", move || one.threads(&first));
    let (one, first) = (open.clone(), Arc::clone(&answers));
    looking.at(about, "offers hold for what they say", move || one.holds(&first));
    for growing in catalog.iter().flat_map(|catalog| &catalog.monotone_in).copied() {
        let (one, first) = (open.clone(), Arc::clone(&answers));
        let name = format!("never costs less for more {}", growing.id());
        looking.at(about, &name, move || one.is_monotone(growing, &first));
    }
    for golden in goldens.iter().filter(|golden| golden.product_id == about) {
        let (one, of, asked) = (open.clone(), Arc::clone(&catalog), golden.clone());
        looking.at(about, &golden.name, move || one.golden(&asked, of.as_ref().as_ref()));
    }
}

impl<S: Subject> Open<S> {
    fn ask(&self, request: &[u8]) -> Result<Vec<u8>, String> {
        let deadline = soon();
        let bytes =
            self.subject.offers(&self.instance, request, deadline).map_err(|fault| fault.to_string())?;
        match Instant::now() < deadline {
            true => Ok(bytes),
            false => Err(format!("took longer than {} s", ANSWER_MAX.as_secs())),
        }
    }

    fn request(asked: &Asked) -> Vec<u8> {
        asked::request(&asked.requirement).encode_to_vec()
    }

    fn catalog(&self, bundled: &ProductTimeline) -> Outcome<Catalog> {
        let bytes = self.subject.catalog(&self.instance, soon()).map_err(|fault| fault.to_string())?;
        let wire = plugin_v1::Catalog::decode(&*bytes).map_err(|error| error.to_string())?;
        let catalog = wire::catalog_from_wire(&wire).map_err(|error| error.to_string())?;
        if catalog.product.id != bundled.product_id {
            return Err(format!("found the product {:?}, expected the one asked for", catalog.product.id));
        }
        if catalog.revisions.is_empty() || catalog.currencies.is_empty() {
            return Err("found no revision or no currency, expected one of each at least".to_owned());
        }
        for sheet in &bundled.sheets {
            let digest = sha256_hex(&sheet.content);
            let is_it = |one: &crate::adapter::Revision| one.sheet_id == sheet.name && one.sha256 == digest;
            if !catalog.revisions.iter().any(is_it) {
                return Err(format!("no revision has the name {:?} and the SHA-256 {digest}", sheet.name));
            }
        }
        let (editions, options) = (catalog.editions.len(), catalog.purchase_options.len());
        Ok((format!("{editions} editions, {options} purchase options"), catalog))
    }

    fn self_test(&self) -> Outcome<()> {
        let Some(tested) = self.subject.self_test(&self.instance, soon()) else {
            return Ok(("it has none".to_owned(), ()));
        };
        let bytes = tested.map_err(|fault| fault.to_string())?;
        let health = plugin_v1::Health::decode(&*bytes).map_err(|error| error.to_string())?;
        if health.ok { Ok(("ok".to_owned(), ())) } else { Err(health.text) }
    }

    fn refuses_garbage(&self, bundled: &ProductTimeline) -> Outcome<()> {
        let offers = |request: &[u8]| self.subject.offers(&self.instance, request, soon());
        is_refused("a request that is no message", offers(GARBAGE))?;
        is_refused("an empty request", offers(&[]))?;
        let mut later = asked::request(&asked::seats(1));
        later.level = u32::MAX;
        is_refused("a request of a later level", offers(&later.encode_to_vec()))?;
        if !bundled.sheets.is_empty() {
            let sheet = SheetFile { name: "garbage".to_owned(), content: vec![0xff, 0x00] };
            let product = ProductTimeline { product_id: bundled.product_id.clone(), sheets: vec![sheet] };
            let config = wire::config_to_wire(&product).encode_to_vec();
            is_refused("a sheet that is no text", self.subject.create(&config, soon()))?;
        }
        Ok(("requests and a sheet".to_owned(), ()))
    }

    fn stops(&self) -> Outcome<()> {
        for asked in self.asked.iter() {
            let begun = Instant::now();
            let answer = self.subject.offers(&self.instance, &Self::request(asked), begun);
            if let Err(fault) = answer
                && fault.status != Status::Deadline
            {
                return Err(format!("{}: {fault}, expected an answer or status 5", asked.name));
            }
            if begun.elapsed() > ANSWER_MAX {
                return Err(format!("{}: took longer than {} s", asked.name, ANSWER_MAX.as_secs()));
            }
        }
        Ok((format!("{} calls", self.asked.len()), ()))
    }

    fn answers(&self, catalog: Option<&Catalog>) -> Outcome<Vec<Vec<u8>>> {
        let (mut answers, mut offering): (Vec<_>, u32) = (Vec::new(), 0);
        for asked in self.asked.iter() {
            let told = |wrong: String| format!("{}: {wrong}", asked.name);
            let bytes = self.ask(&Self::request(asked)).map_err(told)?;
            if let Some(offers) = answers::read(&bytes).map_err(told)? {
                answers::check(&offers, catalog, &asked.requirement).map_err(told)?;
                offering = offering.saturating_add(1);
            }
            answers.push(bytes);
        }
        Ok((format!("offers for {offering} of {} requirements", self.asked.len()), answers))
    }

    fn again(&self, first: &[Vec<u8>]) -> Outcome<()> {
        let fresh = self.subject.create(&self.config, soon()).map_err(|fault| fault.to_string())?;
        let fresh = Self { instance: Arc::new(fresh), ..self.clone() };
        for (asked, first) in self.asked.iter().zip(first) {
            let request = Self::request(asked);
            for (again, whose) in [(self.ask(&request)?, "the same"), (fresh.ask(&request)?, "another")] {
                if again != *first {
                    return Err(format!("{}: {whose} instance answers differently", asked.name));
                }
            }
        }
        Ok((format!("{} answers, thrice", first.len()), ()))
    }

    fn threads(&self, first: &[Vec<u8>]) -> Outcome<()> {
        let ask_all = || {
            for (asked, first) in self.asked.iter().zip(first) {
                if self.ask(&Self::request(asked))? != *first {
                    return Err(format!("{}: a thread is answered differently", asked.name));
                }
            }
            Ok(())
        };
        thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(ask_all)).collect();
            threads.into_iter().try_for_each(|thread| {
                thread.join().unwrap_or_else(|_| Err("a thread ended with a panic".to_owned()))
            })
        })?;
        Ok((format!("{THREADS} threads"), ()))
    }

    fn holds(&self, first: &[Vec<u8>]) -> Outcome<()> {
        let mut held: u32 = 0;
        for (asked, first) in self.asked.iter().zip(first) {
            let Some(offers) = answers::read(first)? else { continue };
            let Some(more) = answers::doubled(&asked.requirement) else { continue };
            let bytes = self.ask(&asked::request(&more).encode_to_vec())?;
            let others = answers::read(&bytes)?.unwrap_or_default();
            let same = answers::same_where_held(&offers, &more, &others)
                .map_err(|wrong| format!("{}: {wrong}", asked.name))?;
            held = held.saturating_add(same);
        }
        Ok((format!("{held} offers for twice the seats"), ()))
    }

    fn is_monotone(&self, growing: MonotoneIn, first: &[Vec<u8>]) -> Outcome<()> {
        let offers = first.iter().filter_map(|bytes| answers::read(bytes).ok().flatten()).flatten();
        let charges: Vec<_> = offers.flat_map(|offer| offer.parts().charges.clone()).collect();
        let bases: Vec<_> = self.asked.iter().map(|asked| asked.requirement.clone()).collect();
        let mut ask = |asked: &v1::Requirement| {
            let request = wire::request_to_wire(asked.clone()).encode_to_vec();
            Ok(answers::read(&self.ask(&request)?)?.unwrap_or_default())
        };
        let compared = monotone::check(
            growing,
            &bases,
            &charges,
            &monotone::Facts::default(),
            asked::today(),
            &mut ask,
        )?;
        Ok((format!("{compared} totals"), ()))
    }

    fn golden(&self, golden: &Golden, catalog: Option<&Catalog>) -> Outcome<()> {
        let bytes = self.ask(&asked::request(&golden.requirement).encode_to_vec())?;
        let offers = answers::read(&bytes)?.ok_or("it declines, expected a quote")?;
        let best = answers::check(&offers, catalog, &golden.requirement)?;
        let best = best.ok_or("no offer covers any of it, expected a quote")?;
        Ok((golden.holds(&best)?, ()))
    }
}
