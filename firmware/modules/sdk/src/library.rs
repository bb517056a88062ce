//! What is loaded as one file.

use crate::descriptor::Descriptor;

/// A loadable library: modules, or functions for other libraries.
///
/// [`library!`](crate::library) makes it; the manifest of the file is made from it.
pub trait Library {
    /// Name, padded with zeros. Other libraries depend on it by this name.
    const NAME: [u8; 8];
    /// Version: major, minor, hotfix, build.
    const VERSION: [u16; 4];
    /// The modules, in the order of their ids; none where there are [`EXPORTS`](Self::EXPORTS).
    const MODULES: &'static [Descriptor];
    /// Functions for libraries that depend on this one.
    const EXPORTS: &'static [Export];
    /// Names of the libraries whose functions this one calls, each padded with zeros.
    const DEPENDENCIES: &'static [[u8; 8]];
}

/// A function that other libraries may call.
#[derive(Clone, Copy, Debug)]
pub struct Export {
    /// Name by which they import it.
    pub name: &'static str,
    /// The function, which has the C calling convention.
    pub function: *const (),
}

/// Declares what a crate is as a loadable library: the type `Library` with the trait
/// [`Library`](crate::Library).
///
/// `exports` names functions of a [`shared!`](crate::shared) block, `dependencies` the libraries
/// whose functions are called; both may be left out.
#[macro_export]
macro_rules! library {
    (
        name: $name:literal,
        version: $version:expr,
        modules: [$($module:expr),* $(,)?]
        $(, exports: [$($export:ident),* $(,)?])?
        $(, dependencies: [$($dependency:literal),* $(,)?])?
        $(,)?
    ) => {
        /// This crate as a loadable library.
        pub struct Library;

        impl $crate::Library for Library {
            const NAME: [u8; 8] = $crate::module_name!($name);
            const VERSION: [u16; 4] = $version;
            const MODULES: &'static [$crate::Descriptor] = &[$($module),*];
            const EXPORTS: &'static [$crate::Export] = &[$($(
                $crate::Export { name: stringify!($export), function: $export as *const () }
            ),*)?];
            const DEPENDENCIES: &'static [[u8; 8]] =
                &[$($($crate::module_name!($dependency)),*)?];
        }
    };
}

/// Functions that a library has for others.
///
/// The crate itself, and every host test, gets the functions. A library that depends on the crate
/// with the feature `import` gets their declarations, and on the DSP the calls are linked when it
/// is loaded; so there is one copy of the code, and the two cannot disagree about arguments.
/// Arguments and results are those of the C calling convention: numbers and references.
#[macro_export]
macro_rules! shared {
    ($(
        $(#[$meta:meta])*
        pub fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block
    )*) => {
        $(
            #[cfg(not(all(target_os = "none", feature = "import")))]
            $(#[$meta])*
            pub extern "C" fn $name($($argument: $type),*) $(-> $result)? $body
        )*
        // The library that is loaded under the dependency's name says what these are; a wrong one
        // costs the caller's pipeline, as a mistake of its own would.
        #[cfg(all(target_os = "none", feature = "import"))]
        unsafe extern "C" {
            $(
                $(#[$meta])*
                pub safe fn $name($($argument: $type),*) $(-> $result)?;
            )*
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::Library as _;

    // The feature is one of the library's crate, which this is not.
    #[allow(unexpected_cfgs)]
    mod numbers {
        crate::shared! {
            /// The next number.
            pub fn next(number: u32) -> u32 {
                number.wrapping_add(1)
            }
        }

        crate::library! {
            name: "NUMBERS",
            version: [1, 2, 3, 4],
            modules: [],
            exports: [next],
            dependencies: ["OTHERS"],
        }
    }

    #[test]
    fn a_library_says_what_is_in_it() {
        use numbers::Library;
        assert_eq!(&Library::NAME, b"NUMBERS\0");
        assert_eq!(Library::VERSION, [1, 2, 3, 4]);
        assert!(Library::MODULES.is_empty());
        assert_eq!(Library::EXPORTS[0].name, "next");
        assert_eq!(
            Library::EXPORTS[0].function,
            numbers::next as *const (),
            "{}",
            numbers::next(1)
        );
        assert_eq!(Library::DEPENDENCIES, [*b"OTHERS\0\0"]);
    }
}
