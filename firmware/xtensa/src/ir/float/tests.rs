use expect_test::{Expect, expect};

use super::*;

fn check(ir: &str, expected: Expect) {
    let mut lines = function::lines(ir);
    harden(&mut lines);
    expected.assert_eq(&function::text(&lines));
}

#[test]
fn features_are_added_to_every_group_that_has_some() {
    check(
        r#"attributes #0 = { nounwind "target-cpu"="generic" "target-features"="+bool,+loop" }
attributes #1 = { nounwind }
attributes #2 = { "target-features"="" }"#,
        expect![[r#"
            attributes #0 = { nounwind "target-cpu"="generic" "target-features"="+bool,+loop,+fp,+coprocessor" }
            attributes #1 = { nounwind }
            attributes #2 = { "target-features"="+fp,+coprocessor" }
        "#]],
    );
}

#[test]
fn a_choice_between_constants_is_made_on_integers() {
    check(
        "start:\n  %s = select i1 %c, float 2.500000e+00, float -7.250000e+00, !dbg !4\n  \
         %7 = select nnan i1 %6, float 0x36A0000000000000, float undef",
        expect![[r#"
            start:
              %"acelab.bits.s" = select i1 %c, i32 bitcast (float 2.500000e+00 to i32), i32 bitcast (float -7.250000e+00 to i32)
              %s = bitcast i32 %"acelab.bits.s" to float, !dbg !4
              %"acelab.bits.7" = select i1 %6, i32 bitcast (float 0x36A0000000000000 to i32), i32 bitcast (float undef to i32)
              %7 = bitcast i32 %"acelab.bits.7" to float
        "#]],
    );
}

#[test]
fn a_bit_turned_into_a_number_is_a_choice() {
    check(
        "start:\n  %a = uitofp i1 %c to float\n  %b = sitofp i1 %c to float\n  %w = uitofp nneg i1 %c to float",
        expect![[r#"
            start:
              %"acelab.bits.a" = select i1 %c, i32 bitcast (float 1.0 to i32), i32 bitcast (float 0.0 to i32)
              %a = bitcast i32 %"acelab.bits.a" to float
              %"acelab.bits.b" = select i1 %c, i32 bitcast (float -1.0 to i32), i32 bitcast (float 0.0 to i32)
              %b = bitcast i32 %"acelab.bits.b" to float
              %"acelab.bits.w" = select i1 %c, i32 bitcast (float 1.0 to i32), i32 bitcast (float 0.0 to i32)
              %w = bitcast i32 %"acelab.bits.w" to float
        "#]],
    );
}

#[test]
fn other_instructions_stay() {
    for line in [
        "  %s = select i1 %c, float %a, float -7.250000e+00",
        "  %s = select i1 %c, double 1.0, double 2.0",
        "  %s = select i1 %c, i32 1, i32 2",
        "  %s = uitofp i32 %c to float",
        "  %s = uitofp i1 %c to double",
    ] {
        assert_eq!(choice_on_integers(line), None, "{line}");
    }
}

#[test]
fn one_function_can_go_without_the_fpu() {
    let mut lines = function::lines(
        "define float @f(float %a) #0 {\n  ret float %a\n}\n\
         define float @g(float %a) #0 !dbg !3 {\n  ret float %a\n}\n\
         attributes #0 = { nounwind \"target-features\"=\"+bool,+fp,+coprocessor\" }\n\
         attributes #11 = { nounwind }",
    );
    assert!(soften(&mut lines, "g"));
    expect![[r#"
        define float @f(float %a) #0 {
          ret float %a
        }
        define float @g(float %a) #12 !dbg !3 {
          ret float %a
        }
        attributes #0 = { nounwind "target-features"="+bool,+fp,+coprocessor" }
        attributes #11 = { nounwind }
        attributes #12 = { nounwind "target-features"="+bool" }
    "#]]
    .assert_eq(&function::text(&lines));
    assert!(!soften(&mut lines, "g"), "it is soft already");
    assert!(!soften(&mut lines, "h"));
}
