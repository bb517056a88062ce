//! Payloads of the base firmware's replies.

use acelab_abi::debug_ipc::{self, TestId};
use acelab_abi::ipc4::base_fw::{FwConfigTlv, HwConfigTlv, MemoryStateTlv};
use acelab_abi::ipc4::{BaseFwParam, ModuleType, Primary, Target, layout};
use acelab_abi::kernel_test::{self, KernelTest};
use acelab_abi::manifest;

use crate::case::message::Message;

/// The named values in the reply to `request`, in the order of the bytes.
/// Nothing for payloads without a known layout.
pub fn fields(request: &Message, payload: &[u8]) -> Vec<(String, String)> {
    let primary = Primary::new(request.primary);
    let large_get = Primary::request(Target::Module, ModuleType::LargeConfigGet.code());
    if primary.with_specific(0) != large_get || primary.module_id() != 0 || payload.is_empty() {
        return Vec::new();
    }
    let param = layout::LARGE_PARAM.get(request.primary, request.extension);
    let mut words = Words(payload);
    let mut fields = Fields(Vec::new());
    let complete = match u8::try_from(param).ok().and_then(BaseFwParam::from_code) {
        Some(BaseFwParam::FwConfig) => fields.tuples(words, fw_config),
        Some(BaseFwParam::HwConfig) => fields.tuples(words, hw_config),
        Some(BaseFwParam::MemoryStateInfo) => fields.tuples(words, memory_state),
        Some(BaseFwParam::ModulesInfo) => {
            let get = |field: layout::Field| field.get(request.primary, request.extension);
            match get(layout::LARGE_INIT) {
                0 => fields.more_modules(words, get(layout::LARGE_SIZE)),
                _ => fields.modules(&mut words),
            }
        }
        Some(BaseFwParam::PipelineList) => fields.list(&mut words, "pipeline"),
        Some(BaseFwParam::SchedulersInfo) => fields.schedulers(&mut words),
        Some(BaseFwParam::Test) => fields.test(request, words),
        _ => Some(()),
    };
    if complete.is_none() {
        fields.add("truncated", "yes");
    }
    fields.0
}

/// Little-endian words from the front of some bytes.
#[derive(Clone, Copy)]
struct Words<'a>(&'a [u8]);

impl<'a> Words<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    fn word(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.bytes(4)?.try_into().ok()?))
    }

    fn half(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.bytes(2)?.try_into().ok()?))
    }
}

struct Fields(Vec<(String, String)>);

/// Names and texts of a tuple's value.
type Tuple = fn(u32, &[u8]) -> Option<(String, String)>;

impl Fields {
    fn add(&mut self, name: impl Into<String>, value: impl ToString) {
        self.0.push((name.into(), value.to_string()));
    }

    fn tuples(&mut self, mut words: Words<'_>, tuple: Tuple) -> Option<()> {
        while !words.0.is_empty() {
            let kind = words.word()?;
            let length = usize::try_from(words.word()?).ok()?;
            let value = words.bytes(length)?;
            let (name, text) =
                tuple(kind, value).unwrap_or_else(|| (format!("tlv{kind}"), hex(value)));
            self.add(name, text);
        }
        Some(())
    }

    fn list(&mut self, words: &mut Words<'_>, what: &str) -> Option<()> {
        let count = words.word()?;
        self.add(format!("{what}_count"), count);
        for index in 0..count {
            let id = words.word()?;
            self.add(format!("{what}[{index}]"), id);
        }
        Some(())
    }

    fn modules(&mut self, words: &mut Words<'_>) -> Option<()> {
        let count = words.word()?;
        self.add("module_count", count);
        (0..count).try_for_each(|index| self.module(index, words))
    }

    /// A block that begins `offset` bytes behind the start of the list: the modules that are
    /// in it as a whole.
    fn more_modules(&mut self, mut words: Words<'_>, offset: u32) -> Option<()> {
        let behind_count = offset.saturating_sub(4);
        let first = behind_count.div_ceil(manifest::MODULE_BYTES);
        let rest = first * manifest::MODULE_BYTES - behind_count;
        words.bytes(rest as usize)?;
        let whole = words.0.len() as u32 / manifest::MODULE_BYTES;
        (first..first + whole).try_for_each(|index| self.module(index, &mut words))
    }

    fn module(&mut self, index: u32, words: &mut Words<'_>) -> Option<()> {
        let mut entry = Words(words.bytes(manifest::MODULE_BYTES as usize)?);
        let id = entry.word()?;
        let name = entry.bytes(8)?;
        let uuid = entry.bytes(16)?;
        self.add(format!("module[{index}].id"), id);
        self.add(
            format!("module[{index}].name"),
            String::from_utf8_lossy(name).trim_end_matches('\0'),
        );
        self.add(format!("module[{index}].uuid"), hex(uuid));
        Some(())
    }

    fn schedulers(&mut self, words: &mut Words<'_>) -> Option<()> {
        let count = words.word()?;
        self.add("scheduler_count", count);
        for index in 0..count {
            let domain = words.word()?;
            let name = match domain {
                0 => "ll".to_owned(),
                1 => "dp".to_owned(),
                other => other.to_string(),
            };
            self.add(format!("scheduler[{index}].domain"), name);
            let core = words.word()?;
            self.add(format!("scheduler[{index}].core"), core);
            let tasks = words.word()?;
            self.add(format!("scheduler[{index}].tasks"), tasks);
            for _ in 0..tasks {
                let (_id, modules) = (words.word()?, words.word()?);
                words.bytes(usize::try_from(modules).ok()?.checked_mul(4)?)?;
            }
        }
        Some(())
    }

