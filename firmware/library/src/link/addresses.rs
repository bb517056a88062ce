//! Addresses of an image's imports.

use crate::catalogue::Placement;
use crate::error::LoadError;
use crate::format::{MAX_DEPENDENCIES, MAX_IMPORTS, Symbol};
use crate::manifest::Image;

/// The address of each import of one image, its addend included. Large for a
/// stack.
#[derive(Clone, Debug)]
pub struct Addresses([u32; MAX_IMPORTS as usize]);

impl Default for Addresses {
    fn default() -> Self {
        Self::new()
    }
}

impl Addresses {
    /// No addresses.
    #[must_use]
    pub const fn new() -> Self {
        Self([0; MAX_IMPORTS as usize])
    }

    /// Looks up all imports of the image that lies at `place`: first among the `own`
    /// symbols of the firmware, then in the images of `dependencies`, in their order.
    /// Each image is opened once, as that takes much longer than to find a symbol in it.
    ///
    /// # Errors
    ///
    /// [`LoadError::UnknownImport`], or what `open` returns.
    pub fn find<'a>(
        &mut self,
        place: &Placement,
        dependencies: &[Placement],
        mut open: impl FnMut(&Placement) -> Result<Image<'a>, LoadError>,
        mut own: impl FnMut(Symbol<'_>) -> Option<u32>,
    ) -> Result<(), LoadError> {
        let mut providers = [const { None }; MAX_DEPENDENCIES as usize];
        for (slot, place) in providers.iter_mut().zip(dependencies) {
            *slot = Some((open(place)?, place.base()));
        }
        let provided = |symbol: Symbol<'_>| {
            let mut providers = providers.iter().flatten();
            providers.find_map(|(image, base)| exported(image, *base, symbol))
        };
        self.resolve(&open(place)?, |symbol| {
            own(symbol).or_else(|| provided(symbol))
        })
    }

    /// Looks up all imports of an image.
    ///
    /// # Errors
    ///
    /// [`LoadError::UnknownImport`] for the first symbol that `lookup` does not find.
    pub fn resolve(
        &mut self,
        image: &Image<'_>,
        mut lookup: impl FnMut(Symbol<'_>) -> Option<u32>,
    ) -> Result<(), LoadError> {
        for (slot, import) in self.0.iter_mut().zip(image.imports()) {
            let address = lookup(import.symbol);
            let address = address.ok_or(LoadError::UnknownImport(import.symbol.into()))?;
            *slot = address.wrapping_add(import.addend);
        }
        Ok(())
    }

    /// The address of the import with this index.
    pub(super) fn of(&self, import: u32) -> u32 {
        self.0.get(import as usize).copied().unwrap_or(0)
    }
}

/// The address of `symbol` in an image that lies at `base`, if it exports it.
#[must_use]
pub fn exported(image: &Image<'_>, base: u32, symbol: Symbol<'_>) -> Option<u32> {
    let mut exports = image.exports();
    let export = exports.find(|export| export.symbol == symbol)?;
    base.checked_add(export.offset)
}
