//! Tables and notes as they come from outside.

use super::*;

unsafe extern "C" fn report(_: *mut QpInstance, _: *const QpCall, _: *const QpSink) -> i32 {
    0
}
unsafe extern "C" fn describe(_: *const QpSink) -> i32 {
    0
}
unsafe extern "C" fn create(
    _: *const QpHost,
    _: *const QpCall,
    _: QpSlice,
    _: *mut *mut QpInstance,
    _: *const QpSink,
) -> i32 {
    0
}
unsafe extern "C" fn offers(_: *mut QpInstance, _: *const QpCall, _: QpSlice, _: *const QpSink) -> i32 {
    0
}
unsafe extern "C" fn destroy(_: *mut QpInstance) {}

fn table() -> QpPlugin {
    QpPlugin {
        struct_size: size_of::<QpPlugin>() as u32,
        magic: TABLE_MAGIC,
        abi_major: ABI_MAJOR,
        abi_minor: ABI_MINOR,
        flags: FLAG_UNWINDS,
        build: QpSlice::lend(b"test"),
        describe: Some(describe),
        create: Some(create),
        catalog: Some(report),
        offers: Some(offers),
        destroy: Some(destroy),
        self_test: Some(report),
        health: None,
        quiesce: None,
        extension: None,
    }
}

fn read(table: &QpPlugin) -> Result<QpPlugin, TableError> {
    // SAFETY: a whole table is behind the reference.
    unsafe { QpPlugin::read(table) }
}

#[test]
fn a_null_slice_is_empty_and_a_null_with_a_length_is_none() {
    // SAFETY: neither has a byte to read.
    unsafe {
        assert_eq!(QpSlice::EMPTY.bytes(), Some(&[][..]));
        assert_eq!(QpSlice { ptr: std::ptr::null(), len: 3 }.bytes(), None);
    }
}

#[test]
fn a_short_table_reads_its_missing_slots_as_null() {
    let short = QpPlugin { struct_size: TABLE_BYTES_MIN, ..table() };
    let read = read(&short).unwrap();
    assert!(read.offers.is_some());
    assert!(read.self_test.is_none());
}

#[test]
fn only_the_stated_bytes_of_a_short_table_are_touched() {
    let whole = QpPlugin { struct_size: TABLE_BYTES_MIN, ..table() };
    let mut block = vec![0_u64; TABLE_BYTES_MIN as usize / 8];
    // SAFETY: the block holds exactly the short table, which a checker of memory watches.
    let read = unsafe {
        std::ptr::copy_nonoverlapping(
            (&raw const whole).cast::<u8>(),
            block.as_mut_ptr().cast::<u8>(),
            TABLE_BYTES_MIN as usize,
        );
        // Only fields within the block may be touched, so the read goes by its pointer.
        QpPlugin::read(block.as_ptr().cast())
    };
    assert!(read.unwrap().self_test.is_none());
}

#[test]
fn a_longer_table_reads_as_far_as_it_is_known() {
    #[repr(C)]
    struct Longer {
        known: QpPlugin,
        more: [usize; 4],
    }
    let longer = Longer {
        known: QpPlugin { struct_size: size_of::<Longer>() as u32, abi_minor: 9, ..table() },
        more: [7; 4],
    };
    // SAFETY: the stated bytes are there.
    let read = unsafe { QpPlugin::read((&raw const longer).cast()) }.unwrap();
    assert_eq!(read.abi_minor, 9);
    assert_eq!(longer.more, [7; 4]);
}

#[test]
fn a_table_that_cannot_be_used_says_why() {
    // SAFETY: NULL is allowed.
    assert_eq!(unsafe { QpPlugin::read(std::ptr::null()) }.unwrap_err(), TableError::Refused);
    let said = |table| read(&table).unwrap_err().to_string();
    assert!(said(QpPlugin { magic: 1, ..table() }).contains("0x00000001, expected 0x31305051"));
    assert!(
        said(QpPlugin { abi_major: 2, ..table() }).contains("built for plugin ABI 2.0; this host speaks 1.0")
    );
    assert!(said(QpPlugin { struct_size: 71, ..table() }).contains("71 bytes, expected 72"));
    assert!(said(QpPlugin { offers: None, ..table() }).contains("no `offers`"));
}

#[test]
fn a_note_survives_the_file_and_its_text_is_cut() {
    let note = QpNote::new(3, "sdk 0.1.0, and a text that is longer than the room there is");
    // SAFETY: 64 bytes without padding, asserted above.
    let bytes = unsafe { std::mem::transmute::<QpNote, [u8; NOTE_BYTES]>(note) };
    assert_eq!(QpNote::parse(&bytes), Some(note));
    assert_eq!(note.build_text(), "sdk 0.1.0, and a text that is longer than th");
    assert_eq!(QpNote::parse(&bytes[1..]), None);
    assert_eq!(QpNote::parse(&bytes[..40]), None);
}

#[test]
fn an_unknown_status_is_internal() {
    assert_eq!(Status::from_raw(8), Status::Panic);
    assert_eq!(Status::from_raw(99), Status::Internal);
    assert_eq!(Status::from_raw(-1), Status::Internal);
}
