//! What the lab makes of the sound of a stream.

use std::path::Path;

use acelab_lab::case::load_text;
use acelab_lab::engine::run_case;
use acelab_lab::report::{Context, failure, write_failure};
use acelab_lab::suite::CaseResult;
use acelab_lab::symbols::Elf;
use acelab_lab::verdict::Verdict;

use crate::elf::small_elf;
use crate::fake::{Fakes, Firmware};
use crate::sound::{LATENCY, Wrong};

/// Plays 100 ms and looks for `expected` in the report; an empty text is a pass.
fn check(wrong: Wrong, audio: &str, steps: &str, expected: &str) {
    let text = format!(
        "summary: A test of the lab\nstreams:\n  first: {{ playback: host0 > gain > ssp0 }}\n\
         expect: {{ audio: {{ first: {audio} }} }}\nsteps: [{steps}]\n"
    );
    let case = load_text("lab/fake", &text).expect("a case").remove(0);
    let elf = Elf::from_bytes(small_elf()).expect("an ELF file");
    let finished = run_case(&case, &Fakes(Firmware::Plays(wrong)), &elf);
    let result = CaseResult {
        case: &case,
        finished,
        difference: None,
    };
    let context = Context {
        elf: Some(&elf),
        libraries: None,
        cases: Path::new("cases"),
    };
    let report = failure(&result, &context);
    let report = anstream::adapter::strip_str(&report).to_string();
    if expected.is_empty() {
        assert_eq!(
            result.finished.verdict,
            Verdict::Pass,
            "{wrong:?}\n{report}"
        );
        return;
    }
    assert!(report.contains(expected), "{wrong:?}: {audio}\n{report}");
    let folder = tempfile::tempdir().expect("a folder");
    let folder = write_failure(folder.path(), &result, &text, &context).expect("a report");
    if ![Wrong::Nothing, Wrong::Ends(0)].contains(&wrong) {
        for file in [
            "first.input.wav",
            "first.expected.wav",
            "first.recorded.wav",
        ] {
            assert!(folder.join(file).is_file(), "{file}");
        }
    }
}

const PLAY: &str = "boot, start: first, run: 100 ms, stop: first";

#[test]
fn a_stream_that_is_right_passes() {
    let all = "{ glitches: 0, latency: 96, level: -6 dBFS, thd_n: -90 dB, frequency: 997 }";
    for audio in ["bit-exact", all] {
        check(Wrong::Nothing, audio, PLAY, "");
    }
    let twice = "boot, repeat: { times: 3, steps: [start: first, run: 30 ms, stop: first] }";
    check(Wrong::Nothing, "bit-exact", twice, "");
    let unstopped = "boot, start: first, run: 100 ms";
    check(Wrong::Nothing, "bit-exact", unstopped, "");
}

#[test]
fn a_glitch_is_told_with_its_frame_and_tick() {
    let at = |frame: u64| format!("at frame {} (frame {frame} of the signal)", frame + LATENCY);
    for (wrong, came) in [
        (
            Wrong::Drops(1_000, 5),
            format!("5 frames dropped {}", at(1_000)),
        ),
        (
            Wrong::Pauses(2_000, 48),
            format!("48 frames of silence {}", at(2_000)),
        ),
        (
            Wrong::Alters(3_000),
            format!("1 frame altered {}", at(3_000)),
        ),
    ] {
        check(wrong, "bit-exact", PLAY, &format!("        came: {came}"));
        check(wrong, "bit-exact", PLAY, "sound of stream `first`");
        check(wrong, "{ glitches: 1 }", PLAY, "");
    }
    check(Wrong::Alters(3_000), "bit-exact", PLAY, "ns, tick ");
}

#[test]
fn a_stream_that_ends_early_is_told() {
    check(
        Wrong::Ends(1_000),
        "bit-exact",
        PLAY,
        "        came: 1000 frames",
    );
    check(Wrong::Ends(0), "bit-exact", PLAY, "        came: 0 frames");
}

#[test]
fn measures_are_compared() {
    for (audio, came) in [
        ("{ latency: 95 }", "came: 96 frames"),
        ("{ level: -7 dBFS }", "came: -6.00 dBFS in channel 0"),
        ("{ thd_n: -120 dB }", "expected: -120 dB at the most"),
        ("{ frequency: 1000 }", "came: 997.00 Hz in channel 0"),
    ] {
        check(Wrong::Nothing, audio, PLAY, came);
    }
}

#[test]
fn steps_out_of_order_are_told() {
    for (steps, came) in [
        ("boot, stop: first", "came: not set up"),
        ("boot, start: first, start: first", "came: playing"),
        ("boot, start: first, teardown: first", "came: playing"),
        ("boot, setup: first, resume: first", "came: set up"),
    ] {
        check(Wrong::Nothing, "bit-exact", steps, came);
    }
}

#[test]
fn a_stream_that_never_played_is_told() {
    check(
        Wrong::Nothing,
        "bit-exact",
        "boot",
        "expected: a stream that has played",
    );
}
