use std::io::Write;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

fn check(line: &str, expected: Expect) {
    let result = LinkArgs::parse(line.split_whitespace().map(OsString::from));
    let text = match result {
        Ok(args) => format!("{args:?}"),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&text);
}

/// What rustc 1.96 was seen to pass.
#[test]
fn the_call_of_rustc() {
    let line = "deps/rustcXy/symbols.o deps/dsp-0.o --as-needed -Bstatic deps/libcore-1.rlib \
                -L deps/rustcXy/raw-dylibs -Bdynamic -z noexecstack -plugin-opt=O2 \
                -plugin-opt=mcpu=generic -o deps/dsp-1 --gc-sections --asm=asm --defsym=CORES=5";
    let args = LinkArgs::parse(line.split_whitespace().map(OsString::from)).unwrap();
    assert_eq!(
        args,
        LinkArgs {
            inputs: [
                "deps/rustcXy/symbols.o",
                "deps/dsp-0.o",
                "deps/libcore-1.rlib"
            ]
            .map(PathBuf::from)
            .to_vec(),
            output: "deps/dsp-1".into(),
            asm: vec!["asm".into()],
            defsym: vec!["CORES=5".into()],
            ..LinkArgs::default()
        }
    );
}

#[test]
fn an_unknown_argument_is_refused() {
    check(
        "a.o -o out --icf=all",
        expect!["the driver does not know the argument `--icf=all`"],
    );
    check(
        "a.o -o out -lc",
        expect!["the driver does not know the argument `-lc`"],
    );
    check(
        "a.o -o out --float=half",
        expect!["--float is hard or soft, not half"],
    );
}

#[test]
fn opt_level_0_is_refused() {
    check(
        "a.o -o out -plugin-opt=O0",
        expect![[
            r#"opt-level 0 is not supported: LLVM cannot compile the Xtensa target without optimisation; use "s""#
        ]],
    );
}

#[test]
fn an_option_without_its_value_is_refused() {
    check("a.o -o", expect!["`-o` lacks its value"]);
    check("a.o", expect!["no output (`-o FILE`)"]);
}

#[test]
fn a_response_file_is_read() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "one\\ two.o\n-o\nback\\\\slash").unwrap();
    let args = LinkArgs::parse([format!("@{}", file.path().display()).into()]).unwrap();
    assert_eq!(args.inputs, [PathBuf::from("one two.o")]);
    assert_eq!(args.output, PathBuf::from("back\\slash"));
}

proptest! {
    /// Words that are options or nearly so: understood or refused, never a panic,
    /// and no input is lost.
    #[test]
    fn every_word_is_taken_or_refused(words in proptest::collection::vec("(-o|-T|-L|--asm=|-plugin-opt=O?|--[a-z]{1,4}=?)?[a-z0-9]{0,3}", 0..10)) {
        let plain = words.iter().filter(|word| !word.starts_with('-')).count();
        let line = ["-o", "out"].into_iter().map(str::to_owned).chain(words);
        if let Ok(args) = LinkArgs::parse(line.map(OsString::from)) {
            prop_assert!(args.inputs.len() <= plain);
            prop_assert!(!args.output.as_os_str().is_empty());
        }
    }
}

#[test]
fn a_library_names_what_it_imports() {
    let line = "a.o -o out --library --import=memcpy --import=alloc";
    let args = LinkArgs::parse(line.split_whitespace().map(OsString::from)).unwrap();
    assert!(args.library);
    assert_eq!(args.imports, ["memcpy", "alloc"]);
}
