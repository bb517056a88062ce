//! Arithmetic, comparison and choice of floating-point numbers.

use core::hint::black_box;

use crate::Group;
use crate::group::{Run, group};

macro_rules! float {
    ($float:ident: $arithmetic:ident $compare:ident $remainder:ident $choose:ident $signal:ident) => {
        fn $arithmetic(run: &mut Run) {
            let Run { inputs, hash } = run;
            inputs.pairs::<$float>(120, |a, b| {
                hash.put(a + b);
                hash.put(a - b);
                hash.put(a * b);
                hash.put(a / b);
                hash.put(-a);
                hash.put(a.abs());
                hash.put(a.copysign(b));
                hash.put(a * b + a);
            });
        }

        #[expect(
            clippy::neg_cmp_op_on_partial_ord,
            reason = "how NaN is negated is the point"
        )]
        fn $compare(run: &mut Run) {
            let Run { inputs, hash } = run;
            inputs.pairs::<$float>(150, |a, b| {
                let all = (a < b) as u32
                    | ((a <= b) as u32) << 1
                    | ((a > b) as u32) << 2
                    | ((a >= b) as u32) << 3
                    | ((a == b) as u32) << 4
                    | ((a != b) as u32) << 5
                    | (!(a < b) as u32) << 6
                    | (!(a >= b) as u32) << 7;
                hash.put(all);
                hash.maybe(a.partial_cmp(&b));
                hash.put(
                    a.is_nan() as u8
                        | (a.is_finite() as u8) << 1
                        | (a.is_sign_negative() as u8) << 2,
                );
                hash.put(a.classify() as u8);
                // total_cmp looks at NaN payloads, which may differ.
                if !a.is_nan() && !b.is_nan() {
                    hash.put(a.total_cmp(&b));
                }
            });
        }

        fn $remainder(run: &mut Run) {
            let Run { inputs, hash } = run;
            for _ in 0..60 {
                let (a, b) = (inputs.value::<$float>(), inputs.value::<$float>());
                // Very different sizes take one step per bit of their ratio.
                let ratio = (a / b).abs();
                if !(1e-9..1e9).contains(&ratio) {
                    continue;
                }
                hash.put(a % b);
                hash.put((a + b) % b);
            }
            for (a, b) in black_box([(5.5, 2.0), (-5.5, 2.0), (5.5, -2.0), (1.0, 0.0), (0.0, 3.0)])
            {
                let (a, b): ($float, $float) = (a, b);
                hash.put(a % b);
            }
        }

        fn $choose(run: &mut Run) {
            let Run { inputs, hash } = run;
            inputs.pairs::<$float>(120, |a, b| {
                // min and max may return either zero of (0.0, -0.0).
                hash.put(a.min(b) + 0.0);
                hash.put(a.max(b) + 0.0);
                hash.put(if a > 0.5 { 2.5 } else { -7.25 as $float });
                hash.put(if a < b { 1.0 } else { 0.0 as $float });
                hash.put((a > b) as u32 as $float);
                hash.put(-((a == b) as i32) as $float);
                hash.put(if a != b { a } else { -b });
                let pick: [$float; 4] = black_box([0.25, -1.5, 3.0, 1e-3]);
                hash.put(pick[(a > b) as usize + 2 * (b > 0.0) as usize] * a);
                if a.is_finite() {
                    hash.put(a.clamp(-1.0, 1.0) + 0.0);
                }
            });
        }

        /// A biquad over noise, then its energy, as audio code does.
        fn $signal(run: &mut Run) {
            let Run { inputs, hash } = run;
            let (b0, b1, b2, a1, a2): ($float, $float, $float, $float, $float) =
                black_box((0.2, 0.4, 0.2, -0.6, 0.25));
            let (mut s1, mut s2, mut energy, mut peak) = (0.0, 0.0, 0.0 as $float, 0.0 as $float);
            for _ in 0..600 {
                let x = (inputs.next() as i16) as $float / 32768.0;
                let y = b0 * x + s1;
                s1 = b1 * x - a1 * y + s2;
                s2 = b2 * x - a2 * y;
                energy += y * y;
                peak = if y.abs() > peak { y.abs() } else { peak };
                hash.put(y);
            }
            hash.put(energy);
            hash.put(peak);
        }
    };
}

float! { f32: f32_arithmetic f32_compare f32_remainder f32_choose f32_signal }
float! { f64: f64_arithmetic f64_compare f64_remainder f64_choose f64_signal }

pub(crate) const GROUPS: &[Group] = &[
    group!("f32/arithmetic", f32_arithmetic),
    group!("f32/compare", f32_compare),
    group!("f32/remainder", f32_remainder),
    group!("f32/choose", f32_choose),
    group!("f32/signal", f32_signal),
    group!("f64/arithmetic", f64_arithmetic),
    group!("f64/compare", f64_compare),
    group!("f64/remainder", f64_remainder),
    group!("f64/choose", f64_choose),
    group!("f64/signal", f64_signal),
];
