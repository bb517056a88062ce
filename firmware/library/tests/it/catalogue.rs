//! Orders to memory, and failures at each of them.

use acelab_abi::core_id::CoreId;
use acelab_library::catalogue::{
    Catalogue, DIRECTORY_WORDS, Directory, Domain, DpSlot, ImageId, Images, InstanceKey, LibraryId,
    Placement, RemoveError,
};
use acelab_library::fuzz::sample::{self, ABI};
use acelab_library::write::Library;
use acelab_library::{LoadError, Manifest};

use crate::reading::words;

/// Writes down what it is told, and fails when it is told so.
#[derive(Default)]
struct Log {
    lines: Vec<String>,
    fails_at: Option<usize>,
}

impl Log {
    fn write(&mut self, what: &str, place: &Placement, domain: Option<Domain>) {
        let library = place.id.library.number();
        let domain = match domain {
            Some(Domain::Ll(core)) => format!(" core{}", core.get()),
            Some(Domain::Dp(slot)) => format!(" dp{}", slot.number()),
            None => String::new(),
        };
        self.lines.push(format!("{what} {library}{domain}"));
    }

    fn may_fail(&self) -> Result<(), LoadError> {
        match self.fails_at == Some(self.lines.len()) {
            true => Err(LoadError::NoPages),
            false => Ok(()),
        }
    }

    fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }
}

impl Images for Log {
    fn bind(&mut self, image: &Placement, dependencies: &[Placement]) -> Result<(), LoadError> {
        let to = dependencies.iter().map(|place| place.id.library.number());
        let to: Vec<_> = to.map(|number| number.to_string()).collect();
        self.write(&format!("bind({})", to.join(",")), image, None);
        Ok(())
    }

    fn copy(&mut self, image: &Placement) -> Result<(), LoadError> {
        self.may_fail()?;
        self.write("copy", image, None);
        Ok(())
    }

    fn map(&mut self, image: &Placement, domain: Domain) -> Result<(), LoadError> {
        self.may_fail()?;
        self.write("map", image, Some(domain));
        Ok(())
    }

    fn unmap(&mut self, image: &Placement, domain: Domain) {
        self.write("unmap", image, Some(domain));
    }

    fn free(&mut self, image: &Placement) {
        self.write("free", image, None);
    }
}

const CORE0: Domain = Domain::Ll(CoreId::ALL[0]);
const CORE1: Domain = Domain::Ll(CoreId::ALL[1]);

fn dp(slot: u8) -> Domain {
    Domain::Dp(DpSlot::new(slot).unwrap())
}

fn image(library: u32) -> ImageId {
    let library = LibraryId::new(library).unwrap();
    ImageId { library, image: 0 }
}

fn load(
    catalogue: &mut Catalogue,
    log: &mut Log,
    id: u32,
    library: &Library,
) -> Result<(), LoadError> {
    let file = words(library);
    let manifest = Manifest::parse(&file, ABI).unwrap();
    let id = catalogue.admit(id)?;
    let reservation = catalogue.reserve(id, &manifest)?;
    catalogue.commit(reservation, log)
}

/// Library 1 depends on 2, which depends on 3.
fn chain() -> (Catalogue, Log) {
    let (mut catalogue, mut log) = (Catalogue::new(), Log::default());
    let libraries = [
        (3, sample::auxiliary("BASE", "sine", &[])),
        (2, sample::auxiliary("CURVES", "curve", &["BASE"])),
        (1, sample::dependent("curve", &["CURVES"])),
    ];
    for (id, library) in libraries {
        load(&mut catalogue, &mut log, id, &library).unwrap();
    }
    assert_eq!(log.take(), ["bind() 3", "bind(3) 2", "bind(2) 1"]);
    (catalogue, log)
}

#[test]
fn dependencies_come_first_and_go_last() {
    let (mut catalogue, mut log) = chain();
    let key = InstanceKey(1);
    let place = catalogue.acquire(key, image(1), CORE0, &mut log).unwrap();
    assert_eq!(place, catalogue.placement(image(1)).unwrap());
    let up = [
        "copy 3",
        "map 3 core0",
        "copy 2",
        "map 2 core0",
        "copy 1",
        "map 1 core0",
    ];
    assert_eq!(log.take(), up);
    assert!(catalogue.release(key, &mut log));
    let down = [
        "unmap 1 core0",
        "free 1",
        "unmap 2 core0",
        "free 2",
        "unmap 3 core0",
        "free 3",
    ];
    assert_eq!(log.take(), down);
    assert!(!catalogue.release(key, &mut log));
}

