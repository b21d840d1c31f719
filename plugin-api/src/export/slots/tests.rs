//! The slots, called as a host does.

use std::cell::RefCell;
use std::ffi::c_void;
use std::ptr::null;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use quotient_proto::plugin_v1::{Catalog as WireCatalog, Description, InstanceConfig, OffersRequest};

use super::*;
use crate::abi::NO_DEADLINE_NS;
use crate::adapter::{Answer, Catalog, Decline, DeclineKind, Library, SheetFile};
use crate::offer::Label;
use crate::requirement::Requirement;

/// Does what its product's id says.
struct Probe {
    product_id: String,
    alive: Option<Arc<AtomicUsize>>,
}

static DROPPED: AtomicUsize = AtomicUsize::new(0);

impl Drop for Probe {
    fn drop(&mut self) {
        if self.alive.take().is_some() {
            DROPPED.fetch_add(1, Ordering::SeqCst);
        }
        if self.product_id == "drop-panics" {
            panic!("in drop");
        }
    }
}

/// A payload whose drop panics as well.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("the payload was dropped");
    }
}

impl VendorAdapter for Probe {
    fn library() -> Library {
        let product = |id: &str| ProductTimeline {
            product_id: id.into(),
            sheets: vec![SheetFile { name: "a.toml".into(), content: b"x".to_vec() }],
        };
        let ids = ["good", "panics", "bomb", "late", "logs", "fails", "drop-panics"];
        Library { id: "probe".into(), version: "1.0.0".into(), products: ids.map(product).to_vec() }
    }

    fn open(product: &ProductTimeline) -> Result<Self, OpenError> {
        assert!(!product.sheets.is_empty());
        if product.sheets[0].content == b"bad" {
            return Err(OpenError { place: "a.toml:1".into(), text: "expected a price".into() });
        }
        let alive = (product.product_id == "good").then(|| Arc::new(AtomicUsize::new(0)));
        Ok(Self { product_id: product.product_id.clone(), alive })
    }

    fn catalog(&self) -> Catalog {
        Catalog {
            vendor: label("probe"),
            product: label(&self.product_id),
            component: false,
            illustrative: false,
            editions: Vec::new(),
            purchase_options: Vec::new(),
            currencies: Vec::new(),
            revisions: Vec::new(),
            charging_models: Vec::new(),
            capabilities: Vec::new(),
            monotone_in: Vec::new(),
        }
    }

    fn offers(&self, _: &Requirement, call: &Call<'_>) -> Result<Answer, AdapterError> {
        match self.product_id.as_str() {
            "panics" => panic!("no tier for {}", 7),
            "bomb" => std::panic::panic_any(Bomb),
            "late" => assert_eq!(call.remaining(), Some(Duration::ZERO)),
            "logs" => tracing::warn!(seats = 3, "rounded"),
            "fails" => return Err(AdapterError::new("the table is empty")),
            _ => assert_eq!(call.remaining(), None),
        }
        assert!(!call.is_self_test());
        Ok(Answer::Decline(Decline {
            kind: DeclineKind::ContactSales,
            text: "ask".into(),
            fields: Vec::new(),
        }))
    }

    fn self_test(&self, call: &Call<'_>) -> Result<(), AdapterError> {
        assert!(call.is_self_test());
        Ok(())
    }
}

fn label(id: &str) -> Label {
    Label { id: id.into(), name: id.into() }
}

const TABLE: QpPlugin = table::<Probe>();
static STATIC_TABLE: QpPlugin = TABLE;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

unsafe extern "C" fn log_enabled(_: *mut c_void, level: u32, _: QpSlice) -> i32 {
    i32::from(level <= 3)
}

unsafe extern "C" fn log(
    _: *mut c_void,
    call: *const QpCall,
    level: u32,
    _: QpSlice,
    message: QpSlice,
    fields: QpSlice,
) {
    // SAFETY: the plugin lends both for this call.
    let (message, fields) = unsafe { (message.bytes().unwrap(), fields.bytes().unwrap()) };
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let line = format!("{level} {} [{}] call={}", text(message), text(fields), !call.is_null());
    LINES.with_borrow_mut(|lines| lines.push(line));
}

fn lines() -> Vec<String> {
    LINES.with_borrow_mut(std::mem::take)
}

fn enter_once() -> *const QpPlugin {
    static HOST: QpHost = QpHost {
        struct_size: size_of::<QpHost>() as u32,
        abi_major: ABI_MAJOR,
        abi_minor: ABI_MINOR,
        ctx: std::ptr::null_mut(),
        log_enabled: Some(log_enabled),
        log: Some(log),
        extension: None,
    };
    // SAFETY: a static table.
    unsafe { entry(&HOST, &STATIC_TABLE) }
}

unsafe extern "C" fn append(ctx: *mut c_void, ptr: *const u8, len: usize) -> i32 {
    // SAFETY: `ctx` is the vector of `sunk`, and the plugin lends the bytes.
    unsafe { (*ctx.cast::<Vec<u8>>()).extend_from_slice(QpSlice { ptr, len }.bytes().unwrap()) };
    0
}

