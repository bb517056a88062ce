//! The machine's end of the socket goes to the child and nowhere else.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use acelab_hostlink::spawn;

#[test]
fn the_child_finds_the_socket_at_its_descriptor() {
    let mut echo = Command::new("sh");
    echo.args(["-c", "read line; echo \"got $line\" >&0"]);
    let (mut child, mut ours) = spawn(echo).expect("sh exists");
    ours.write_all(b"hello\n").expect("sent");
    let mut answer = String::new();
    ours.read_to_string(&mut answer).expect("the child ends");
    assert_eq!(answer, "got hello\n");
    assert!(child.wait().expect("ends").success());
}

#[test]
fn the_death_of_the_child_is_an_end_of_the_stream() {
    let mut cat = Command::new("cat");
    cat.stdout(Stdio::null());
    let (mut child, mut ours) = spawn(cat).expect("cat exists");
    // A child started meanwhile must not keep the first one's socket open.
    let mut other = Command::new("cat")
        .stdin(Stdio::piped())
        .spawn()
        .expect("cat exists");
    child.kill().expect("killed");
    child.wait().expect("ends");
    let mut rest = Vec::new();
    assert_eq!(
        ours.read_to_end(&mut rest).expect("an end, not an error"),
        0
    );
    drop(other.stdin.take());
    assert!(other.wait().expect("ends").success());
}

#[test]
fn the_end_of_the_lab_is_an_end_of_the_childs_input() {
    let mut cat = Command::new("cat");
    cat.stdout(Stdio::null());
    let (mut child, ours): (_, UnixStream) = spawn(cat).expect("cat exists");
    drop(ours);
    assert!(child.wait().expect("ends").success());
}
