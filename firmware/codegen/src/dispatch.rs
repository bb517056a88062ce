//! Trait objects, closures, function pointers and drops.

use core::cell::Cell;
use core::hint::black_box;

use crate::Group;
use crate::group::{Run, group};

trait Stage {
    fn step(&mut self, x: i32) -> i32;
    fn gain(&self) -> u64 {
        1
    }
}

struct Delay([i32; 4], usize);
struct Scale(i32);
struct Ramp {
    level: i64,
    step: i16,
}

impl Stage for Delay {
    fn step(&mut self, x: i32) -> i32 {
        self.1 = (self.1 + 1) % 4;
        core::mem::replace(&mut self.0[self.1], x)
    }
}
impl Stage for Scale {
    fn step(&mut self, x: i32) -> i32 {
        x.wrapping_mul(self.0) >> 4
    }
    fn gain(&self) -> u64 {
        self.0.unsigned_abs().into()
    }
}
impl Stage for Ramp {
    fn step(&mut self, x: i32) -> i32 {
        self.level += i64::from(self.step);
        ((i64::from(x) * self.level) >> 16) as i32
    }
    fn gain(&self) -> u64 {
        self.level as u64
    }
}

fn objects(run: &mut Run) {
    let Run { inputs, hash } = run;
    let (mut delay, mut scale) = (Delay([0; 4], 0), Scale(inputs.value()));
    let mut ramp = Ramp {
        level: inputs.value::<i32>().into(),
        step: inputs.value(),
    };
    let mut stages: [&mut dyn Stage; 3] = [&mut delay, &mut scale, &mut ramp];
    for round in 0..200 {
        if inputs.below(5) == 0 {
            stages.rotate_left(1);
        }
        let mut x = inputs.value();
        for stage in black_box(&mut stages) {
            x = stage.step(x);
        }
        hash.put(x);
        hash.put(stages[round % 3].gain());
    }
}

fn closures(run: &mut Run) {
    let Run { inputs, hash } = run;
    for _ in 0..60 {
        let (a, b, c) = (
            inputs.value::<u64>(),
            inputs.value::<i16>(),
            inputs.value::<u32>(),
        );
        let add = |x: u64| x.wrapping_add(a) ^ u64::from(c);
        let shift = move |x: u64| x.rotate_right(c) ^ b as u64;
        let mut count = 0u32;
        let mut counting = |x: u64| {
            count += 1;
            x ^ u64::from(count) << 17
        };
        let calls: [&mut dyn FnMut(u64) -> u64; 3] = [&mut { add }, &mut { shift }, &mut counting];
        let mut x = a;
        for call in black_box(calls) {
            x = call(x);
            x = call(x);
        }
        hash.put(x);
        hash.put(count);
        hash.put(compose(|x| x * 3 + 1, |x| x ^ c)(c % 1000));
    }
}

fn compose(f: impl Fn(u32) -> u32, g: impl Fn(u32) -> u32) -> impl Fn(u32) -> u32 {
    move |x| g(f(g(x) & 0xFFFF))
}

fn pointers(run: &mut Run) {
    fn rotate(x: u32) -> u32 {
        x.rotate_left(7)
    }
    fn square(x: u32) -> u32 {
        x.wrapping_mul(x)
    }
    fn count(x: u32) -> u32 {
        x.count_ones() << 13 | x >> 19
    }
    let Run { inputs, hash } = run;
    let table: [fn(u32) -> u32; 6] = black_box([
        rotate,
        square,
        count,
        u32::swap_bytes,
        u32::reverse_bits,
        |x| !x,
    ]);
    let mut x = inputs.value::<u32>();
    for _ in 0..300 {
        x = table[inputs.below(6) as usize](x).wrapping_add(1);
        hash.put(x);
    }
}

struct Noted<'a>(&'a Cell<u32>, u32);

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        self.0
            .set(self.0.get().wrapping_mul(31).wrapping_add(self.1));
    }
}

fn drops(run: &mut Run) {
    let Run { inputs, hash } = run;
    let order = Cell::new(1);
    for _ in 0..60 {
        let which = inputs.below(6);
        let first = Noted(&order, 1);
        let pair = (Noted(&order, 2), Noted(&order, 3));
        let mut slot = Some(Noted(&order, 4));
        match which {
            0 => drop(first),
            1 => slot = None,
            2 => slot = Some(pair.1),
            3 => core::mem::forget(pair.0),
            4 => drop(slot.take()),
            _ => drop([first, pair.0]),
        }
        hash.put(order.get());
        drop(slot);
        hash.put(order.get());
    }
    hash.put(order.get());
}

pub(crate) const GROUPS: &[Group] = &[
    group!("dispatch/objects", objects),
    group!("dispatch/closures", closures),
    group!("dispatch/pointers", pointers),
    group!("dispatch/drops", drops),
];
