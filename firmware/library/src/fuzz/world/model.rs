//! What ought to be loaded, bound and used: by recursion over names, and by
//! counting anew each time.

use std::collections::BTreeMap;

use super::memory::firmware;
use crate::catalogue::{Domain, ImageId, InstanceKey, LibraryId};
use crate::fuzz::oracle::{Image, Judged};

/// Why something ought not to succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fails {
    Unmet,
    Unknown,
}

#[derive(Clone, Debug)]
pub(super) struct Library {
    /// Which load it was.
    pub load: usize,
    pub judged: Judged,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub libraries: BTreeMap<LibraryId, Library>,
    /// What the imports of an image are bound to.
    pub bound: BTreeMap<ImageId, Vec<ImageId>>,
    pub instances: BTreeMap<InstanceKey, (ImageId, Domain)>,
    loads: usize,
}

impl Model {
    pub fn image(&self, id: ImageId) -> &Image {
        &self.libraries[&id.library].judged.images[usize::from(id.image)]
    }

    /// Loads a library; what is wrong with its dependencies otherwise.
    pub fn load(&mut self, id: LibraryId, judged: Judged) -> Result<(), Fails> {
        self.loads += 1;
        let images = judged.images.len();
        let load = self.loads;
        self.libraries.insert(id, Library { load, judged });
        for image in 0..images as u8 {
            let image = ImageId { library: id, image };
            if self.bind(image) == Err(Fails::Unknown) {
                self.remove(id);
                return Err(Fails::Unknown);
            }
        }
        Ok(())
    }

    /// Takes out a library, whoever needs it.
    pub fn remove(&mut self, id: LibraryId) {
        self.libraries.remove(&id);
        self.bound
            .retain(|image, to| image.library != id && to.iter().all(|image| image.library != id));
    }

    /// Whether dependencies of these images lead in a circle, among all loaded ones.
    pub fn has_cycle(&self, id: LibraryId, judged: &Judged) -> bool {
        let mut model = self.clone();
        let load = 0;
        let judged = judged.clone();
        model.libraries.insert(id, Library { load, judged });
        let named: Vec<_> = model.named().collect();
        named.iter().any(|(name, _)| {
            let mut seen = Vec::new();
            model.reaches(*name, *name, &mut seen)
        })
    }

    fn named(&self) -> impl Iterator<Item = ([u8; 8], ImageId)> {
        self.libraries.iter().flat_map(|(library, loaded)| {
            loaded.judged.auxiliary.iter().map(|(name, image)| {
                let image = ImageId {
                    library: *library,
                    image: *image as u8,
                };
                (*name, image)
            })
        })
    }

    fn reaches(&self, from: [u8; 8], to: [u8; 8], seen: &mut Vec<[u8; 8]>) -> bool {
        let images: Vec<_> = self.named().filter(|(name, _)| *name == from).collect();
        images.iter().any(|(_, image)| {
            self.image(*image).dependencies.iter().any(|next| {
                if *next == to {
                    return true;
                }
                if seen.contains(next) {
                    return false;
                }
                seen.push(*next);
                self.reaches(*next, to, seen)
            })
        })
    }

    /// What an image depends on: as bound, or by name.
    fn dependencies(&self, id: ImageId) -> Result<Vec<ImageId>, Fails> {
        if let Some(bound) = self.bound.get(&id) {
            return Ok(bound.clone());
        }
        let find = |name: &[u8; 8]| {
            let named = self.named().filter(|(other, _)| other == name);
            let images: Vec<_> = named.map(|(_, image)| image).collect();
            let own = images.iter().find(|image| image.library == id.library);
            let newest = images
                .iter()
                .max_by_key(|image| self.libraries[&image.library].load);
            own.or(newest).copied().ok_or(Fails::Unmet)
        };
        self.image(id).dependencies.iter().map(find).collect()
    }

    /// All that an image needs, itself among them.
    pub fn closure(&self, id: ImageId) -> Result<Vec<ImageId>, Fails> {
        let mut all = vec![id];
        for dependency in self.dependencies(id)? {
            for image in self.closure(dependency)? {
                if !all.contains(&image) {
                    all.push(image);
                }
            }
        }
        Ok(all)
    }

    /// Binds an image and all that it needs.
    pub fn bind(&mut self, id: ImageId) -> Result<(), Fails> {
        self.closure(id)?;
        self.bind_all(id)
    }

    fn bind_all(&mut self, id: ImageId) -> Result<(), Fails> {
        let dependencies = self.dependencies(id)?;
        for dependency in &dependencies {
            self.bind_all(*dependency)?;
        }
        let imports = self.image(id).imports.clone();
        let known = |name: &[u8]| {
            let exports = |image: &ImageId| {
                let mut exports = self.image(*image).exports.iter();
                exports.any(|(other, _)| other == name)
            };
            firmware(name).is_some() || dependencies.iter().any(exports)
        };
        if !imports.iter().all(|(name, _)| known(name)) {
            return Err(Fails::Unknown);
        }
        self.bound.insert(id, dependencies);
        Ok(())
    }

    pub fn is_used(&self, library: LibraryId) -> bool {
        self.instances.values().any(|(image, _)| {
            let all = self.closure(*image).expect("it is bound");
            all.iter().any(|image| image.library == library)
        })
    }
}
