use expect_test::expect;

use super::*;

#[test]
fn literals_are_shared_within_and_across_functions() {
    let text = "\
f:
\t.literal .LCPI0_0, 305419896
\t.literal .LCPI0_1, g
\t.literal .LCPI0_2, g
\tl32r\ta8, .LCPI0_1
\tl32r\ta9, .LCPI0_2                     # twice
\t.literal .LCPI1_0, 305419896
\t.literal .LCPI1_1, g+4
\tl32r\ta8, .LCPI1_0
\tl32r\ta9, .LCPI1_1
";
    expect![[r#"
        f:
        	.literal .LCPI0_0, 305419896
        	.literal .LCPI0_1, g
        	l32r	a8, .LCPI0_1
        	l32r	a9, .LCPI0_1
        	.literal .LCPI1_1, g+4
        	l32r	a8, .LCPI0_0
        	l32r	a9, .LCPI1_1
    "#]]
    .assert_eq(&literals::share(text));
}

#[test]
fn a_literal_too_far_back_is_not_shared() {
    let far = |instructions: usize| {
        let text = format!(
            "\t.literal .LCPI0_0, g\n{}\t.literal .LCPI1_0, g\n\tl32r\ta8, .LCPI1_0\n",
            "\tadd\ta2, a3, a4\n".repeat(instructions)
        );
        literals::share(&text).contains(".LCPI1_0")
    };
    assert!(!far(40_000));
    assert!(far(50_000));
}

#[test]
fn the_stack_pointer_moves_at_once_where_nobody_sees_the_scratch_register() {
    let text = "\
f:                                      # @f
.Lfunc_begin0:
\t.loc\t1 28 0                          # src/panic.rs:28:0
# %bb.0:
\taddi\ta8, a1, -16
\tor\ta1, a8, a8
\ts32i\ta0, a1, 4                       # 4-byte Folded Spill
\taddi\ta8, a1, -32
\tor\ta1, a8, a8
.LBB0_1:
\taddi\ta8, a1, 16
\tor\ta1, a8, a8
\tret
g:
\tbeqz\ta2, .LBB1_1
\taddi\ta8, a1, -16
\tor\ta1, a8, a8
\taddi\ta2, a1, 16
\tor\ta1, a2, a2
.LBB1_1:
\tret
";
    expect![[r#"
        f:                                      # @f
        .Lfunc_begin0:
        	.loc	1 28 0                          # src/panic.rs:28:0
        # %bb.0:
        	addi	a1, a1, -16
        	s32i	a0, a1, 4                       # 4-byte Folded Spill
        	addi	a8, a1, -32
        	or	a1, a8, a8
        .LBB0_1:
        	addi	a1, a1, 16
        	ret
        g:
        	beqz	a2, .LBB1_1
        	addi	a8, a1, -16
        	or	a1, a8, a8
        	addi	a2, a1, 16
        	or	a1, a2, a2
        .LBB1_1:
        	ret
    "#]]
    .assert_eq(&stack::merge(text));
}

#[test]
fn short_forms_are_used_within_their_ranges() {
    let check = |text: &str, expected: &str| {
        assert_eq!(
            narrow::narrow(&format!("\t{text}\n")),
            format!("\t{expected}\n")
        );
    };
    check("l32i\ta2, a3, 60", "l32i.n\ta2, a3, 60");
    check("l32i\ta2, a3, 64", "l32i\ta2, a3, 64");
    check(
        "s32i\ta2, a1, 0                    # spill",
        "s32i.n\ta2, a1, 0",
    );
    check("or\ta2, a3, a3", "mov.n\ta2, a3");
    check("or\ta2, a3, a4", "or\ta2, a3, a4");
    check("add\ta2, a3, a4", "add.n\ta2, a3, a4");
    for (by, is_short) in [
        (-2, false),
        (-1, true),
        (0, false),
        (1, true),
        (15, true),
        (16, false),
    ] {
        let short = if is_short { "addi.n" } else { "addi" };
        check(
            &format!("addi\ta2, a3, {by}"),
            &format!("{short}\ta2, a3, {by}"),
        );
    }
    for (value, is_short) in [(-33, false), (-32, true), (95, true), (96, false)] {
        let short = if is_short { "movi.n" } else { "movi" };
        check(
            &format!("movi\ta2, {value}"),
            &format!("{short}\ta2, {value}"),
        );
    }
    check("ret", "ret.n");
    check("l8ui\ta2, a3, 4", "l8ui\ta2, a3, 4");
    check(".word\t5", ".word\t5");
}

#[test]
fn branches_are_short_when_their_target_is_near_and_ahead() {
    let short = |between: usize, more: &str| {
        let text = format!(
            "\tbeqz\ta2, .LBB0_2\n{}{more}.LBB0_2:\n\tret\n",
            "\tcallx0\ta8\n".repeat(between)
        );
        narrow::narrow(&text).starts_with("\tbeqz.n")
    };
    assert!(!short(0, ""));
    assert!(short(1, ""));
    assert!(short(
        20,
        ".LBB0_1:                # a label\n\t.loc\t1 2 3\n"
    ));
    assert!(!short(21, ""));
    assert!(!short(3, "\t.p2align\t2\n"));
    assert!(narrow::narrow(".L1:\n\tnop\n\tbnez\ta2, .L1\n").contains("\tbnez\t"));
}

const CALLER: &str = "\
\t.section\t.text.f,\"ax\",@progbits
\t.p2align\t2
\t.literal .LCPI0_0, g
\t.literal .LCPI0_1, memcpy
f:
\tl32r\ta8, .LCPI0_0
\tmovi\ta2, 5
\tcallx0\ta8
";
const CALLEE: &str = "\
\t.section\t.text.g,\"ax\",@progbits
\t.p2align\t2                               # -- Begin function g
g:
\tret
";

#[test]
fn functions_of_the_text_are_called_directly() {
    let direct = calls::near(&format!(
        "{CALLER}\tl32r\ta9, .LCPI0_1\n\tcallx0\ta9\n{CALLEE}"
    ));
    expect![[r#"
        	.section	.text.f,"ax",@progbits
        	.p2align	2
        	.literal .LCPI0_1, memcpy
        f:
        	movi	a2, 5
        	call0	g
        	l32r	a9, .LCPI0_1
        	callx0	a9
        	.section	.text.g,"ax",@progbits
        	.p2align	2                               # -- Begin function g
        g:
        	ret
    "#]]
    .assert_eq(&direct);
}

#[test]
fn calls_that_cannot_be_direct_are_left() {
    let same = |caller: &str, callee: &str| {
        let text = format!("{caller}{callee}");
        let near = calls::near(&text);
        near.contains("callx0") && near.contains(", .LCPI0_0")
    };
    assert!(!same(CALLER, CALLEE));
    // The register is looked at, may come from elsewhere, or lives on.
    assert!(same(
        &CALLER.replace("movi\ta2, 5", "addi\ta2, a8, 5"),
        CALLEE
    ));
    assert!(same(&CALLER.replace("\tmovi\ta2, 5", ".LBB0_1:"), CALLEE));
    assert!(same(
        &CALLER.replace("movi\ta2, 5", "beqz\ta2, .LBB0_2"),
        CALLEE
    ));
    assert!(same(&CALLER.replace("a8", "a12"), CALLEE));
    // The target is far away, not aligned, or not here.
    assert!(same(CALLER, &CALLEE.replace(".text.g", ".boot.g")));
    assert!(same(&CALLER.replace(".text.f", ".boot.f"), CALLEE));
    assert!(same(CALLER, &CALLEE.replace("p2align", "balign")));
    assert!(same(CALLER, ""));
    let between = |count| "\tadd\ta2, a3, a4\n".repeat(count);
    assert!(same(CALLER, &format!("{}{CALLEE}", between(151_000))));
    assert!(!same(CALLER, &format!("{}{CALLEE}", between(150_000))));
}
