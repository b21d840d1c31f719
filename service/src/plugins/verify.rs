//! What a file shows before any of its code runs: its size, its machine, its note, its symbols and needs.

use std::fs::File;
use std::io::{self, Read};

use object::elf;
use object::read::elf::{ElfFile64, ProgramHeader};
use object::{Architecture, Endianness, Object, ObjectSection, ObjectSymbol};
use quotient_plugin_api::abi::{
    ABI_MAJOR, ABI_MINOR, ENTRY_SYMBOL, FLAG_MANAGED_RUNTIME, FLAG_UNWINDS, QpNote, SCHEMA,
};

/// Section of the note.
const NOTE_SECTION: &str = ".qp_note";

/// What a library may need beside itself: the C and C++ runtimes, which are there already.
const NEEDED_ALLOWED: [&str; 10] = [
    "ld-linux-aarch64.so.1",
    "ld-linux-x86-64.so.2",
    "libc.so.6",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libpthread.so.0",
    "librt.so.1",
    "libstdc++.so.6",
    "linux-vdso.so.1",
];

/// Why a file is not loaded.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfit {
    #[error("found more than {max} bytes, expected {max} or fewer (`library_bytes_max`)")]
    TooLarge { max: u64 },
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    #[error("found no 64-bit ELF file ({0}), expected a shared library for this machine")]
    Format(object::Error),
    #[error("found a file of kind {found:?}, expected a shared library")]
    Kind { found: object::ObjectKind },
    #[error("built for {found:?}, this host runs on {}", std::env::consts::ARCH)]
    Architecture { found: Architecture },
    #[error(
        "found no section `{NOTE_SECTION}` with a plugin's note; only libraries made with the plugin kit are loaded"
    )]
    NoNote,
    #[error(
        "built for plugin ABI {major}.{minor}; this host speaks {ABI_MAJOR}.0 to {ABI_MAJOR}.{ABI_MINOR}. \
         Rebuild it with version {ABI_MAJOR} of the plugin kit, or use a host that speaks {major}.{minor}"
    )]
    Abi { major: u16, minor: u16 },
    #[error(
        "speaks message schema {found}, this host speaks {SCHEMA}. Rebuild it with this host's plugin kit"
    )]
    Schema { found: u32 },
    #[error("brings a managed runtime, and this host has no separate process to put it in")]
    ManagedRuntime,
    #[error("built so that a panic ends the host; build it with panic = \"unwind\"")]
    Aborts,
    #[error("does not export `{ENTRY_SYMBOL}`")]
    NoEntry,
    #[error(
        "uses static thread-local storage, which may not fit; build it without a global allocator or with another TLS model"
    )]
    StaticTls,
    #[error("asks for an executable stack; link it with `-z noexecstack`")]
    ExecutableStack,
    #[error("needs the library `{library}`, which is not one of {}", NEEDED_ALLOWED.join(", "))]
    Needs { library: String },
}

/// The whole file, if it is not too large.
pub(super) fn read_capped(file: File, max: u64) -> Result<Vec<u8>, Unfit> {
    let mut bytes = Vec::new();
    file.take(max.saturating_add(1)).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > max {
        true => Err(Unfit::TooLarge { max }),
        false => Ok(bytes),
    }
}

/// The note of a library that may be opened.
pub(super) fn inspect(bytes: &[u8]) -> Result<QpNote, Unfit> {
    let elf = ElfFile64::<Endianness>::parse(bytes).map_err(Unfit::Format)?;
    if elf.kind() != object::ObjectKind::Dynamic {
        return Err(Unfit::Kind { found: elf.kind() });
    }
    let found = elf.architecture();
    if !is_this_machine(found) {
        return Err(Unfit::Architecture { found });
    }
    let note = note(&elf)?;
    if !elf.dynamic_symbols().any(|symbol| symbol.is_definition() && symbol.name() == Ok(ENTRY_SYMBOL)) {
        return Err(Unfit::NoEntry);
    }
    check_stack(&elf)?;
    check_dynamic(&elf)?;
    Ok(note)
}

fn is_this_machine(architecture: Architecture) -> bool {
    match architecture {
        Architecture::X86_64 => cfg!(target_arch = "x86_64"),
        Architecture::Aarch64 => cfg!(target_arch = "aarch64"),
        _ => false,
    }
}

fn note(elf: &ElfFile64<'_>) -> Result<QpNote, Unfit> {
    let section = elf.section_by_name(NOTE_SECTION).ok_or(Unfit::NoNote)?;
    let note = section.data().ok().and_then(QpNote::parse).ok_or(Unfit::NoNote)?;
    // A newer minor version only appends, and its plugin sees how far this host's table goes.
    if note.abi_major != ABI_MAJOR {
        return Err(Unfit::Abi { major: note.abi_major, minor: note.abi_minor });
    }
    if note.schema != SCHEMA {
        return Err(Unfit::Schema { found: note.schema });
    }
    if note.flags & FLAG_MANAGED_RUNTIME != 0 {
        return Err(Unfit::ManagedRuntime);
    }
    if note.flags & FLAG_UNWINDS == 0 {
        return Err(Unfit::Aborts);
    }
    Ok(note)
}

fn check_stack(elf: &ElfFile64<'_>) -> Result<(), Unfit> {
    let endian = elf.endian();
    let stack = elf.elf_program_headers().iter().find(|header| header.p_type(endian) == elf::PT_GNU_STACK);
    // Without the header the system takes the stack to be executable.
    match stack {
        Some(header) if header.p_flags(endian).0 & elf::PF_X.0 == 0 => Ok(()),
        _ => Err(Unfit::ExecutableStack),
    }
}

fn check_dynamic(elf: &ElfFile64<'_>) -> Result<(), Unfit> {
    let table = elf.elf_dynamic_table().map_err(Unfit::Format)?;
    for entry in &table {
        match entry.tag {
            elf::DT_FLAGS if entry.val & elf::DF_STATIC_TLS.0 != 0 => return Err(Unfit::StaticTls),
            elf::DT_NEEDED => {
                let name = table.string(entry).map_err(Unfit::Format)?;
                if !NEEDED_ALLOWED.iter().any(|allowed| allowed.as_bytes() == name) {
                    return Err(Unfit::Needs { library: String::from_utf8_lossy(name).into_owned() });
                }
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_of_the_limit_is_read_and_one_above_is_not() {
        let file = || {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(b"12345").unwrap();
            file.reopen().unwrap()
        };
        assert_eq!(read_capped(file(), 5).unwrap(), b"12345");
        let said = read_capped(file(), 4).unwrap_err().to_string();
        assert!(said.starts_with("found more than 4 bytes"), "{said}");
    }

    #[test]
    fn what_is_no_library_is_refused() {
        for bytes in [&b""[..], b"#!/bin/sh\n", b"\x7fELF\x02\x01\x01", &[0xff; 4096]] {
            assert!(matches!(inspect(bytes), Err(Unfit::Format(_))));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_library_without_a_note_is_refused() {
        let this_test = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert!(matches!(inspect(&this_test), Err(Unfit::NoNote | Unfit::Kind { .. })));
    }
}