unsafe extern "C" fn refuse(_: *mut c_void, _: *const u8, _: usize) -> i32 {
    1
}

/// Runs a slot with a sink, and returns its status and what it wrote.
fn sunk(slot: impl FnOnce(*const QpSink) -> i32) -> (Status, Vec<u8>) {
    enter_once();
    let mut bytes = Vec::new();
    let sink = QpSink { ctx: (&raw mut bytes).cast(), write: Some(append) };
    let status = Status::from_raw(slot(&sink));
    (status, bytes)
}

fn error(bytes: &[u8]) -> PluginError {
    PluginError::decode(bytes).unwrap()
}

fn config(product_id: &str, sheets: &[&[u8]]) -> Vec<u8> {
    let sheets = sheets
        .iter()
        .map(|content| quotient_proto::plugin_v1::Sheet { name: "a.toml".into(), content: content.to_vec() });
    let product = quotient_proto::plugin_v1::ProductTimeline {
        product_id: product_id.into(),
        sheets: sheets.collect(),
    };
    InstanceConfig { kernel_level: 1, product: Some(product) }.encode_to_vec()
}

fn try_open(config: QpSlice) -> Result<*mut QpInstance, (Status, PluginError)> {
    let mut instance = std::ptr::null_mut();
    // SAFETY: live pointers, as a host gives.
    let (status, bytes) =
        sunk(|sink| unsafe { TABLE.create.unwrap()(null(), null(), config, &mut instance, sink) });
    match status {
        Status::Ok => Ok(instance),
        status => Err((status, error(&bytes))),
    }
}

fn open(product_id: &str) -> *mut QpInstance {
    try_open(QpSlice::lend(&config(product_id, &[]))).unwrap()
}

fn destroy_it(instance: *mut QpInstance) {
    enter_once();
    // SAFETY: made by `open`, and not used after.
    unsafe { TABLE.destroy.unwrap()(instance) }
}

