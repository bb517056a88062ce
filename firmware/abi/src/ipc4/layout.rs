//! Names and bit positions of the arguments in the two message words, for
//! everything that composes or decodes a message by name.

use super::{GlobalType, ModuleType, Primary, Target};

/// Which of the two message words holds a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Word {
    /// The primary word.
    Primary,
    /// The extension word.
    Extension,
}

/// A bit field of a message word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// Name, in the spelling of case files.
    pub name: &'static str,
    /// The word that holds it.
    pub word: Word,
    /// Lowest bit.
    pub shift: u8,
    /// Number of bits, 1..=30.
    pub width: u8,
}

impl Field {
    const fn primary(name: &'static str, shift: u8, width: u8) -> Self {
        Self {
            name,
            word: Word::Primary,
            shift,
            width,
        }
    }

    const fn extension(name: &'static str, shift: u8, width: u8) -> Self {
        Self {
            name,
            word: Word::Extension,
            shift,
            width,
        }
    }

    /// The largest value that fits.
    #[must_use]
    pub const fn max(self) -> u32 {
        (1 << self.width) - 1
    }

    /// The field of `primary` or `extension`.
    #[must_use]
    pub const fn get(self, primary: u32, extension: u32) -> u32 {
        let word = match self.word {
            Word::Primary => primary,
            Word::Extension => extension,
        };
        word >> self.shift & self.max()
    }

    /// Writes `value` into its word; false, and nothing written, when it does
    /// not fit.
    #[must_use]
    pub fn set(self, primary: &mut u32, extension: &mut u32, value: u32) -> bool {
        if value > self.max() {
            return false;
        }
        let word = match self.word {
            Word::Primary => primary,
            Word::Extension => extension,
        };
        *word = *word & !(self.max() << self.shift) | value << self.shift;
        true
    }
}

/// A request the host can send, with its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Name, in the spelling of case files.
    pub name: &'static str,
    /// Who it is for.
    pub target: Target,
    /// Message type.
    pub kind: u8,
    /// Its fields, in the order of the words.
    pub fields: &'static [Field],
}

impl Message {
    /// The primary word without any argument.
    #[must_use]
    pub const fn header(&self) -> Primary {
        Primary::request(self.target, self.kind)
    }

    /// The field with this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Field> {
        self.fields.iter().copied().find(|field| field.name == name)
    }

    /// The message with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        MESSAGES.iter().find(|message| message.name == name)
    }

    /// The message a primary word belongs to, when its type is described here.
    #[must_use]
    pub fn of(primary: Primary) -> Option<&'static Self> {
        MESSAGES
            .iter()
            .find(|message| message.target == primary.target() && message.kind == primary.kind())
    }
}

/// Pages of memory the pipeline asks for.
pub const PPL_MEM_SIZE: Field = Field::primary("mem_size", 0, 11);
/// Priority of a pipeline, 0..=7 by convention.
pub const PPL_PRIORITY: Field = Field::primary("priority", 11, 5);
/// Pipeline id.
pub const PPL_ID: Field = Field::primary("id", 16, 8);
/// Low-power flag of a pipeline.
pub const PPL_LP: Field = Field::extension("lp", 0, 1);
/// Attributes of a pipeline.
pub const PPL_ATTRIBUTES: Field = Field::extension("attributes", 4, 16);
/// Core of a pipeline.
pub const PPL_CORE: Field = Field::extension("core", 20, 4);
/// The pipeline has a payload.
pub const PPL_HAS_PAYLOAD: Field = Field::extension("payload", 29, 1);
/// State to set.
pub const PPL_STATE: Field = Field::primary("state", 0, 16);
/// The payload lists the pipelines.
pub const PPL_MULTI: Field = Field::extension("multi", 0, 1);
/// Start or stop the listed pipelines at the same time.
pub const PPL_SYNC: Field = Field::extension("sync", 1, 1);

