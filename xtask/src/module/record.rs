//! Reads what a library says of itself: [`acelab_module_runtime::info`].

use acelab_module_runtime::info::{
    DATA_PROCESSING, DEPENDENCY_BYTES, EXPORT_BYTES, EXPORT_NAME_BYTES, FORMAT, HEAD_BYTES, MAGIC,
    MODULE_BYTES,
};
use anyhow::{Context as _, Result, ensure};

/// What a library says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Version of the module interface.
    pub abi: u32,
    /// Bytes of a module's table.
    pub table_bytes: u32,
    /// Its name.
    pub name: String,
    /// Major, minor, hotfix, build.
    pub version: [u16; 4],
    /// Its modules.
    pub modules: Vec<Module>,
    /// Functions for other libraries: name, and offset in the image.
    pub exports: Vec<(String, u32)>,
    /// Names of the libraries that it needs.
    pub dependencies: Vec<String>,
}

/// One module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Its name.
    pub name: String,
    /// UUID in memory order.
    pub uuid: [u8; 16],
    /// Largest number of inputs.
    pub inputs: u8,
    /// Largest number of outputs.
    pub outputs: u8,
    /// Instances may have a thread of their own.
    pub data_processing: bool,
    /// Formats of samples, a bit each.
    pub samples: u8,
    /// Most heap of an instance in bytes.
    pub heap: u32,
    /// Deepest stack of an instance in bytes.
    pub stack: u32,
    /// Where its table is in the image.
    pub table: u32,
}

impl Record {
    /// Reads the record.
    pub fn read(bytes: &[u8]) -> Result<Record> {
        let mut bytes = Bytes(bytes);
        let mut head = Bytes(bytes.take(HEAD_BYTES)?);
        ensure!(head.word()? == MAGIC, "the library's record begins wrongly");
        let format = head.word()?;
        ensure!(
            format == FORMAT,
            "the library's record has format {format}, this program reads {FORMAT}"
        );
        let (abi, table_bytes) = (head.word()?, head.word()?);
        let [modules, exports, dependencies] = [head.word()?, head.word()?, head.word()?];
        let name = head.name(8)?;
        let mut version = [0; 4];
        for part in &mut version {
            *part = u16::from_le_bytes(head.array()?);
        }
        let record = Record {
            abi,
            table_bytes,
            name,
            version,
            modules: (0..modules)
                .map(|_| Module::read(bytes.take(MODULE_BYTES)?))
                .collect::<Result<_>>()?,
            exports: (0..exports)
                .map(|_| {
                    let mut export = Bytes(bytes.take(EXPORT_BYTES)?);
                    Ok((export.name(EXPORT_NAME_BYTES)?, export.word()?))
                })
                .collect::<Result<_>>()?,
            dependencies: (0..dependencies)
                .map(|_| bytes.name(DEPENDENCY_BYTES))
                .collect::<Result<_>>()?,
        };
        ensure!(bytes.0.is_empty(), "the library's record is too long");
        Ok(record)
    }
}

impl Module {
    fn read(bytes: &[u8]) -> Result<Module> {
        let mut bytes = Bytes(bytes);
        let (name, uuid) = (bytes.name(8)?, bytes.array()?);
        let [inputs, outputs, domains, samples] = bytes.array()?;
        Ok(Module {
            name,
            uuid,
            inputs,
            outputs,
            data_processing: domains & DATA_PROCESSING != 0,
            samples,
            heap: bytes.word()?,
            stack: bytes.word()?,
            table: bytes.word()?,
        })
    }
}

/// Bytes that are read from the front.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .context("the library's record is cut off")?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        Ok(self.take(N)?.try_into()?)
    }

    fn word(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    /// A text padded with zeros.
    fn name(&mut self, bytes: usize) -> Result<String> {
        let field = self.take(bytes)?;
        let end = field.iter().position(|byte| *byte == 0);
        let text = std::str::from_utf8(&field[..end.unwrap_or(bytes)]);
        Ok(text.context("a name is no text")?.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Vec<u8> {
        let words = |words: &[u32]| -> Vec<u8> {
            words.iter().flat_map(|word| word.to_le_bytes()).collect()
        };
        let mut bytes = words(&[MAGIC, FORMAT, 0x1_0002, 36, 1, 1, 1]);
        bytes.extend(b"PAIR\0\0\0\0");
        bytes.extend([1, 0, 2, 0, 3, 0, 4, 0]);
        bytes.extend(b"ONE\0\0\0\0\0");
        bytes.extend([7; 16]);
        bytes.extend([1, 2, DATA_PROCESSING, 15]);
        bytes.extend(words(&[0x4000, 0x1000, 0x2030]));
        bytes.extend(b"next");
        bytes.extend([0; EXPORT_NAME_BYTES - 4]);
        bytes.extend(words(&[0x40]));
        bytes.extend(b"OTHERS\0\0");
        bytes
    }

    #[test]
    fn a_record_is_read_whole() {
        let record = Record::read(&record()).unwrap();
        assert_eq!((record.abi, record.table_bytes), (0x1_0002, 36));
        assert_eq!(record.name, "PAIR");
        assert_eq!(record.version, [1, 2, 3, 4]);
        assert_eq!(record.exports, [("next".to_owned(), 0x40)]);
        assert_eq!(record.dependencies, ["OTHERS"]);
        let [module] = &record.modules[..] else {
            panic!("one module");
        };
        assert_eq!((module.name.as_str(), module.uuid), ("ONE", [7; 16]));
        assert_eq!((module.inputs, module.outputs), (1, 2));
        assert!(module.data_processing);
        assert_eq!(module.samples, 15);
        assert_eq!(
            (module.heap, module.stack, module.table),
            (0x4000, 0x1000, 0x2030)
        );
    }

    #[test]
    fn a_record_that_is_cut_or_too_long_is_refused() {
        let whole = record();
        for length in 0..whole.len() {
            assert!(Record::read(&whole[..length]).is_err(), "{length}");
        }
        let mut longer = whole.clone();
        longer.push(0);
        assert!(Record::read(&longer).is_err());
        let mut other = whole;
        other[4] = 9;
        let text = Record::read(&other).unwrap_err().to_string();
        assert!(text.contains("format 9"), "{text}");
    }
}
