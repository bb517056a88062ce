//! The messages that a case's streams stand for, as text.

use acelab_abi::ipc4::pipeline::PipelineState;

use super::plan::{Plan, Planned, set_state};
use crate::case::Case;
use crate::case::message::Message;
use crate::host::decode;

/// Every stream with the messages of its steps. Modules are named; their numbers are
/// those of the firmware's list.
pub fn expand(case: &Case) -> String {
    let plan = Plan::of(&case.streams);
    let mut text = String::new();
    for planned in &plan.streams {
        text.push_str(&format!(
            "stream {}: {}\n",
            planned.stream.name, planned.stream.chain
        ));
        let paused = PipelineState::Paused;
        let begin = |state| state_of(planned, state, true);
        let end = |state| state_of(planned, state, false);
        for (step, messages) in [
            ("setup", planned.setup()),
            ("start", vec![begin(paused), begin(PipelineState::Running)]),
            ("pause", vec![end(paused)]),
            ("resume", vec![begin(PipelineState::Running)]),
            ("stop", vec![end(paused), end(PipelineState::Reset)]),
            ("teardown", planned.teardown()),
        ] {
            text.push_str(&format!("  {step}\n"));
            for message in messages {
                text.push_str(&format!("    {}\n", line(&message)));
            }
        }
    }
    text
}

fn state_of(planned: &Planned, state: PipelineState, beginning: bool) -> Message {
    set_state(&planned.order(state, beginning), state)
}

/// A message with all its payload.
fn line(message: &Message) -> String {
    let mut text = decode::request(message);
    for module in &message.modules {
        text.push_str(&format!(
            " {}={}",
            module.field.name,
            module.name.to_ascii_lowercase()
        ));
    }
    let words = message.payload.chunks(4).map(|chunk| {
        let word = chunk
            .iter()
            .rev()
            .fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        format!("{word:#x}")
    });
    let words: Vec<String> = words.collect();
    if words.len() > 6 {
        text.push_str(&format!("\n      [{}]", words.join(" ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::load_text;

    #[test]
    fn streams_are_shown_as_the_messages_they_stand_for() {
        let text = "summary: x
streams:
  out: { playback: mixout > ssp1 }
  a: { playback: \"host3 > gain(-6 dB) | mixin > out\" }
steps: [boot]
";
        let case = load_text("a/b", text).expect("a case").remove(0);
        let shown = expand(&case);
        let lines: Vec<&str> = shown.lines().map(str::trim).collect();
        for line in [
            "stream a: host3 > gain(-6 dB) | mixin > out",
            "create_pipeline mem_size=1 id=2 0x11020001|0x0",
            "init_instance param_words=16 pipeline=1 0x40000000|0x10010 +64 bytes module=gain",
            "bind 0x45000000|0x0 module=mixin dst_module=mixout",
            "set_pipeline_state state=4 multi=1 0x13000004|0x1 [0x2 0x2 0x1]",
            "set_pipeline_state state=3 multi=1 0x13000003|0x1 [0x2 0x1 0x2]",
            "unbind 0x46000000|0x0 module=mixin dst_module=mixout",
            "delete_pipeline id=2 0x12020000|0x0",
        ] {
            assert!(lines.contains(&line), "{line}\n{shown}");
        }
        // Half of full scale, and the host's fourth playback stream.
        assert!(
            shown.contains("0x4026e73c") && shown.contains(" 0x3 0x300 0x0]"),
            "{shown}"
        );
    }
}