#[test]
fn text_is_copied_once_and_mapped_once_for_each_domain() {
    let (mut catalogue, mut log) = (Catalogue::new(), Log::default());
    load(&mut catalogue, &mut log, 1, &sample::library()).unwrap();
    let domains = [CORE0, CORE0, CORE1, dp(0)];
    for (key, domain) in (0..).map(InstanceKey).zip(domains) {
        catalogue.acquire(key, image(1), domain, &mut log).unwrap();
    }
    assert_eq!(
        log.take(),
        [
            "bind() 1",
            "copy 1",
            "map 1 core0",
            "map 1 core1",
            "map 1 dp0"
        ]
    );
    assert_eq!(catalogue.users(image(1), CORE0), 2);
    for key in (0..4).map(InstanceKey) {
        catalogue.release(key, &mut log);
    }
    assert_eq!(
        log.take(),
        ["unmap 1 core0", "unmap 1 core1", "unmap 1 dp0", "free 1"]
    );
}

#[test]
fn a_failure_at_any_point_leaves_nothing() {
    for point in 0..6 {
        let (mut catalogue, mut log) = chain();
        log.fails_at = Some(point);
        let result = catalogue.acquire(InstanceKey(1), image(1), CORE0, &mut log);
        assert_eq!(result, Err(LoadError::NoPages));
        let lines = log.take();
        let (done, undone) = lines.split_at(point);
        let count =
            |lines: &[String], what: &str| lines.iter().filter(|l| l.starts_with(what)).count();
        assert_eq!(count(done, "map"), count(undone, "unmap"), "{lines:?}");
        assert_eq!(count(done, "copy"), count(undone, "free"), "{lines:?}");
        assert_eq!(catalogue.instances().count(), 0);
        for library in 1..4 {
            assert_eq!(catalogue.users(image(library), CORE0), 0);
        }
        log.fails_at = None;
        catalogue
            .acquire(InstanceKey(1), image(1), CORE0, &mut log)
            .unwrap();
    }
}

#[test]
fn a_library_in_use_stays_and_what_it_needs_too() {
    let (mut catalogue, mut log) = chain();
    catalogue
        .acquire(InstanceKey(1), image(1), CORE0, &mut log)
        .unwrap();
    for id in 1..4 {
        let id = LibraryId::new(id).unwrap();
        assert_eq!(catalogue.remove(id), Err(RemoveError::Busy));
    }
    catalogue.release_domain(CORE0, &mut log);
    let base = LibraryId::new(3).unwrap();
    catalogue.remove(base).unwrap();
    assert_eq!(catalogue.remove(base), Err(RemoveError::Unknown));
    log.take();
    // What was bound to it is bound anew, or not at all.
    let result = catalogue.acquire(InstanceKey(1), image(1), CORE0, &mut log);
    assert_eq!(
        result.unwrap_err().to_string(),
        "Unmet dependency: cannot find dependency BASE"
    );
    load(
        &mut catalogue,
        &mut log,
        5,
        &sample::auxiliary("BASE", "sine", &[]),
    )
    .unwrap();
    catalogue
        .acquire(InstanceKey(1), image(1), CORE0, &mut log)
        .unwrap();
    assert_eq!(log.take()[..3], ["bind() 5", "bind(5) 2", "copy 5"]);
}

#[test]
fn a_new_version_is_for_who_comes_later() {
    let (mut catalogue, mut log) = chain();
    catalogue
        .acquire(InstanceKey(1), image(1), CORE0, &mut log)
        .unwrap();
    load(
        &mut catalogue,
        &mut log,
        7,
        &sample::auxiliary("CURVES", "curve", &["BASE"]),
    )
    .unwrap();
    log.take();
    load(
        &mut catalogue,
        &mut log,
        8,
        &sample::dependent("curve", &["CURVES"]),
    )
    .unwrap();
    assert_eq!(log.take(), ["bind(7) 8"]);
    catalogue
        .acquire(InstanceKey(8), image(8), CORE0, &mut log)
        .unwrap();
    assert_eq!(
        log.take(),
        ["copy 7", "map 7 core0", "copy 8", "map 8 core0"]
    );
    catalogue.release(InstanceKey(1), &mut log);
    assert_eq!(
        log.take(),
        ["unmap 1 core0", "free 1", "unmap 2 core0", "free 2"]
    );
    catalogue.remove(LibraryId::new(2).unwrap()).unwrap();
}

#[test]
fn dependencies_in_a_circle_are_refused() {
    let (mut catalogue, mut log) = (Catalogue::new(), Log::default());
    load(
        &mut catalogue,
        &mut log,
        1,
        &sample::auxiliary("A", "a", &["B"]),
    )
    .unwrap();
    load(
        &mut catalogue,
        &mut log,
        2,
        &sample::auxiliary("B", "b", &["C"]),
    )
    .unwrap();
    let result = load(
        &mut catalogue,
        &mut log,
        3,
        &sample::auxiliary("C", "c", &["A"]),
    );
    assert!(matches!(result, Err(LoadError::CyclicDependency(_))));
    let result = load(
        &mut catalogue,
        &mut log,
        3,
        &sample::auxiliary("S", "s", &["S"]),
    );
    assert_eq!(result.unwrap_err().to_string(), "cyclic dependency: S");
    assert_eq!(catalogue.libraries().count(), 2);
    load(
        &mut catalogue,
        &mut log,
        3,
        &sample::auxiliary("C", "c", &[]),
    )
    .unwrap();
}

