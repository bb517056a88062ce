//! Whether a table is one of this interface.

use crate::table::{ModuleTable, VERSION};

/// Why a table is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableError {
    /// It was made for another interface; the version.
    Version(u32),
    /// It has another size; bytes.
    Size(u32),
    /// A function is missing.
    Function,
}

/// Looks whether a table is one of this interface.
///
/// # Errors
/// It is not.
pub fn check_table(table: &ModuleTable) -> Result<(), TableError> {
    let (major, minor) = (table.version >> 16, table.version & 0xFFFF);
    if major != VERSION >> 16 || minor > VERSION & 0xFFFF {
        return Err(TableError::Version(table.version));
    }
    if table.size as usize != size_of::<ModuleTable>() {
        return Err(TableError::Size(table.size));
    }
    let functions = [
        table.create,
        table.destroy,
        table.prepare,
        table.process,
        table.reset,
        table.set_config,
        table.get_config,
    ];
    if functions.contains(&None) {
        return Err(TableError::Function);
    }
    Ok(())
}