/// Host DMA of a chain.
pub const CHAIN_HOST: Field = Field::primary("host_dma", 0, 5);
/// Link DMA of a chain.
pub const CHAIN_LINK: Field = Field::primary("link_dma", 8, 5);
/// The chain is to exist.
pub const CHAIN_ALLOCATE: Field = Field::primary("allocate", 16, 1);
/// The chain is to run.
pub const CHAIN_ENABLE: Field = Field::primary("enable", 17, 1);
/// Samples of a chain have containers of 16 bits.
pub const CHAIN_SCS: Field = Field::primary("scs", 18, 1);
/// Bytes of a chain's buffers.
pub const CHAIN_FIFO: Field = Field::extension("fifo_size", 0, 24);

/// Module id.
pub const MODULE: Field = Field::primary("module", 0, 16);
/// Instance id of a module.
pub const INSTANCE: Field = Field::primary("instance", 16, 8);
/// Channel of the host DMA that a library comes by.
pub const LIBRARY_DMA: Field = Field::primary("dma", 0, 5);
/// Id that a library is to have.
pub const LIBRARY_ID: Field = Field::primary("library", 16, 4);
/// Where a library lies in its file; not used here.
pub const LIBRARY_OFFSET: Field = Field::extension("load_offset", 0, 30);
/// Length of the INIT_INSTANCE payload in 32-bit words.
pub const INIT_PARAM_WORDS: Field = Field::extension("param_words", 0, 16);
/// Pipeline of a new instance; 0xFF for none.
pub const INIT_PPL: Field = Field::extension("pipeline", 16, 8);
/// Core of a new instance.
pub const INIT_CORE: Field = Field::extension("core", 24, 4);
/// Processing domain: 0 low latency, 1 data processing.
pub const INIT_DOMAIN: Field = Field::extension("domain", 28, 1);
/// The payload starts with the extended header.
pub const INIT_EXTENDED: Field = Field::extension("extended", 29, 1);
/// Data of CONFIG_SET.
pub const CONFIG_DATA: Field = Field::extension("data", 0, 16);
/// Parameter of CONFIG_GET and CONFIG_SET.
pub const CONFIG_PARAM: Field = Field::extension("param", 16, 14);
/// Size or offset of a LARGE_CONFIG block.
pub const LARGE_SIZE: Field = Field::extension("size", 0, 20);
/// Parameter of LARGE_CONFIG.
pub const LARGE_PARAM: Field = Field::extension("param", 20, 8);
/// Last block of a LARGE_CONFIG transfer.
pub const LARGE_FINAL: Field = Field::extension("final", 28, 1);
/// First block of a LARGE_CONFIG transfer.
pub const LARGE_INIT: Field = Field::extension("init", 29, 1);
/// Module at the sink end of a binding.
pub const BIND_DST_MODULE: Field = Field::extension("dst_module", 0, 16);
/// Instance at the sink end of a binding.
pub const BIND_DST_INSTANCE: Field = Field::extension("dst_instance", 16, 8);
/// Input queue at the sink end of a binding.
pub const BIND_DST_QUEUE: Field = Field::extension("dst_queue", 24, 3);
/// Output queue at the source end of a binding.
pub const BIND_SRC_QUEUE: Field = Field::extension("src_queue", 27, 3);

const MODULE_FIELDS: &[Field] = &[MODULE, INSTANCE];
const LARGE_FIELDS: &[Field] = &[
    MODULE,
    INSTANCE,
    LARGE_SIZE,
    LARGE_PARAM,
    LARGE_FINAL,
    LARGE_INIT,
];
const BIND_FIELDS: &[Field] = &[
    MODULE,
    INSTANCE,
    BIND_DST_MODULE,
    BIND_DST_INSTANCE,
    BIND_DST_QUEUE,
    BIND_SRC_QUEUE,
];

const fn global(name: &'static str, kind: GlobalType, fields: &'static [Field]) -> Message {
    Message {
        name,
        target: Target::Global,
        kind: kind.code(),
        fields,
    }
}

const fn module(name: &'static str, kind: ModuleType, fields: &'static [Field]) -> Message {
    Message {
        name,
        target: Target::Module,
        kind: kind.code(),
        fields,
    }
}

