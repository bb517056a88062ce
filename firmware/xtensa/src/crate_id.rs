//! Crate identities that do not depend on where the sources lie.
//!
//! Cargo derives `-C metadata` of a path dependency outside of the workspace
//! from its absolute path. It becomes part of every symbol and type id, so the
//! same sources in two folders would give two images. `acelab-rustc`, as
//! `RUSTC_WRAPPER`, puts a hash of the package's name and version there.

use std::ffi::{OsStr, OsString};

use sha2::{Digest, Sha256};

/// What identifies a package wherever it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// `CARGO_PKG_NAME`.
    pub name: String,
    /// `CARGO_PKG_VERSION`.
    pub version: String,
}

impl Package {
    /// The package that cargo is compiling, if it is compiling one.
    pub fn from_env() -> Option<Self> {
        let get = |name| std::env::var(name).ok();
        Some(Self {
            name: get("CARGO_PKG_NAME")?,
            version: get("CARGO_PKG_VERSION")?,
        })
    }

    fn metadata(&self) -> String {
        let hash = Sha256::digest(format!("{} {}", self.name, self.version));
        hash[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The arguments of `rustc` with the metadata replaced.
pub fn stabilise(args: impl IntoIterator<Item = OsString>, package: &Package) -> Vec<OsString> {
    let metadata = package.metadata();
    let mut after_codegen = false;
    let replace = |arg: OsString| {
        let codegen = std::mem::replace(&mut after_codegen, arg == OsStr::new("-C"));
        match arg.to_str() {
            Some(text) if codegen && text.starts_with("metadata=") => {
                format!("metadata={metadata}").into()
            }
            Some(text) if text.starts_with("-Cmetadata=") => {
                format!("-Cmetadata={metadata}").into()
            }
            _ => arg,
        }
    };
    args.into_iter().map(replace).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stable(line: &str, name: &str, version: &str) -> String {
        let package = Package {
            name: name.into(),
            version: version.into(),
        };
        let args = stabilise(line.split(' ').map(OsString::from), &package);
        args.join(OsStr::new(" ")).into_string().unwrap()
    }

    #[test]
    fn only_the_metadata_changes() {
        let line = "--crate-name a -C metadata=11 -C extra-filename=-11 metadata=x -Cmetadata=22";
        let result = stable(line, "a", "1.0.0");
        let own = result.split(' ').nth(3).unwrap().to_owned();
        assert_eq!(
            result,
            format!("--crate-name a -C {own} -C extra-filename=-11 metadata=x -C{own}")
        );
        assert_ne!(own, "metadata=11");
    }

    #[test]
    fn packages_stay_apart() {
        let line = "-C metadata=11";
        assert_eq!(
            stable(line, "a", "1.0.0"),
            stable("-C metadata=12", "a", "1.0.0")
        );
        assert_ne!(stable(line, "a", "1.0.0"), stable(line, "a", "1.0.1"));
        assert_ne!(stable(line, "a", "1.0.0"), stable(line, "b", "1.0.0"));
    }
}
