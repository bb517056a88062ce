//! Collections of the standard library, on the heap.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use alloc::format;
use alloc::rc::{Rc, Weak};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;

use crate::Group;
use crate::group::{Run, group};

fn vectors(run: &mut Run) {
    let Run { inputs, hash } = run;
    let mut numbers = Vec::new();
    for _ in 0..300 {
        match inputs.below(8) {
            0 if !numbers.is_empty() => {
                let at = inputs.below(numbers.len() as u32) as usize;
                hash.put(numbers.remove(at));
            }
            1 => numbers.truncate(inputs.below(40) as usize),
            2 => numbers.retain(|number| number % 5 != 0),
            3 => numbers.dedup_by_key(|number| *number / 8),
            4 => numbers.extend_from_within(..numbers.len().min(9)),
            _ => numbers.insert(
                inputs.below(numbers.len() as u32 + 1) as usize,
                inputs.value::<u64>(),
            ),
        }
        hash.put(numbers.len());
    }
    numbers.sort();
    numbers.sort_by_key(|number| number % 13);
    numbers
        .drain(..numbers.len() / 2)
        .for_each(|number| hash.put(number));
    numbers.iter().for_each(|number| hash.put(*number));
}

fn maps(run: &mut Run) {
    let Run { inputs, hash } = run;
    let mut map = BTreeMap::new();
    let mut set = BTreeSet::new();
    for _ in 0..250 {
        let key = inputs.below(120);
        if inputs.below(3) == 0 {
            hash.maybe(map.remove(&key));
        } else {
            *map.entry(key).or_insert(0u64) += inputs.next() >> 32;
        }
        set.insert((key % 17, key / 17));
        hash.maybe(map.range(key..).next().map(|(key, _)| *key));
    }
    map.iter()
        .for_each(|(key, value)| hash.put(u64::from(*key) << 48 ^ value));
    set.iter().rev().for_each(|(a, b)| hash.put(a << 8 | b));
}

fn queues(run: &mut Run) {
    let Run { inputs, hash } = run;
    let (mut queue, mut heap) = (VecDeque::new(), BinaryHeap::new());
    for _ in 0..300 {
        let value = inputs.value::<i32>();
        match inputs.below(5) {
            0 => hash.maybe(queue.pop_front()),
            1 => queue.push_front(value),
            2 => hash.maybe(heap.pop().map(|(key, _): (i16, i32)| key)),
            _ => {
                queue.push_back(value);
                heap.push((value as i16, value));
            }
        }
    }
    queue.make_contiguous().sort_unstable();
    queue.into_iter().for_each(|value| hash.put(value));
    heap.into_sorted_vec()
        .into_iter()
        .for_each(|(_, value)| hash.put(value));
}

#[derive(Debug, Default)]
struct Node {
    value: u32,
    parent: RefCell<Weak<Node>>,
    children: RefCell<Vec<Rc<Node>>>,
}

fn trees(run: &mut Run) {
    let Run { inputs, hash } = run;
    let root = Rc::new(Node::default());
    let mut all = alloc::vec![Rc::clone(&root)];
    for value in 1..80 {
        let parent = Rc::clone(&all[inputs.below(all.len() as u32) as usize]);
        let child = Rc::new(Node {
            value,
            ..Node::default()
        });
        *child.parent.borrow_mut() = Rc::downgrade(&parent);
        parent.children.borrow_mut().push(Rc::clone(&child));
        all.push(child);
    }
    for node in &all {
        let mut depth = 0u32;
        let mut up = node.parent.borrow().upgrade();
        while let Some(parent) = up {
            depth += 1;
            up = parent.parent.borrow().upgrade();
        }
        hash.put(depth << 16 | node.value);
        hash.put(Rc::strong_count(node));
        hash.put(
            node.children
                .borrow()
                .iter()
                .map(|child| child.value)
                .sum::<u32>(),
        );
    }
}

fn strings(run: &mut Run) {
    let Run { inputs, hash } = run;
    let mut text = String::new();
    type Stage = Box<dyn Fn(&str) -> String>;
    let stages: Vec<Stage> = alloc::vec![
        Box::new(|text| text.to_uppercase()),
        Box::new(|text| text.chars().rev().collect()),
        Box::new(|text| text.replace("1", "eins")),
        Box::new(|text| format!("{text:>30}")),
    ];
    for _ in 0..40 {
        text.push_str(&inputs.value::<i16>().to_string());
        text.insert(0, char::from(b'a' + inputs.below(26) as u8));
        text = stages[inputs.below(4) as usize](&text);
        if text.len() > 80 {
            text = text.trim().chars().take(10).collect();
        }
        hash.bytes(text.as_bytes());
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("collections/vectors", vectors),
    group!("collections/maps", maps),
    group!("collections/queues", queues),
    group!("collections/trees", trees),
    group!("collections/strings", strings),
];
