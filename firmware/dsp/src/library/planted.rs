//! A fault that a debug build is made to have, so that a case can show that it
//! would find it.

use acelab_abi::audio_fault::AudioFault;
use acelab_abi::ipc4::ModuleId;
use acelab_library::catalogue::{ImageId, InstanceKey, LibraryId};

use super::Libraries;
use crate::audio;

impl Libraries {
    /// HY8: the end of an instance takes its module's pages from every domain,
    /// whoever else uses them.
    pub(super) fn unmap_shared(&self, ended: InstanceKey) {
        if !audio::planted(AudioFault::SharedModuleUnmapped) {
            return;
        }
        let ended = self.image_of(ended);
        for (other, domain) in self.catalogue.instances() {
            let image = self.image_of(other).filter(|image| Some(*image) == ended);
            if let Some(image) = image {
                self.memory.unmap_all(image, domain);
            }
        }
    }

    fn image_of(&self, key: InstanceKey) -> Option<ImageId> {
        let library = LibraryId::of_module(key.0 as u16)?;
        let manifest = self.manifest(u32::from(library.number()))?;
        let image = manifest.module(ModuleId(key.0 as u16).index())?.image() as u8;
        Some(ImageId { library, image })
    }
}