#[test]
fn the_store_and_the_window_fill_up() {
    let (mut catalogue, mut log) = (Catalogue::new(), Log::default());
    let mut large = sample::library();
    large.images[0].segments[2].memory_bytes = 60 << 12;
    for id in 1..4 {
        load(&mut catalogue, &mut log, id, &large).unwrap();
    }
    let result = load(&mut catalogue, &mut log, 4, &large);
    assert_eq!(result, Err(LoadError::WindowFull(62)));
    catalogue.remove(LibraryId::new(2).unwrap()).unwrap();
    load(&mut catalogue, &mut log, 4, &large).unwrap();
    let mut heavy = sample::library();
    heavy.images[0].segments[0].bytes = vec![0; 12];
    heavy.images[0].segments[2].bytes = vec![0; 190 << 12];
    heavy.images[0].segments[2].memory_bytes = 190 << 12;
    heavy.images[0].relocations.clear();
    heavy.images[0].imports.clear();
    let mut catalogue = Catalogue::new();
    load(&mut catalogue, &mut log, 1, &sample::library()).unwrap();
    load(&mut catalogue, &mut log, 2, &sample::library()).unwrap();
    load(&mut catalogue, &mut log, 3, &heavy).unwrap();
    let full = load(&mut catalogue, &mut log, 4, &heavy);
    assert_eq!(full, Err(LoadError::WindowFull(192)));
    assert_eq!(
        load(&mut catalogue, &mut log, 3, &heavy),
        Err(LoadError::Loaded(3))
    );
}

#[test]
fn a_directory_brings_back_places_in_the_order_of_loading() {
    let (mut catalogue, mut log) = chain();
    load(&mut catalogue, &mut log, 9, &sample::library()).unwrap();
    catalogue.remove(LibraryId::new(3).unwrap()).unwrap();
    load(
        &mut catalogue,
        &mut log,
        3,
        &sample::auxiliary("BASE", "sine", &[]),
    )
    .unwrap();
    let mut page = [0; DIRECTORY_WORDS];
    catalogue.save(&mut page);
    let entries: Vec<_> = Directory::read(&page).unwrap().entries().collect();
    let ids: Vec<_> = entries.iter().map(|entry| entry.id().number()).collect();
    assert_eq!(ids, [2, 1, 9, 3]);
    for entry in &entries {
        let id = ImageId {
            library: entry.id(),
            image: 0,
        };
        let place = catalogue.placement(id).unwrap();
        assert_eq!(
            (entry.base(0), entry.store()),
            (Some(place.base()), place.store.pages)
        );
        assert_eq!(entry.base(1), None);
    }
    page[4] += 1;
    assert!(Directory::read(&page).is_none());
    assert!(!Directory::is_blank(&page));
    let blank = [0; DIRECTORY_WORDS];
    assert!(Directory::read(&blank).is_none() && Directory::is_blank(&blank));
}

#[test]
fn a_place_that_is_taken_is_not_given_again() {
    let (mut catalogue, mut log) = chain();
    let mut page = [0; DIRECTORY_WORDS];
    catalogue.save(&mut page);
    let entry = Directory::read(&page).unwrap().entries().next().unwrap();
    let file = words(&sample::library());
    let manifest = Manifest::parse(&file, ABI).unwrap();
    let taken = catalogue.reserve_at(&entry, &manifest);
    assert!(matches!(taken, Err(LoadError::StoreFull(_))));
    catalogue.remove(entry.id()).unwrap();
    let kept = catalogue.reserve_at(&entry, &manifest).unwrap();
    catalogue.commit(kept, &mut log).unwrap();
}

#[test]
fn a_library_takes_its_own_auxiliary_module_before_a_newer_one() {
    let (mut catalogue, mut log) = (Catalogue::new(), Log::default());
    let mut library = sample::dependent("curve", &["CURVES", "BASE"]);
    let own = sample::auxiliary("CURVES", "curve", &[]);
    library.modules.extend(own.modules);
    library.modules[1].image = 1;
    library.images.extend(own.images);
    load(&mut catalogue, &mut log, 1, &library).unwrap();
    let newer = sample::auxiliary("CURVES", "curve", &[]);
    load(&mut catalogue, &mut log, 5, &newer).unwrap();
    let base = sample::auxiliary("BASE", "sine", &[]);
    load(&mut catalogue, &mut log, 6, &base).unwrap();
    log.take();
    catalogue
        .acquire(InstanceKey(1), image(1), CORE0, &mut log)
        .unwrap();
    assert_eq!(log.take()[0], "bind(1,6) 1");
}

#[test]
fn behind_each_image_a_page_of_the_window_stays_free() {
    let (mut catalogue, mut log) = (Catalogue::new(), Log::default());
    for id in 1..4 {
        load(&mut catalogue, &mut log, id, &sample::library()).unwrap();
    }
    let starts: Vec<_> = catalogue.placements().map(|p| p.window.start).collect();
    assert_eq!(starts, [0, 4, 8]);
}
