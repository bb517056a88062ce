//! The functions of a module.

use core::ffi::c_void;

pub use acelab_abi::manifest::TABLE_BYTES;

/// Version of this interface: major 31:16, minor 15:0. It covers the table and the
/// records. Tables of another major version are not used, nor are those of a later
/// minor one.
pub const VERSION: u32 = 0x0002_0000;

/// A function of a module: gets the instance that `create` has made (null for
/// `create`) and a record of [`crate::record`]; returns a [`crate::Status`].
///
/// All functions have the same type, so that there is one way to call them.
///
/// # Safety
/// The instance is one that `create` of the same table has made, and that was not
/// destroyed; the record is the one that the function is for, and what it points to
/// is there until the function returns. Calls for an instance do not overlap.
pub type Entry = unsafe extern "C" fn(instance: *mut c_void, record: *mut c_void) -> u32;

/// The functions of one module, constant data of its library. A field that is
/// `None` is a fault of the library.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct ModuleTable {
    /// [`VERSION`] that the module was built for.
    pub version: u32,
    /// Size of this structure in bytes.
    pub size: u32,
    /// Makes an instance: [`crate::record::Create`].
    pub create: Option<Entry>,
    /// Ends an instance: [`crate::record::Plain`].
    pub destroy: Option<Entry>,
    /// [`crate::record::Prepare`].
    pub prepare: Option<Entry>,
    /// [`crate::record::Process`].
    pub process: Option<Entry>,
    /// [`crate::record::Plain`].
    pub reset: Option<Entry>,
    /// [`crate::record::SetConfig`].
    pub set_config: Option<Entry>,
    /// [`crate::record::GetConfig`].
    pub get_config: Option<Entry>,
}

// Two numbers, and addresses, which have a word on the DSP.
const _: () = {
    let addresses = size_of::<ModuleTable>() - 2 * size_of::<u32>();
    let words = 2 + addresses / size_of::<Option<Entry>>();
    assert!(words * size_of::<u32>() == TABLE_BYTES as usize);
};