/// Every request whose arguments are described.
pub const MESSAGES: &[Message] = &[
    global(
        "create_pipeline",
        GlobalType::CreatePipeline,
        &[
            PPL_MEM_SIZE,
            PPL_PRIORITY,
            PPL_ID,
            PPL_LP,
            PPL_ATTRIBUTES,
            PPL_CORE,
            PPL_HAS_PAYLOAD,
        ],
    ),
    global("delete_pipeline", GlobalType::DeletePipeline, &[PPL_ID]),
    global(
        "set_pipeline_state",
        GlobalType::SetPipelineState,
        &[PPL_STATE, PPL_ID, PPL_MULTI, PPL_SYNC],
    ),
    global(
        "get_pipeline_state",
        GlobalType::GetPipelineState,
        &[PPL_ID],
    ),
    global(
        "chain_dma",
        GlobalType::ChainDma,
        &[
            CHAIN_HOST,
            CHAIN_LINK,
            CHAIN_ALLOCATE,
            CHAIN_ENABLE,
            CHAIN_SCS,
            CHAIN_FIFO,
        ],
    ),
    global(
        "load_library",
        GlobalType::LoadLibrary,
        &[LIBRARY_DMA, LIBRARY_ID, LIBRARY_OFFSET],
    ),
    global(
        "load_library_prepare",
        GlobalType::LoadLibraryPrepare,
        &[LIBRARY_DMA, LIBRARY_ID, LIBRARY_OFFSET],
    ),
    module(
        "init_instance",
        ModuleType::InitInstance,
        &[
            MODULE,
            INSTANCE,
            INIT_PARAM_WORDS,
            INIT_PPL,
            INIT_CORE,
            INIT_DOMAIN,
            INIT_EXTENDED,
        ],
    ),
    module(
        "config_get",
        ModuleType::ConfigGet,
        &[MODULE, INSTANCE, CONFIG_PARAM],
    ),
    module(
        "config_set",
        ModuleType::ConfigSet,
        &[MODULE, INSTANCE, CONFIG_DATA, CONFIG_PARAM],
    ),
    module("large_config_get", ModuleType::LargeConfigGet, LARGE_FIELDS),
    module("large_config_set", ModuleType::LargeConfigSet, LARGE_FIELDS),
    module("bind", ModuleType::Bind, BIND_FIELDS),
    module("unbind", ModuleType::Unbind, BIND_FIELDS),
    module("set_dx", ModuleType::SetDx, MODULE_FIELDS),
    module(
        "set_d0ix",
        ModuleType::SetD0ix,
        &[
            MODULE,
            INSTANCE,
            Field::extension("wake", 0, 1),
            Field::extension("streaming", 1, 1),
            Field::extension("prevent_power_gating", 2, 1),
            Field::extension("prevent_clock_gating", 3, 1),
        ],
    ),
    module("delete_instance", ModuleType::DeleteInstance, MODULE_FIELDS),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_a_message_do_not_overlap_and_leave_the_header_alone() {
        for message in MESSAGES {
            let mut used = [0xFF00_0000u32, 0xC000_0000];
            for field in message.fields {
                let bits = field.max() << field.shift;
                let word = match field.word {
                    Word::Primary => 0,
                    Word::Extension => 1,
                };
                assert_eq!(used[word] & bits, 0, "{}.{}", message.name, field.name);
                used[word] |= bits;
            }
        }
    }

    #[test]
    fn create_pipeline_on_core_1_by_name() {
        let message = Message::by_name("create_pipeline").unwrap();
        let (mut primary, mut extension) = (message.header().word(), 0);
        assert!(
            message
                .field("id")
                .unwrap()
                .set(&mut primary, &mut extension, 7)
        );
        assert!(
            message
                .field("core")
                .unwrap()
                .set(&mut primary, &mut extension, 1)
        );
        assert_eq!((primary, extension), (0x1107_0000, 0x0010_0000));
        assert_eq!(PPL_CORE.get(primary, extension), 1);
        assert_eq!(Message::of(Primary::new(primary)), Some(message));
    }

    #[test]
    fn a_value_that_does_not_fit_is_refused() {
        let (mut primary, mut extension) = (0, 0);
        assert!(!PPL_ID.set(&mut primary, &mut extension, 256));
        assert_eq!(primary, 0);
    }
}
