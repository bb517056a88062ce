use expect_test::expect;
use proptest::prelude::*;

use super::*;

/// As LLVM 22 prints two functions with literals and one without.
const PRINTED: &str = "\
\t.literal_position
\t.literal .LCPI0_0, data
\t.text
\t.section\t.text.first,\"ax\",@progbits
\t.global\tfirst
\t.type\tfirst,@function
first:
\t.cfi_startproc
\tl32r\ta8, .LCPI0_0
\tret
\t.cfi_endproc
\t.literal_position
\t.literal .LCPI1_0, __muloti4
\t.section\t.text.first,\"ax\",@progbits
\t.section\t.text.unlikely.second,\"ax\",@progbits
\t.p2align\t2
\t.type\tsecond,@function
second:
\tl32r\ta8, .LCPI1_0
\tret
\t.section\t.text.third,\"ax\",@progbits
\t.type\tthird,@function
third:
\tret
";

#[test]
fn literals_follow_the_section_of_their_function() {
    expect![[r#"
        	.section	.literal.first,"ax",@progbits
        	.p2align	2
        	.section	.text.first,"ax",@progbits
        	.literal_position
        	.literal .LCPI0_0, data
        	.global	first
        	.type	first,@function
        first:
        	l32r	a8, .LCPI0_0
        	ret
        	.section	.literal.unlikely.second,"ax",@progbits
        	.p2align	2
        	.section	.text.unlikely.second,"ax",@progbits
        	.literal_position
        	.literal .LCPI1_0, __muloti4
        	.p2align	2
        	.type	second,@function
        second:
        	l32r	a8, .LCPI1_0
        	ret
        	.section	.text.third,"ax",@progbits
        	.type	third,@function
        third:
        	ret
    "#]]
    .assert_eq(&repair(PRINTED).unwrap());
}

#[test]
fn literals_that_belong_to_no_function_are_refused() {
    expect!["line 3: literals without a section to put them into"]
        .assert_eq(&repair("\t.text\n\t.literal .LCPI0_0, 5\n\tret\n").unwrap_err());
    expect!["line 3: literals outside of .text"].assert_eq(
        &repair("\t.literal .LCPI0_0, 5\n\t.section\t.data.x,\"aw\"\n\tret\n").unwrap_err(),
    );
    expect!["literals at the end of the file"]
        .assert_eq(&repair("\t.literal .LCPI0_0, 5\n").unwrap_err());
}

#[test]
fn a_call_with_two_meanings_is_found_with_its_caller() {
    let repaired = repair(PRINTED).unwrap();
    assert_eq!(refused_call(&repaired), Some(("second", "__muloti4")));
    assert_eq!(
        refused_call(&repaired.replace("__muloti4", "__udivti3")),
        None
    );
}

/// Assembly as LLVM prints it: functions with so many literals each.
fn printed(literals: &[usize]) -> String {
    let mut text = String::new();
    for (function, count) in literals.iter().enumerate() {
        if *count > 0 {
            text.push_str("\t.literal_position\n");
        }
        for literal in 0..*count {
            text.push_str(&format!(
                "\t.literal .LCPI{function}_{literal}, {literal}\n"
            ));
        }
        // LLVM goes back to the section of the function before first.
        if function > 0 && *count > 0 {
            text.push_str(&format!(
                "\t.section\t.text.f{},\"ax\",@progbits\n",
                function - 1
            ));
        }
        text.push_str(&format!("\t.section\t.text.f{function},\"ax\",@progbits\n"));
        text.push_str(&format!(
            "\t.type\tf{function},@function\nf{function}:\n\tret\n"
        ));
    }
    text
}

proptest! {
    /// Every literal comes after the switch to its own function's section, and none is lost.
    #[test]
    fn every_literal_ends_up_with_its_function(literals in proptest::collection::vec(0usize..5, 0..12)) {
        let repaired = repair(&printed(&literals)).unwrap();
        let mut section = "";
        let mut found = vec![0; literals.len()];
        for line in repaired.lines() {
            if let Some(name) = line.strip_prefix("\t.section\t") {
                section = name.split(',').next().unwrap();
            } else if let Some(literal) = line.strip_prefix("\t.literal .LCPI") {
                let function: usize = literal.split('_').next().unwrap().parse().unwrap();
                prop_assert_eq!(section, format!(".text.f{function}"));
                found[function] += 1;
            }
        }
        prop_assert_eq!(found, literals);
    }

    #[test]
    fn no_text_makes_it_panic(lines in proptest::collection::vec("\t?(\\.[a-z_]{1,9}|[a-z:]{0,4})[ \t]?[a-zA-Z., \"]{0,12}", 0..20)) {
        let _ = repair(&lines.join("\n"));
    }
}
