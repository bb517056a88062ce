//! The object table against a list.

use std::vec::Vec;

use acelab_abi::object::{Handle, MAX_OBJECTS};
use acelab_abi::syscall::SysError;
use proptest::prelude::*;

use super::{DOMAIN_QUOTA, Object, ObjectId, Objects};
use crate::ids::{DomainId, RESERVED_OBJECTS, ThreadId};
use crate::sync::{EventFlags, Mutex};

#[derive(Debug, Clone)]
enum Step {
    /// So many objects for a thread, in a domain or none.
    Create(usize, usize, Option<usize>),
    Remove(usize),
    Detach(usize),
    Permit(usize, usize),
    Forget(usize),
    /// A word that was a handle once, with some bits changed.
    Find(usize, u32),
}

fn step() -> impl Strategy<Value = Step> {
    let domain = prop::option::of(0usize..2);
    let flip = prop_oneof![Just(0u32), Just(0x100), Just(1), any::<u32>()];
    prop_oneof![
        4 => (1usize..60, 0usize..4, domain).prop_map(|(n, t, d)| Step::Create(n, t, d)),
        6 => any::<usize>().prop_map(Step::Remove),
        2 => any::<usize>().prop_map(Step::Detach),
        2 => (any::<usize>(), 0usize..4).prop_map(|(n, t)| Step::Permit(n, t)),
        1 => (0usize..4).prop_map(Step::Forget),
        4 => (any::<usize>(), flip).prop_map(|(n, bits)| Step::Find(n, bits)),
    ]
}

struct Known {
    id: ObjectId,
    handle: u32,
    owner: Option<ThreadId>,
    domain: Option<DomainId>,
    permitted: Vec<ThreadId>,
}

#[derive(Default)]
struct Model {
    live: Vec<Known>,
    /// Every handle there ever was.
    handles: Vec<u32>,
}

impl Model {
    fn pick(&self, random: usize) -> Option<usize> {
        (!self.live.is_empty()).then(|| random % self.live.len())
    }

    fn used(&self, domain: DomainId) -> u32 {
        let owned = self
            .live
            .iter()
            .filter(|known| known.domain == Some(domain));
        owned.count() as u32
    }

    fn find(&self, word: u32) -> Result<ObjectId, SysError> {
        let found = self.live.iter().find(|known| known.handle == word);
        found.map(|known| known.id).ok_or(SysError::BadHandle)
    }
}

fn thread(index: usize) -> ThreadId {
    ThreadId::new(index).unwrap()
}

fn create(objects: &mut Objects, model: &mut Model, owner: ThreadId, domain: Option<DomainId>) {
    let object = if model.live.len().is_multiple_of(2) {
        Object::Event(EventFlags::NEW)
    } else {
        Object::Mutex(Mutex::NEW)
    };
    let full = match domain {
        None => model.live.len() == MAX_OBJECTS,
        Some(domain) => {
            model.used(domain) == DOMAIN_QUOTA || model.live.len() >= MAX_OBJECTS - RESERVED_OBJECTS
        }
    };
    let created = objects.create(object, Some(owner), domain);
    assert_eq!(created.is_err(), full);
    let Ok(id) = created else {
        return;
    };
    let handle = objects.handle(id);
    assert!(!model.handles.contains(&handle), "no handle comes twice");
    assert!(model.live.iter().all(|known| known.id != id));
    model.handles.push(handle);
    model.live.push(Known {
        id,
        handle,
        owner: Some(owner),
        domain,
        permitted: std::vec![owner],
    });
}

fn compare(objects: &Objects, model: &Model) {
    assert_eq!(objects.len() as usize, model.live.len());
    for known in &model.live {
        let entry = objects.get(known.id);
        assert_eq!(objects.find(known.handle), Ok(known.id));
        assert_eq!(entry.owner, known.owner);
        let mut permitted = known.permitted.clone();
        permitted.sort();
        permitted.dedup();
        assert_eq!(entry.permitted.into_iter().collect::<Vec<_>>(), permitted);
    }
    for domain in [0, 1].map(|index| DomainId::new(index).unwrap()) {
        assert_eq!(objects.quota_used(domain), model.used(domain));
    }
}

proptest! {
    #[test]
    fn behaves_like_a_list(steps in prop::collection::vec(step(), 0..100)) {
        let mut objects = Objects::new();
        let mut model = Model::default();
        let mut most = 0;
        for step in steps {
            match step {
                Step::Create(count, owner, domain) => {
                    for _ in 0..count {
                        let domain = domain.and_then(DomainId::new);
                        create(&mut objects, &mut model, thread(owner), domain);
                    }
                }
                Step::Remove(random) => {
                    if let Some(index) = model.pick(random) {
                        objects.remove(model.live.swap_remove(index).id);
                    }
                }
                Step::Detach(random) => {
                    if let Some(index) = model.pick(random) {
                        let known = &mut model.live[index];
                        objects.detach(known.id);
                        (known.owner, known.domain) = (None, None);
                    }
                }
                Step::Permit(random, to) => {
                    if let Some(index) = model.pick(random) {
                        let known = &mut model.live[index];
                        objects.get_mut(known.id).permitted.insert(thread(to));
                        known.permitted.push(thread(to));
                    }
                }
                Step::Forget(gone) => {
                    objects.forget_thread(thread(gone));
                    for known in &mut model.live {
                        known.permitted.retain(|other| *other != thread(gone));
                    }
                }
                Step::Find(random, bits) => {
                    let old = model.handles.get(random % model.handles.len().max(1));
                    let word = old.copied().unwrap_or(Handle::NONE) ^ bits;
                    prop_assert_eq!(objects.find(word), model.find(word));
                }
            }
            most = most.max(objects.len());
            prop_assert!(objects.high_water() >= most);
            compare(&objects, &model);
        }
    }
}
