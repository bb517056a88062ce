//! Libraries of loadable modules: they come from the host, stay in the store, and
//! are mapped where instances need them.
//!
//! All of it is done by the thread `ipc`, which can be interrupted at any time:
//! ticks go on while a library is received, checked and linked. What a file says
//! is believed only after `acelab-library` has checked it; who needs what is known
//! to its catalogue.

mod channel;
mod dp;
mod exports;
mod info;
mod load;
mod memory;
mod place;
mod planted;
mod restore;

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::{ModuleId, Status};
use acelab_abi::log::Level;
use acelab_audio::LoadedModule;
use acelab_kernel::arch::xtensa::mmu::library_store;
use acelab_library::LoadError;
use acelab_library::catalogue::{
    Catalogue, Domain, ImageId, InstanceKey, LibraryId, RemoveError, STAGING,
};
use acelab_library::format::{Abi, PAGE_WORDS};
use acelab_library::manifest::{Kind, Module};
use acelab_module_abi::{TABLE_BYTES, VERSION};

use crate::audio;
use crate::klog;
use crate::klog::log;
use crate::owned::Owned;
use channel::Channel;
use memory::Memory;

/// What libraries must have been built for.
pub const ABI: Abi = Abi {
    version: VERSION,
    table_bytes: TABLE_BYTES,
};

static CATALOGUE: Owned<Catalogue> = Owned::new(Catalogue::new());
static MEMORY: Owned<Memory> = Owned::new(Memory::new());

/// All libraries; the thread `ipc` has them.
pub struct Libraries {
    catalogue: &'static mut Catalogue,
    memory: &'static mut Memory,
    /// Where a manifest lies until it is known how large its file is.
    staging: &'static mut [u32],
    /// The channel that the host has had prepared.
    prepared: Option<Channel>,
}

impl Libraries {
    /// What the store has from before the last reset; to be called once.
    ///
    /// # Panics
    /// When somebody has the store.
    pub fn take() -> Self {
        let store = library_store().expect("nobody else takes it");
        let (files, staging) = store.split_at_mut(STAGING.start as usize * PAGE_WORDS);
        let mut libraries = Self {
            catalogue: CATALOGUE.take(),
            memory: MEMORY.take(),
            staging,
            prepared: None,
        };
        libraries.memory.use_store(files);
        libraries.restore();
        libraries
    }

    /// Whether there is any.
    pub fn any(&self) -> bool {
        self.catalogue.libraries().next().is_some()
    }

    /// Makes ready the channel that a library is to come by. Once it is, nothing
    /// happens.
    pub fn prepare(&mut self, channel: u32) -> Result<(), Status> {
        if self.prepared.is_none() {
            self.prepared = Some(Channel::open(channel).map_err(refuse)?);
        }
        Ok(())
    }

    /// Loads library `id` by a DMA channel, which is closed then.
    pub fn load(&mut self, channel: u32, id: u32) -> Result<(), Status> {
        let prepared = self.prepared.take();
        match self.receive(prepared, channel, id) {
            Ok(()) => {
                log!(Info, "lib_manager", "loaded library id: {id}");
                Ok(())
            }
            Err(error) => Err(refuse(error)),
        }
    }

    /// Removes library `id`, which nobody uses.
    pub fn remove(&mut self, id: u32) -> Result<(), Status> {
        let library = LibraryId::new(id).map_err(refuse)?;
        let removed = self.catalogue.remove(library);
        match removed {
            Ok(_) => {
                self.save();
                log!(Info, "lib_manager", "removed library id: {id}");
                Ok(())
            }
            Err(RemoveError::Busy) => {
                log!(Error, "lib_manager", "library {id} is in use");
                Err(Status::Busy)
            }
            Err(RemoveError::Unknown) => {
                log!(Error, "lib_manager", "there is no library {id}");
                Err(Status::InvalidResourceId)
            }
        }
    }

