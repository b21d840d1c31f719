//! The note in a plugin's file.

use super::{ABI_MAJOR, ABI_MINOR, SCHEMA};

/// First eight bytes of the note.
pub const NOTE_MAGIC: [u8; 8] = *b"QPNOTE\0\x01";
/// Bytes of the note.
pub const NOTE_BYTES: usize = size_of::<QpNote>();

/// The note in a plugin's file, which a host reads before it runs any of the plugin's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct QpNote {
    /// [`NOTE_MAGIC`].
    pub magic: [u8; 8],
    /// [`ABI_MAJOR`] of the plugin.
    pub abi_major: u16,
    /// [`ABI_MINOR`] of the plugin.
    pub abi_minor: u16,
    /// [`SCHEMA`] of the plugin.
    pub schema: u32,
    /// The flags of the table.
    pub flags: u32,
    /// What the plugin was built with, for messages; zeroes fill the end.
    pub build: [u8; 44],
}

impl QpNote {
    /// A note of this crate's versions; a long text is cut.
    pub const fn new(flags: u32, build: &str) -> Self {
        let mut text = [0; 44];
        let mut room: &mut [u8] = &mut text;
        let mut left = build.as_bytes();
        while let (Some((slot, rest)), Some((byte, more))) = (room.split_first_mut(), left.split_first()) {
            *slot = *byte;
            room = rest;
            left = more;
        }
        Self {
            magic: NOTE_MAGIC,
            abi_major: ABI_MAJOR,
            abi_minor: ABI_MINOR,
            schema: SCHEMA,
            flags,
            build: text,
        }
    }

    /// Reads a note from a file's bytes; `None` if they do not begin with one.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (magic, rest) = bytes.split_first_chunk()?;
        let (abi_major, rest) = rest.split_first_chunk()?;
        let (abi_minor, rest) = rest.split_first_chunk()?;
        let (schema, rest) = rest.split_first_chunk()?;
        let (flags, rest) = rest.split_first_chunk()?;
        let (build, _) = rest.split_first_chunk()?;
        (*magic == NOTE_MAGIC).then(|| Self {
            magic: *magic,
            abi_major: u16::from_ne_bytes(*abi_major),
            abi_minor: u16::from_ne_bytes(*abi_minor),
            schema: u32::from_ne_bytes(*schema),
            flags: u32::from_ne_bytes(*flags),
            build: *build,
        })
    }

    /// The build text.
    pub fn build_text(&self) -> String {
        let text = self.build.split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(text).into_owned()
    }
}
