//! Tells the link driver where the assembly is, and when to link again.

fn main() {
    let folder = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    println!("cargo::rerun-if-changed=asm");
    println!("cargo::rerun-if-changed=asm-debug");
    println!("cargo::rerun-if-env-changed=ACELAB_LD_HASH");
    println!("cargo::rustc-link-arg-bins=--asm={folder}/asm");
    println!("cargo::rustc-link-arg-bins=--asm-include={folder}/asm");
    if std::env::var_os("CARGO_FEATURE_DEBUG_IPC").is_some() {
        println!("cargo::rustc-link-arg-bins=--asm={folder}/asm-debug");
    }
}
