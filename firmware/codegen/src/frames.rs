//! Stack frames of many sizes, around the limits of what one instruction reaches.

use core::hint::black_box;

use crate::Group;
use crate::group::{Run, group};

macro_rules! frame {
    ($($name:ident $size:literal)*) => {$(
        #[inline(never)]
        fn $name(run: &mut Run) {
            let mut frame = [0u32; $size / 4];
            let last = frame.len() - 1;
            let [mut a, mut b, mut c, mut d] = [0; 4].map(|_: u32| run.inputs.next() as u32);
            for round in 0..24u32 {
                let at = run.inputs.below(frame.len() as u32) as usize;
                let frame = black_box(&mut frame);
                frame[at] = frame[at].wrapping_add(a ^ round);
                frame[last - at] ^= b.rotate_left(round);
                frame[last] = frame[last].wrapping_mul(3) ^ c;
                a = a.wrapping_add(frame[0] ^ d);
                b ^= frame[last] >> 3;
                c = c.wrapping_mul(5).wrapping_add(frame[last / 2]);
                d = d.rotate_left(1) ^ a;
            }
            run.hash.put(a ^ b);
            run.hash.put(c ^ d);
            run.hash.put(frame.iter().fold(0u32, |sum, word| sum.rotate_left(1) ^ word));
        }
    )*};
}

frame! {
    frame_100 100 frame_500 500 frame_900 900 frame_960 960 frame_1000 1000 frame_1020 1020 frame_1100 1100
    frame_1400 1400 frame_1900 1900 frame_2000 2000 frame_2044 2044 frame_2100 2100 frame_4000 4000
}

fn small(run: &mut Run) {
    frame_100(run);
    frame_500(run);
    frame_900(run);
    frame_960(run);
}

fn middle(run: &mut Run) {
    frame_1000(run);
    frame_1020(run);
    frame_1100(run);
    frame_1400(run);
    frame_1900(run);
    frame_2000(run);
}

fn large(run: &mut Run) {
    frame_2044(run);
    frame_2100(run);
    frame_4000(run);
}

/// Live values and a large frame at once: spills beyond the reach of S32I.
#[inline(never)]
fn spills(run: &mut Run) {
    let mut frame = [0u16; 560];
    for _ in 0..20 {
        let v: [u64; 10] = core::array::from_fn(|_| run.inputs.next());
        let [a, b, c, d, e, f, g, h, i, j] = black_box(v);
        for (index, cell) in black_box(&mut frame).iter_mut().enumerate().step_by(37) {
            *cell = cell.wrapping_add((a >> (index % 48)) as u16 ^ (j as u16));
        }
        let x = a.wrapping_mul(b) ^ c.wrapping_mul(d) ^ e.rotate_left(f as u32 % 64);
        let y = g.wrapping_mul(h) ^ i.wrapping_mul(j) ^ x.rotate_right(a as u32 % 64);
        let z = (a ^ c ^ e ^ g ^ i).wrapping_add(b ^ d ^ f ^ h ^ j);
        run.hash
            .put(x ^ y ^ z ^ u64::from(frame[(z % 560) as usize]));
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("frames/small", small),
    group!("frames/middle", middle),
    group!("frames/large", large),
    group!("frames/spills", spills),
];
