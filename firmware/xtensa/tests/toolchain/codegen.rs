//! The stage that turns IR into objects, against the real LLVM.

use std::collections::BTreeSet;
use std::fs;

use acelab_xtensa::args::OptLevel;
use acelab_xtensa::codegen::{Remedy, compile};
use acelab_xtensa::ir::{self, float};
use acelab_xtensa::target;

use super::support::{copy, toolchain};

fn hard_features() -> String {
    format!("{},{}", target::features(), target::FLOAT_FEATURES)
}

#[test]
fn a_frame_without_a_spill_slot_is_padded() {
    let Some(tools) = toolchain("a_frame_without_a_spill_slot_is_padded") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let ir = copy("spill.ll", dir.path());
    let compiled = compile(&tools, &ir, &target::features(), OptLevel::O2).unwrap();
    let padded = BTreeSet::from([("no_slot".to_owned(), Remedy::PaddedFrame)]);
    assert_eq!(compiled.remedies, padded);
}

#[test]
fn floats_use_the_fpu_where_llvm_can() {
    let Some(tools) = toolchain("floats_use_the_fpu_where_llvm_can") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let ir = copy("float.ll", dir.path());
    ir::rewrite(&ir, |lines| {
        float::harden(lines);
        Ok(())
    })
    .unwrap();
    let compiled = compile(&tools, &ir, &hard_features(), OptLevel::O2).unwrap();
    let soft = BTreeSet::from([("half".to_owned(), Remedy::SoftFloat)]);
    assert_eq!(compiled.remedies, soft);
    let asm = fs::read_to_string(ir.with_extension("s")).unwrap();
    let comparisons = ["\tole.s\t", "\tolt.s\t", "\tule.s\t", "\tult.s\t"];
    let count: usize = comparisons.iter().map(|op| asm.matches(op).count()).sum();
    assert_eq!(count, 2, "{asm}");
    assert!(
        asm.contains("__addsf3"),
        "the function with the half is soft: {asm}"
    );
}

#[test]
fn what_cannot_be_helped_is_refused_by_name() {
    let Some(tools) = toolchain("what_cannot_be_helped_is_refused_by_name") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let ir = copy("thread_local.ll", dir.path());
    let error = compile(&tools, &ir, &target::features(), OptLevel::O2).unwrap_err();
    expect_test::expect!["code generation failed in function `read_cell`: LLVM gave up: error: <unknown>:0:0: in function read_cell i32 (): only emulated TLS supported"].assert_eq(&error.to_string());
}
