//! Whether the positions that the firmware tells go on as time does.

use acelab_abi::clock::{Nanos, WALL_HZ};

use crate::case::stream::TICK;
use crate::host::Reading;
use crate::stream::{Planned, Take};

/// Positions are written once in a tick.
const TOLERANCE_TICKS: i128 = 1;
/// Frames that rounding may cost.
const TOLERANCE_FRAMES: i128 = 2;
/// How old a reading may be that is about to be written.
const HALF_WRITTEN_TICKS: u64 = 2;
/// Ticks after a start before positions count.
const START_TICKS: u64 = 5;

/// What is wrong with the positions of a stream's port during a take: what was expected,
/// and what came.
pub fn check(planned: &Planned, take: &Take, readings: &[Reading]) -> Option<(String, String)> {
    let node = planned.port_node()?.word();
    let begin = take.begin.saturating_add(Nanos(START_TICKS * TICK.0));
    let during = |reading: &&Reading| {
        reading.slot.node == node && reading.time >= begin && reading.time < take.end
    };
    let mut own = readings.iter().filter(during);
    let mut from = own.next()?;
    for to in own {
        let wrong = step(planned, from, to);
        if wrong.is_some() {
            return wrong;
        }
        // The next one goes on from what is whole.
        if !half_written(from, to) {
            from = to;
        }
    }
    None
}

/// Whether the position of a reading has moved and its time has not: the firmware was
/// about to write it.
fn half_written(from: &Reading, to: &Reading) -> bool {
    to.slot.wall_clock == from.slot.wall_clock
        && to.slot.llp > from.slot.llp
        && to.time.0 - from.time.0 < HALF_WRITTEN_TICKS * TICK.0
}

fn step(planned: &Planned, from: &Reading, to: &Reading) -> Option<(String, String)> {
    let format = planned.port_format();
    let rate = i128::from(format.rate);
    let wall = i128::from(to.slot.wall_clock) - i128::from(from.slot.wall_clock);
    let bytes = i128::from(to.slot.llp) - i128::from(from.slot.llp);
    let frames = bytes / format.frame_bytes() as i128;
    let by_wall = wall * rate / i128::from(WALL_HZ);
    let time = i128::from(to.time.0) - i128::from(from.time.0);
    let by_time = time * rate / 1_000_000_000;
    let tick = rate * i128::from(TICK.0) / 1_000_000_000;
    let most = TOLERANCE_TICKS * tick + TOLERANCE_FRAMES;
    let near = |wanted: i128, most: i128| (frames - wanted).abs() <= most;
    // What is half written is judged by when the host looked. That is any moment of a
    // tick, so that two ticks may be between.
    let good =
        bytes >= 0 && (half_written(from, to) || near(by_wall, most)) && near(by_time, 2 * most);
    (!good).then(|| {
        (
            format!("{by_time} frames from {} to {}", from.time, to.time),
            format!(
                "{frames} frames, from {} to {} bytes, while the wall clock of the reading went on by {by_wall} frames",
                from.slot.llp, to.slot.llp
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::load_text;
    use crate::stream::Plan;
    use acelab_abi::clock::WallTicks;
    use acelab_abi::ipc4::fw_registers::LlpSlot;

    fn readings(frame: impl Fn(u64) -> u64) -> Vec<Reading> {
        let at = |step: u64| {
            let time = Nanos::from_millis(20 + 5 * step);
            let slot = LlpSlot {
                node: 0xC00,
                llp: frame(step) * 4,
                wall_clock: WallTicks::at(time).0,
            };
            Reading { time, slot }
        };
        (0..10).map(at).collect()
    }

    fn check_with(readings: &[Reading]) -> Option<(String, String)> {
        let text = "summary: x\nstreams:\n  a: { playback: host0 > ssp0 }\nsteps: [boot]\n";
        let case = load_text("a/b", text).expect("a case").remove(0);
        let take = Take {
            begin: Nanos::from_millis(10),
            end: Nanos::from_millis(100),
            fresh: true,
            parts: Vec::new(),
        };
        check(&Plan::of(&case.streams).streams[0], &take, readings)
    }

    #[test]
    fn positions_go_on_at_the_rate_of_the_port() {
        assert_eq!(check_with(&readings(|step| 240 * step)), None);
        assert_eq!(
            check_with(&readings(|step| 240 * step + step % 2 * 48)),
            None
        );
        for wrong in [
            readings(|step| 240 * step.min(4)),
            readings(|step| 240 * step - step / 5 * 60),
            readings(|step| 230 * (20 - step)),
            readings(|step| 480 * step),
        ] {
            assert!(check_with(&wrong).is_some());
        }
        let mut clock = readings(|step| 240 * step);
        for reading in &mut clock {
            reading.slot.wall_clock /= 3_200;
        }
        let (expected, came) = check_with(&clock).expect("another unit");
        assert!(
            expected.starts_with("240 frames") && came.ends_with("by 0 frames"),
            "{came}"
        );
    }

    #[test]
    fn a_reading_that_is_half_written_is_judged_by_its_time() {
        let mut torn = readings(|step| 240 * step);
        let mut half = Reading { ..torn[4] };
        half.time = half.time.saturating_add(Nanos(976_000));
        half.slot.llp += 60 * 4;
        torn.insert(5, half);
        assert_eq!(check_with(&torn), None);
        torn[5].slot.llp += 240 * 4;
        assert!(check_with(&torn).is_some());
        let mut still = readings(|step| 240 * step);
        let clock = still[0].slot.wall_clock;
        still
            .iter_mut()
            .for_each(|reading| reading.slot.wall_clock = clock);
        assert!(check_with(&still).is_some());
    }

    #[test]
    fn positions_before_and_after_a_take_do_not_count() {
        let mut many = readings(|step| 240 * step);
        many[9].time = Nanos::from_millis(100);
        many[9].slot.llp = 0;
        assert_eq!(check_with(&many), None);
    }
}