    /// Makes the code of a module usable for an instance on `core`: in the core's own
    /// domain, or in one that is made for it.
    pub fn acquire(
        &mut self,
        key: u32,
        core: CoreId,
        own_domain: bool,
    ) -> Result<LoadedModule, Status> {
        let acquired = self.acquire_image(key, core, own_domain);
        acquired.map_err(|error| {
            if error == LoadError::NoImage {
                let module = key & 0xFFFF;
                log!(
                    Error,
                    "lib_manager",
                    "Couldn't find loadable module with id {module:#x}"
                );
            }
            refuse(error);
            LoadError::INSTANCE_STATUS
        })
    }

    fn acquire_image(
        &mut self,
        key: u32,
        core: CoreId,
        own_domain: bool,
    ) -> Result<LoadedModule, LoadError> {
        let id = key as u16;
        let library = LibraryId::of_module(id).ok_or(LoadError::NoImage)?;
        let store = self.catalogue.library(library).ok_or(LoadError::NoImage)?;
        let manifest = store.manifest(self.memory.file(store.pages))?;
        let module = manifest.module(ModuleId(id).index());
        let module = module.ok_or(LoadError::NoImage)?;
        let of_module = |(other, _): &(InstanceKey, Domain)| other.0 as u16 == id;
        let instances = self.catalogue.instances().filter(of_module).count();
        let data_processing = check(&module, instances, core, own_domain)?;
        let image = ImageId {
            library,
            image: module.image() as u8,
        };
        let table = module.table();
        let mut loaded = LoadedModule {
            table: 0,
            inputs: module.inputs() as u8,
            outputs: module.outputs() as u8,
            data_processing,
            heap_bytes: module.heap_bytes(),
            stack_bytes: module.stack_bytes(),
            domain: 0,
        };
        let mut domain = Domain::Ll(core);
        if own_domain {
            let (slot, word) = self.memory.dp.make(core, loaded.heap_bytes)?;
            domain = Domain::Dp(slot);
            loaded.domain = word;
        }
        let acquired = self
            .catalogue
            .acquire(InstanceKey(key), image, domain, self.memory);
        match acquired {
            Ok(place) => {
                loaded.table = place.base() + table;
                Ok(loaded)
            }
            Err(error) => {
                self.end_domain(domain);
                Err(error)
            }
        }
    }

    /// Takes their images from all instances but those that `exists` knows.
    pub fn keep(&mut self, exists: impl Fn(u32) -> bool) {
        while let Some((key, domain)) = self.first_gone(&exists) {
            self.catalogue.release(key, self.memory);
            self.end_domain(domain);
            self.unmap_shared(key);
        }
    }

    fn first_gone(&self, exists: &impl Fn(u32) -> bool) -> Option<(InstanceKey, Domain)> {
        let mut instances = self.catalogue.instances();
        instances.find(|(key, _)| !exists(key.0))
    }

    fn end_domain(&mut self, domain: Domain) {
        if let Domain::Dp(slot) = domain {
            self.memory.dp.end(slot);
        }
    }
}

/// Whether a module may have one more instance there; whether it could have a
/// thread of its own.
fn check(
    module: &Module<'_>,
    instances: usize,
    core: CoreId,
    own_domain: bool,
) -> Result<bool, LoadError> {
    let Kind::Loadable {
        low_latency,
        data_processing,
    } = module.kind()
    else {
        return Err(LoadError::NoImage);
    };
    let right_domain = if own_domain {
        data_processing
    } else {
        low_latency
    };
    if !right_domain || module.affinity() & core.bit() == 0 {
        return Err(LoadError::NotMapped);
    }
    if audio::IN_KERNEL {
        return Err(LoadError::Ring0);
    }
    if instances >= usize::from(module.instances()) {
        return Err(LoadError::TableFull);
    }
    Ok(data_processing)
}

/// Says why something is not done; its status.
fn refuse(error: LoadError) -> Status {
    klog::write_line(Level::Error, "lib_manager", format_args!("{error}"));
    error.status()
}