fn request() -> Vec<u8> {
    let ten = vec![quotient_proto::google::r#type::Decimal { value: "10".into() }];
    let seats = quotient_proto::v1::SeatGroup {
        role: "agent".into(),
        named: Some(quotient_proto::v1::MonthlyProfile { values: ten, monthly_growth: None }),
        peak_concurrent: None,
    };
    let mut requirement = quotient_proto::v1::Requirement { seats: vec![seats], ..Default::default() };
    crate::wire::resolve(&mut requirement, jiff::civil::date(2026, 3, 1));
    OffersRequest { level: 1, requirement: Some(requirement) }.encode_to_vec()
}

fn ask_with(product_id: &str, call: *const QpCall, request: QpSlice) -> (Status, Vec<u8>) {
    let instance = open(product_id);
    // SAFETY: live pointers, as a host gives.
    let answer = sunk(|sink| unsafe { TABLE.offers.unwrap()(instance, call, request, sink) });
    destroy_it(instance);
    answer
}

fn ask(product_id: &str) -> (Status, Vec<u8>) {
    ask_with(product_id, null(), QpSlice::lend(&request()))
}

#[test]
fn the_entry_answers_with_the_table_and_refuses_another_major_version() {
    assert_eq!(enter_once(), &raw const STATIC_TABLE);
    let other = QpHost {
        struct_size: 8,
        abi_major: 2,
        abi_minor: 0,
        ctx: std::ptr::null_mut(),
        log_enabled: None,
        log: None,
        extension: None,
    };
    // SAFETY: a table, and NULL.
    unsafe {
        assert!(entry(&other, &STATIC_TABLE).is_null());
        assert!(entry(null(), &STATIC_TABLE).is_null());
    }
}

#[test]
fn the_table_is_one_that_a_host_accepts() {
    // SAFETY: a whole table.
    let read = unsafe { QpPlugin::read(&STATIC_TABLE) }.unwrap();
    assert_eq!(read.flags & crate::abi::FLAG_PURE_CPU, crate::abi::FLAG_PURE_CPU);
}

#[test]
fn a_library_is_described_and_a_product_opened_asked_and_destroyed() {
    // SAFETY: a live sink.
    let (status, bytes) = sunk(|sink| unsafe { TABLE.describe.unwrap()(sink) });
    assert_eq!(status, Status::Ok);
    assert_eq!(Description::decode(&*bytes).unwrap().plugin_id, "probe");

    let instance = open("good");
    // SAFETY: live pointers, as a host gives.
    let (status, bytes) = sunk(|sink| unsafe { TABLE.catalog.unwrap()(instance, null(), sink) });
    assert_eq!(status, Status::Ok);
    assert_eq!(WireCatalog::decode(&*bytes).unwrap().product_id, "good");
    // SAFETY: live pointers, as a host gives.
    let (status, bytes) =
        sunk(|sink| unsafe { TABLE.offers.unwrap()(instance, null(), QpSlice::lend(&request()), sink) });
    assert_eq!(status, Status::Ok);
    assert!(!bytes.is_empty());
    let before = DROPPED.load(Ordering::SeqCst);
    destroy_it(instance);
    assert!(DROPPED.load(Ordering::SeqCst) > before);
}

#[test]
fn a_panic_is_status_8_with_its_message_and_place() {
    lines();
    let (status, bytes) = ask("panics");
    assert_eq!(status, Status::Panic);
    assert_eq!(error(&bytes).text, "the adapter panicked: no tier for 7");
    assert!(error(&bytes).place.contains("tests.rs:"), "{:?}", error(&bytes));
    let lines = lines();
    assert!(lines.iter().any(|line| line.starts_with("1 the adapter panicked: no tier for 7")), "{lines:?}");
}

#[test]
fn a_payload_that_panics_in_its_drop_is_forgotten() {
    assert_eq!(ask("bomb").0, Status::Panic);
}

#[test]
fn a_panic_in_destroy_is_caught() {
    destroy_it(open("drop-panics"));
}

#[test]
fn garbage_is_malformed() {
    let garbage = QpSlice::lend(&[0xff, 0xff, 0xff]);
    assert_eq!(ask_with("good", null(), garbage).0, Status::Malformed);
    assert_eq!(try_open(garbage).unwrap_err().0, Status::Malformed);
}

#[test]
fn a_null_slice_is_read_as_no_bytes_and_a_null_with_a_length_is_malformed() {
    // No bytes are an empty message, which lacks its requirement: an answer, and no crash.
    let _ = ask_with("good", null(), QpSlice::EMPTY);
    let broken = QpSlice { ptr: null(), len: 4 };
    assert_eq!(ask_with("good", null(), broken).0, Status::Malformed);
}

#[test]
fn null_pointers_are_malformed() {
    // SAFETY: NULL is what is tested; the slots check before they read.
    unsafe {
        assert_eq!(TABLE.describe.unwrap()(null()), Status::Malformed.raw());
        let (status, _) = sunk(|sink| TABLE.catalog.unwrap()(std::ptr::null_mut(), null(), sink));
        assert_eq!(status, Status::Malformed);
        let (status, _) =
            sunk(|sink| TABLE.create.unwrap()(null(), null(), QpSlice::EMPTY, std::ptr::null_mut(), sink));
        assert_eq!(status, Status::Malformed);
        TABLE.destroy.unwrap()(std::ptr::null_mut());
    }
}

#[test]
fn a_product_that_is_not_bundled_is_unknown_unless_its_sheets_come_along() {
    let (status, error) = try_open(QpSlice::lend(&config("other", &[]))).unwrap_err();
    assert_eq!(status, Status::UnknownProduct);
    assert!(error.text.contains("`other`"), "{error:?}");
    destroy_it(try_open(QpSlice::lend(&config("other", &[b"fine"]))).unwrap());
}

#[test]
fn a_sheet_that_does_not_open_is_invalid_with_its_place() {
    let (status, error) = try_open(QpSlice::lend(&config("good", &[b"bad"]))).unwrap_err();
    assert_eq!(status, Status::Invalid);
    assert_eq!((error.place.as_str(), error.text.as_str()), ("a.toml:1", "expected a price"));
}

#[test]
fn an_error_of_the_adapter_is_internal_with_its_text() {
    let (status, bytes) = ask("fails");
    assert_eq!(status, Status::Internal);
    assert_eq!(error(&bytes).text, "the table is empty");
}

#[test]
fn an_event_reaches_the_host_with_its_fields_and_its_call() {
    unsafe extern "C" fn endless(_: *const QpCall) -> u64 {
        NO_DEADLINE_NS
    }
    lines();
    let call = call(endless, 0);
    assert_eq!(ask_with("logs", &call, QpSlice::lend(&request())).0, Status::Ok);
    assert_eq!(lines(), ["2 rounded [seats=3] call=true"]);
}

fn call(remaining_ns: unsafe extern "C" fn(*const QpCall) -> u64, flags: u32) -> QpCall {
    QpCall {
        struct_size: size_of::<QpCall>() as u32,
        flags,
        trace_id: [0; 16],
        span_id: [0; 8],
        host: std::ptr::null_mut(),
        remaining_ns: Some(remaining_ns),
    }
}

#[test]
fn the_author_sees_the_time_that_is_left_and_that_it_is_a_self_test() {
    unsafe extern "C" fn over(_: *const QpCall) -> u64 {
        0
    }
    assert_eq!(ask_with("late", &call(over, 0), QpSlice::lend(&request())).0, Status::Ok);
    let instance = open("late");
    let testing = call(over, CALL_SELF_TEST);
    // SAFETY: live pointers, as a host gives.
    let (status, bytes) = sunk(|sink| unsafe { TABLE.self_test.unwrap()(instance, &testing, sink) });
    assert_eq!(status, Status::Ok);
    assert!(Health::decode(&*bytes).unwrap().ok);
    destroy_it(instance);
}

#[test]
fn a_sink_that_takes_no_more_is_not_an_answer() {
    enter_once();
    let sink = QpSink { ctx: std::ptr::null_mut(), write: Some(refuse) };
    // SAFETY: a live sink.
    assert_eq!(unsafe { TABLE.describe.unwrap()(&sink) }, Status::Internal.raw());
}
