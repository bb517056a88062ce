//! Memory that several cores share.

use core::ops::Deref;

/// A value that all cores use. The caches of the cores know nothing of each
/// other, so it must lie where no core caches it: declare it with
/// [`cross_core!`](crate::cross_core), which puts it there.
///
/// `T` is shared between cores, so it consists of atomics.
#[repr(align(64))]
pub struct CrossCore<T>(T);

impl<T: Sync> CrossCore<T> {
    /// For [`cross_core!`](crate::cross_core) only.
    #[doc(hidden)]
    #[must_use]
    pub const fn __new(value: T) -> Self {
        Self(value)
    }
}

impl<T: Sync> Deref for CrossCore<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Declares a `static` [`CrossCore`](crate::arch::xtensa::CrossCore) in
/// uncached memory.
#[macro_export]
macro_rules! cross_core {
    ($($(#[$meta:meta])* $visibility:vis static $name:ident: $type:ty = $value:expr;)+) => {
        $(
            $(#[$meta])*
            // SAFETY: the linker script loads the section like data, with its
            // initial values, at an address of the uncached region.
            #[unsafe(link_section = concat!(".uncached.", stringify!($name)))]
            $visibility static $name: $crate::arch::xtensa::CrossCore<$type> =
                $crate::arch::xtensa::CrossCore::__new($value);
        )+
    };
}
