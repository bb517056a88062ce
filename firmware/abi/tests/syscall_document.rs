//! `firmware/SYSCALLS.md` is what the table says. When it is not, this test
//! shows the difference; `UPDATE_EXPECT=1 cargo test -p acelab-abi` writes it.

use std::fmt::Write as _;

use acelab_abi::syscall::guard::{SAMPLE_MICROS, is_allowed, is_for_confined};
use acelab_abi::syscall::{
    Argument, Buffer, ExitReason, MAX_ARGS, SYSCALLS, SysError, Syscall, SyscallInfo,
};
use expect_test::expect_file;

const HEAD: &str = "\
# System calls

This page is made from the table in `abi/src/syscall/table.rs`, from which the kernel's dispatcher, the user library and
the tests of bad arguments are made too. A test compares; `UPDATE_EXPECT=1 cargo test -p acelab-abi` writes it anew.

**Convention.** Number in a7, arguments in a2 to a6, `SYSCALL`. On return a2 holds a code of the table below, a3 and a4 the
results, a5 to a11 zero; a0, a1 and a12 to a15 are kept. Deadlines are absolute, 64 bits, in ticks of the wall clock
(38.4 MHz); all ones is never, and one that has passed is a time-out at once.

**Checks.** Before a call does anything, every argument is checked by its kind, values before pointers:

| kind of argument | wrong | answer |
|---|---|---|
| handle | names nothing, or nothing any more | BAD_HANDLE |
| | an object of another kind | WRONG_KIND |
| | an object that the thread may not use | PERMISSION |
| range, bits | out of range; no bit, or one outside the mask | INVALID_VALUE |
| length | above its limit | TOO_LONG |
| pointer | null, unaligned, wrapping, not all of it the thread's own with these rights | the thread is stopped: BAD_POINTER |
";

fn document() -> String {
    let mut text = String::from(HEAD);
    text.push_str("\n## Answers in a2\n\n| code | name |\n|---|---|\n");
    for error in SysError::ALL {
        _ = writeln!(text, "| {} | {} |", error.code(), error.name());
    }
    text.push_str(
        "\n## How a thread ends\n\n`thread_join` answers the reason in a3.\n\n| code | name |\n|---|---|\n",
    );
    for reason in ExitReason::ALL {
        _ = writeln!(text, "| {} | {} |", reason.code(), reason.name());
    }
    limits(&mut text);
    text.push_str("\n## The calls\n");
    for info in SYSCALLS {
        call(&mut text, info);
    }
    text
}

fn limits(text: &mut String) {
    let names = |allowed: fn(Syscall) -> bool| {
        let calls = SYSCALLS.iter().filter(|info| allowed(info.syscall));
        let names: Vec<_> = calls.map(|info| format!("`{}`", info.name)).collect();
        names.join(", ")
    };
    _ = write!(
        text,
        "
## Guarded calls and confined threads

A user thread that has registered by `guard_register` makes *guarded calls*: functions that it calls while a word at the top
of its stack is odd (`abi/src/syscall/guard.rs`). That costs no system call. What would end the thread meanwhile ends the
guarded call only: FAULTED, BAD_POINTER, PANICKED, FORBIDDEN for any system call but {}, and BUDGET when the thread has
computed for longer than the call's limit, in spans of {SAMPLE_MICROS} µs. It is reported just so, and then the thread goes on.

A *confined* thread (flag CONFINED of `thread_create`) is ended, FORBIDDEN, by any system call but {}.
",
        names(is_allowed),
        names(is_for_confined),
    );
}

fn call(text: &mut String, info: &SyscallInfo) {
    assert!(info.args.len() <= MAX_ARGS && info.results.len() <= 2);
    let number = info.syscall.number();
    let summary = info.summary.trim();
    _ = write!(text, "\n### {number} `{}`\n\n{summary}\n\n", info.name);
    let mut arguments = info.args.iter().enumerate().peekable();
    while let Some((index, (name, argument))) = arguments.next() {
        let register = index + 2;
        if *argument == Argument::DeadlineLow {
            let high = arguments.next().map(|(_, (_, argument))| *argument);
            assert_eq!(high, Some(Argument::DeadlineHigh), "{}", info.name);
            let name = name.trim_end_matches("_low");
            _ = writeln!(
                text,
                "- a{register}, a{}: `{name}`, a deadline",
                register + 1
            );
        } else {
            _ = writeln!(text, "- a{register}: `{name}`, {}", meaning(*argument));
        }
    }
    for (index, result) in info.results.iter().enumerate() {
        _ = writeln!(text, "- answers `{result}` in a{}", index + 3);
    }
    let errors: Vec<_> = info.errors.iter().map(|error| error.name()).collect();
    if !errors.is_empty() {
        _ = writeln!(text, "- may answer {}", errors.join(", "));
    }
    if info.args.is_empty() && info.results.is_empty() && errors.is_empty() {
        text.push_str("- takes and answers nothing\n");
    }
}

fn meaning(argument: Argument) -> String {
    let buffer = |buffer| match buffer {
        Buffer::Words(bytes) => format!("{bytes} bytes, aligned to a word"),
        Buffer::Bytes(u32::MAX) => "as long as the next argument says".into(),
        Buffer::Bytes(most) => format!("as long as the next argument says, at most {most} bytes"),
    };
    match argument {
        Argument::Handle(kind) => format!("handle of a {}", kind.name()),
        Argument::AnyHandle => "handle of any kind".into(),
        Argument::Word => "any word".into(),
        Argument::Range(least, u32::MAX) => format!("{least} or more"),
        Argument::Range(least, most) => format!("{least} to {most}"),
        Argument::Bits(u32::MAX) => "at least one bit".into(),
        Argument::Bits(mask) => format!("bits of {mask:#x}, at least one"),
        Argument::DeadlineLow | Argument::DeadlineHigh => unreachable!("told together"),
        Argument::In(bytes) => format!("address of memory to read, {}", buffer(bytes)),
        Argument::Out(bytes) => format!("address of memory to write, {}", buffer(bytes)),
        Argument::Length(u32::MAX) => "length in bytes".into(),
        Argument::Length(most) => format!("length in bytes, at most {most}"),
        Argument::HeapAddress => "address that `heap_alloc` has answered".into(),
    }
}

#[test]
fn the_page_of_the_system_calls_is_what_the_table_says() {
    expect_file!["../../SYSCALLS.md"].assert_eq(&document());
}
