//! Reading the table of the other side: as much as it has and this crate knows.

use std::mem::MaybeUninit;

use super::{ABI_MAJOR, ABI_MINOR, QpHost, QpPlugin, TABLE_MAGIC};

/// Bytes of a table with the core slots and nothing else: the least that is accepted.
pub const TABLE_BYTES_MIN: u32 = std::mem::offset_of!(QpPlugin, self_test) as u32;

/// What is wrong with a plugin's table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The plugin refused.
    #[error("the plugin refused this host; its reason is in the log")]
    Refused,
    /// The address is not one of a table.
    #[error("the plugin's table is at an odd address: not a multiple of 8")]
    Misaligned,
    /// Something else than a table.
    #[error("the plugin's table begins with {found:#010x}, expected {TABLE_MAGIC:#010x}")]
    Magic {
        /// What stands there.
        found: u32,
    },
    /// Another major version.
    #[error(
        "built for plugin ABI {found_major}.{found_minor}; this host speaks {ABI_MAJOR}.0 to {ABI_MAJOR}.{ABI_MINOR}"
    )]
    Major {
        /// The plugin's major version.
        found_major: u16,
        /// The plugin's minor version.
        found_minor: u16,
    },
    /// A table without room for the core slots.
    #[error("the plugin's table has {found} bytes, expected {TABLE_BYTES_MIN} or more")]
    Short {
        /// The size that the table states.
        found: u32,
    },
    /// A core slot is NULL.
    #[error("the plugin's table has no `{slot}`; the five core slots are never NULL")]
    MissingSlot {
        /// Name of the slot.
        slot: &'static str,
    },
}

impl QpPlugin {
    /// Copies a plugin's table: as much as it has and this crate knows, the rest as NULL.
    ///
    /// # Safety
    ///
    /// The pointer must be NULL or what a plugin's entry function returned: at least 12 readable bytes,
    /// and `struct_size` of them if the magic and the major version are right.
    pub unsafe fn read(table: *const Self) -> Result<Self, TableError> {
        if table.is_null() {
            return Err(TableError::Refused);
        }
        if !table.is_aligned() {
            return Err(TableError::Misaligned);
        }
        // SAFETY: 12 bytes are readable by the caller's promise, and the fields are read by their addresses.
        let (size, magic, major, minor) =
            unsafe { ((*table).struct_size, (*table).magic, (*table).abi_major, (*table).abi_minor) };
        if magic != TABLE_MAGIC {
            return Err(TableError::Magic { found: magic });
        }
        if major != ABI_MAJOR {
            return Err(TableError::Major { found_major: major, found_minor: minor });
        }
        if size < TABLE_BYTES_MIN {
            return Err(TableError::Short { found: size });
        }
        // SAFETY: `size` bytes are readable by the caller's promise; all zero is a table whose slots are
        // `None`, whose text is empty and whose numbers are 0.
        let copy: Self = unsafe { copy_known_part(table, size) };
        copy.check_core()?;
        Ok(copy)
    }

    fn check_core(&self) -> Result<(), TableError> {
        let missing = [
            (self.describe.is_none(), "describe"),
            (self.create.is_none(), "create"),
            (self.catalog.is_none(), "catalog"),
            (self.offers.is_none(), "offers"),
            (self.destroy.is_none(), "destroy"),
        ];
        match missing.into_iter().find(|(is_missing, _)| *is_missing) {
            Some((_, slot)) => Err(TableError::MissingSlot { slot }),
            None => Ok(()),
        }
    }
}

impl QpHost {
    /// Copies a host's table: as much as it has and this crate knows, the rest as NULL. `None` for NULL,
    /// and for another major version.
    ///
    /// # Safety
    ///
    /// The pointer must be NULL or a host's table: `struct_size` readable bytes, at least 8.
    pub unsafe fn read(table: *const Self) -> Option<Self> {
        if table.is_null() || !table.is_aligned() {
            return None;
        }
        // SAFETY: 8 bytes are readable by the caller's promise.
        let (size, major) = unsafe { ((*table).struct_size, (*table).abi_major) };
        if major != ABI_MAJOR {
            return None;
        }
        // SAFETY: `size` bytes are readable by the caller's promise; all zero is a table that offers nothing.
        Some(unsafe { copy_known_part(table, size) })
    }
}

/// Copies the first `size` bytes of a table, or as many as `T` has, over zeroes.
///
/// # Safety
///
/// `size` bytes must be readable at `from`, and all zero, as well as every prefix of the table followed
/// by zeroes, must be a `T`.
unsafe fn copy_known_part<T>(from: *const T, size: u32) -> T {
    let mut copy = MaybeUninit::<T>::zeroed();
    let known = (size as usize).min(size_of::<T>());
    // SAFETY: `known` is within both, and a fresh local does not overlap; zeroes are a `T` by the caller's
    // promise, so what is not copied is initialised too.
    unsafe {
        std::ptr::copy_nonoverlapping(from.cast::<u8>(), copy.as_mut_ptr().cast::<u8>(), known);
        copy.assume_init()
    }
}
