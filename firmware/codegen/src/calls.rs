//! Many arguments of many types: registers, then stack.

use core::hint::black_box;

use crate::Group;
use crate::group::{Run, group};

#[inline(never)]
#[expect(
    clippy::too_many_arguments,
    reason = "the stack arguments are the point"
)]
fn twelve(
    a: u32,
    b: u64,
    c: u8,
    d: i16,
    e: u32,
    f: i64,
    g: u32,
    h: bool,
    i: u64,
    j: u8,
    k: i32,
    l: u32,
) -> u64 {
    let narrow = u64::from(a ^ e ^ g ^ l) << 7 | u64::from(c) | u64::from(h) << 63;
    let wide = b.rotate_left(u32::from(j)) ^ (f as u64).wrapping_mul(i | 1);
    narrow.wrapping_add(wide) ^ (i64::from(d) * i64::from(k)) as u64
}

#[inline(never)]
extern "C" fn ten(
    a: u8,
    b: f32,
    c: u64,
    d: f64,
    e: i16,
    f: u64,
    g: f32,
    h: u32,
    i: i64,
    j: u16,
) -> f64 {
    f64::from(a) + f64::from(b) * 2.0 + (c >> 40) as f64 - d + f64::from(e) * 3.0 + (f >> 44) as f64
        - f64::from(g)
        + f64::from(h >> 8)
        + (i >> 32) as f64 * 0.25
        - f64::from(j)
}

#[inline(never)]
fn wide(a: u8, b: u128, c: i128, d: u64, e: u128) -> (u128, i128) {
    (
        b.wrapping_mul(e) ^ u128::from(a),
        c.wrapping_sub(i128::from(d)) ^ (e >> 3) as i128,
    )
}

fn stack_arguments(run: &mut Run) {
    let Run { inputs, hash } = run;
    let twelve =
        black_box(twelve as fn(u32, u64, u8, i16, u32, i64, u32, bool, u64, u8, i32, u32) -> u64);
    for _ in 0..100 {
        hash.put(twelve(
            inputs.value(),
            inputs.value(),
            inputs.value(),
            inputs.value(),
            inputs.value(),
            inputs.value(),
            inputs.value(),
            inputs.bool(),
            inputs.value(),
            inputs.value(),
            inputs.value(),
            inputs.value(),
        ));
    }
}

fn float_arguments(run: &mut Run) {
    let Run { inputs, hash } = run;
    type Ten = extern "C" fn(u8, f32, u64, f64, i16, u64, f32, u32, i64, u16) -> f64;
    let ten: Ten = black_box(ten);
    for _ in 0..60 {
        let small = f32::from(inputs.value::<i16>()) / 8.0;
        hash.put(ten(
            inputs.value(),
            small,
            inputs.value(),
            f64::from(small) / 3.0,
            inputs.value(),
            inputs.value(),
            -small,
            inputs.value(),
            inputs.value(),
            inputs.value(),
        ));
    }
}

fn wide_arguments(run: &mut Run) {
    let Run { inputs, hash } = run;
    let wide = black_box(wide as fn(u8, u128, i128, u64, u128) -> (u128, i128));
    for _ in 0..80 {
        let (a, b) = wide(
            inputs.value(),
            inputs.value(),
            inputs.value(),
            inputs.value(),
            inputs.value(),
        );
        hash.put(a);
        hash.put(b);
    }
}

/// Values that live across calls: more of them than there are registers.
fn pressure(run: &mut Run) {
    let Run { inputs, hash } = run;
    for _ in 0..40 {
        let v: [u32; 16] = core::array::from_fn(|_| inputs.next() as u32);
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = black_box(v);
        let x = twelve(a, 1, 2, 3, b, 4, c, true, 5, 6, 7, d);
        let y = twelve(e, x, 2, 3, f, 4, g, false, 5, 6, 7, h);
        let z = twelve(i, y, 2, 3, j, 4, k, true, x, 6, 7, l);
        let first =
            a.wrapping_mul(b) ^ c.wrapping_add(d) ^ e.rotate_left(f % 32) ^ g.wrapping_sub(h);
        let second =
            i.wrapping_mul(j) ^ k.wrapping_add(l) ^ m.rotate_left(n % 32) ^ o.wrapping_sub(p);
        hash.put(x ^ y ^ z ^ u64::from(first) << 32 ^ u64::from(second));
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("calls/stack-arguments", stack_arguments),
    group!("calls/float-arguments", float_arguments),
    group!("calls/wide-arguments", wide_arguments),
    group!("calls/pressure", pressure),
];
