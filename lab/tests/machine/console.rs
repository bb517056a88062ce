//! The shell, driven as a person would.

use std::process::Command;

use rexpect::session::spawn_command;

use crate::lab::{Lab, PROGRAM};

const TIMEOUT_MS: u64 = 30_000;

#[test]
fn a_session_by_hand() {
    let lab = Lab::with(&[]);
    let mut command: Command = lab.command(&["shell", "--cores", "2"]);
    command.env("TERM", "dumb");
    assert_eq!(command.get_program(), PROGRAM);
    let mut shell = spawn_command(command, Some(TIMEOUT_MS)).expect("the shell starts");
    let mut say = |line: &str, answers: &[&str]| {
        shell
            .exp_string("lab> ")
            .unwrap_or_else(|error| panic!("before `{line}`: {error}"));
        shell.send_line(line).expect("a line is sent");
        for answer in answers {
            shell
                .exp_string(answer)
                .unwrap_or_else(|error| panic!("after `{line}`: {error}"));
        }
    };
    say("help", &["let virtual time pass"]);
    say("bot", &["did you mean `boot`?"]);
    say(
        "boot",
        &["notification fw_ready", "Acelab initialized", "at "],
    );
    say(
        "ipc large_config_get { param: hw_config }",
        &["dsp_cores = 2", "reply after"],
    );
    say(
        "ipc large_config_get { param: hw_confg }",
        &["did you mean `hw_config`?"],
    );
    say("cores up 1", &["reply set_dx success", "core 1 init done"]);
    say("run 5", &["has no unit"]);
    say("run 5 ms", &["at "]);
    say("mem 0xa1042000 16", &["0xa1042000", "$AM1"]);
    say("regs 1", &["core 1", "pc=", "a0="]);
    say("cores down 1", &["reply set_dx success"]);
    say("log", &["at "]);
    say("quit", &[]);
    shell.exp_eof().expect("the shell ends");
}