    fn test(&mut self, request: &Message, mut words: Words<'_>) -> Option<()> {
        let at = debug_ipc::TEST_ID * 4;
        let id = request
            .payload
            .get(at..at + 4)?
            .try_into()
            .ok()
            .map(u32::from_le_bytes)?;
        let names: &[&str] = match TestId::from_code(id)? {
            TestId::Codegen => &["hash_low", "hash_high", "group_count"],
            TestId::IrqCost => &["entry_cycles", "exit_cycles", "round_trip_cycles"],
            TestId::LogCounters => &["lines_written", "lines_dropped"],
            TestId::DoorbellPing => &["rounds"],
            TestId::Kernel => {
                let at = (debug_ipc::ARGS + kernel_test::NUMBER) * 4;
                let number = request.payload.get(at..at + 4)?.try_into().ok()?;
                KernelTest::from_number(u32::from_le_bytes(number))?
                    .info()
                    .results
            }
            _ => &[],
        };
        for name in names {
            let value = words.word()?;
            self.add(*name, value);
        }
        Some(())
    }
}

fn fw_config(kind: u32, value: &[u8]) -> Option<(String, String)> {
    let tlv = FwConfigTlv::from_code(kind)?;
    let text = match tlv {
        FwConfigTlv::FwVersion => version(value)?,
        _ => number(value),
    };
    Some((tlv.name().to_ascii_lowercase(), text))
}

fn memory_state(kind: u32, value: &[u8]) -> Option<(String, String)> {
    Some((
        MemoryStateTlv::from_code(kind)?.name().to_ascii_lowercase(),
        number(value),
    ))
}

fn hw_config(kind: u32, value: &[u8]) -> Option<(String, String)> {
    Some((
        HwConfigTlv::from_code(kind)?.name().to_ascii_lowercase(),
        number(value),
    ))
}

/// Four 16-bit numbers: major, minor, hotfix, build.
fn version(value: &[u8]) -> Option<String> {
    let mut words = Words(value);
    let parts = [words.half()?, words.half()?, words.half()?, words.half()?];
    Some(parts.map(|part| part.to_string()).join("."))
}

/// One word as a number, anything else as bytes.
fn number(value: &[u8]) -> String {
    match <[u8; 4]>::try_from(value) {
        Ok(bytes) => u32::from_le_bytes(bytes).to_string(),
        Err(_) => hex(value),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::message::words;
    use proptest::prelude::*;

    fn get(param: BaseFwParam) -> Message {
        let extension = u32::from(param.code()) << 20;
        Message {
            primary: 0x4300_0000,
            extension,
            payload: Vec::new(),
            modules: Vec::new(),
        }
    }

    fn check(param: BaseFwParam, payload: &[u32], expected: &[(&str, &str)]) {
        let found = fields(&get(param), &words(payload));
        let found: Vec<_> = found
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(found, expected, "{param}");
    }

    #[test]
    fn replies_are_decoded_by_parameter() {
        check(
            BaseFwParam::HwConfig,
            &[1, 4, 5, 2, 4, 4096],
            &[("dsp_cores", "5"), ("mem_page_bytes", "4096")],
        );
        check(
            BaseFwParam::FwConfig,
            &[0, 8, 0x0002_0001, 0x0004_0003, 77, 4, 1],
            &[("fw_version", "1.2.3.4"), ("tlv77", "01000000")],
        );
        check(
            BaseFwParam::PipelineList,
            &[1, 7],
            &[("pipeline_count", "1"), ("pipeline[0]", "7")],
        );
        check(
            BaseFwParam::PipelineList,
            &[2, 7],
            &[
                ("pipeline_count", "2"),
                ("pipeline[0]", "7"),
                ("truncated", "yes"),
            ],
        );
        check(
            BaseFwParam::SchedulersInfo,
            &[1, 0, 3, 1, 0, 0],
            &[
                ("scheduler_count", "1"),
                ("scheduler[0].domain", "ll"),
                ("scheduler[0].core", "3"),
                ("scheduler[0].tasks", "1"),
            ],
        );
    }

    #[test]
    fn a_block_of_a_list_has_the_modules_that_are_whole_in_it() {
        let entry = |id: u32| {
            let mut words = vec![0; manifest::MODULE_BYTES as usize / 4];
            words[0] = id;
            words
        };
        let list: Vec<u32> = [3].into_iter().chain((7..10).flat_map(entry)).collect();
        let found = |first: u32, offset: usize, end: usize| {
            let mut request = get(BaseFwParam::ModulesInfo);
            request.extension |= first << 29 | (offset as u32 * 4);
            let all = fields(&request, &words(&list[offset..end]));
            let ids = all.into_iter().filter(|(name, _)| !name.contains(".name"));
            let ids = ids.filter(|(name, _)| !name.contains(".uuid"));
            ids.map(|(name, value)| format!("{name} {value}"))
                .collect::<Vec<_>>()
        };
        let whole = [
            "module_count 3",
            "module[0].id 7",
            "module[1].id 8",
            "module[2].id 9",
        ];
        assert_eq!(found(1, 0, list.len()), whole);
        assert_eq!(
            found(1, 0, 31),
            ["module_count 3", "module[0].id 7", "truncated yes"]
        );
        assert_eq!(found(0, 1, list.len()), whole[1..]);
        assert_eq!(found(0, 2, list.len() - 1), whole[2..3]);
        assert_eq!(found(0, list.len() - 1, list.len()), [""; 0]);
    }

    proptest! {
        #[test]
        fn any_payload_is_decoded_or_truncated(param: u8, payload in prop::collection::vec(any::<u8>(), 0..256), test in prop::collection::vec(any::<u8>(), 0..12)) {
            let request = Message { primary: 0x4300_0000, extension: u32::from(param) << 20, payload: test, modules: Vec::new() };
            let _ = fields(&request, &payload);
        }
    }
}
