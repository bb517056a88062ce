//! Library files of any size, with any number of relocations.

use acelab_abi::memory::PAGE_SIZE;
use acelab_library::format::{Abi, Rights};
use acelab_library::write::{Image, Library, Loadable, Module, Role, Segment, WriteError};

/// A library of one module that nobody calls: `data_pages` of data, of which the
/// first words, as many as `relocations`, depend on where the library lies.
pub fn file(abi: Abi, data_pages: u32, relocations: u32) -> Result<Vec<u8>, WriteError> {
    let page = |index| index * PAGE_SIZE;
    let segment = |rights, first, pages| Segment {
        rights,
        offset: page(first),
        memory_bytes: page(pages),
        bytes: vec![0; page(pages) as usize],
    };
    let data = 2;
    let role = Role::Loadable(Loadable {
        kind: 0,
        table: page(1),
        low_latency: true,
        data_processing: false,
        affinity: 1,
        instances: 1,
        inputs: 1,
        outputs: 1,
        stack_bytes: PAGE_SIZE,
        heap_bytes: PAGE_SIZE,
        formats: 1,
    });
    let module = Module {
        name: "BENCH".to_owned(),
        uuid: *b"module of abench",
        role,
        image: 0,
    };
    let image = Image {
        segments: vec![
            segment(Rights::ReadExecute, 0, 1),
            segment(Rights::Read, 1, 1),
            segment(Rights::ReadWrite, data, data_pages),
        ],
        relocations: (0..relocations).map(|word| page(data) + 4 * word).collect(),
        ..Image::default()
    };
    let library = Library {
        name: "BENCH".to_owned(),
        version: [1, 0, 0, 0],
        abi,
        build_id: *b"build of a bench",
        modules: vec![module],
        images: vec![image],
        signature: None,
    };
    library.to_bytes()
}

#[cfg(test)]
mod tests {
    use acelab_abi::manifest::TABLE_BYTES;

    use super::super::load::relocations_of;
    use super::*;

    const ABI: Abi = Abi {
        version: 0x1_0000,
        table_bytes: TABLE_BYTES,
    };

    #[test]
    fn pages_of_relocations_take_the_place_of_pages_of_data() {
        let plain = file(ABI, 10, 0).expect("a good library");
        let linked = file(ABI, 8, 2 * PAGE_SIZE / 4).expect("a good library");
        assert_eq!(plain.len(), linked.len());
        assert_eq!(relocations_of(&plain), 0);
        assert_eq!(relocations_of(&linked), 2048);
    }
}
