//! An assembler for the few Xtensa instructions that the guests need, so that
//! the tests need no toolchain and a guest can be read where it is used.

use std::collections::HashMap;

/// An address register, `a0` to `a15`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reg(u32);

/// The registers by number.
pub const A: [Reg; 16] = {
    let mut regs = [Reg(0); 16];
    let mut n = 0;
    while n < 16 {
        regs[n] = Reg(n as u32);
        n += 1;
    }
    regs
};

/// Special registers (numbers of the Xtensa ISA).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Sr {
    /// Count of the zero-overhead loop.
    LoopCount = 2,
    /// Shift amount.
    Sar = 3,
    /// Expected value of S32C1I.
    ScompareOne = 12,
    /// Base of the page table.
    PteVaddr = 83,
    /// Enables S32C1I.
    AtomCtl = 99,
    /// PC of the first exception.
    Epc1 = 177,
    /// Scratch for level-2 handlers.
    Excsave2 = 210,
    /// Pending interrupts; writes set software interrupts.
    IntSet = 226,
    /// Enabled interrupts.
    IntEnable = 228,
    /// Processor state.
    Ps = 230,
    /// Vector base.
    VecBase = 231,
    /// Cause of the last exception.
    ExcCause = 232,
    /// Cycle counter.
    Ccount = 234,
    /// Identity of the core.
    Prid = 235,
    /// Address of the last exception.
    ExcVaddr = 238,
    /// First timer; raises interrupt 3.
    Ccompare0 = 240,
    /// Scratch.
    Misc0 = 244,
}

/// A place in the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label(usize);

enum Fix {
    /// Branches: 8-bit offset in bits 23:16.
    Imm8,
    /// Branches against zero: 12-bit offset in bits 23:12.
    Imm12,
    /// Jumps: 18-bit offset in bits 23:6.
    Imm18,
}

/// Words that `li` may load; they lie before the code, as L32R wants it.
const POOL_WORDS: usize = 64;

/// A guest under construction. It is entered at its base address.
pub struct Asm {
    base: u32,
    bytes: Vec<u8>,
    literals: Vec<u32>,
    labels: Vec<Option<u32>>,
    fixes: Vec<(u32, Label, Fix)>,
    label_literals: HashMap<usize, Label>,
}

impl Asm {
    /// A guest that will be put at `base`.
    pub fn new(base: u32) -> Self {
        let mut asm = Self {
            base,
            bytes: Vec::new(),
            literals: Vec::new(),
            labels: Vec::new(),
            fixes: Vec::new(),
            label_literals: HashMap::new(),
        };
        let code = asm.label();
        asm.j(code);
        asm.bytes.resize(4 + 4 * POOL_WORDS, 0);
        asm.bind(code);
        asm
    }

    /// A label that is bound later.
    pub fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() - 1)
    }

    /// Binds a label to the next instruction.
    pub fn bind(&mut self, label: Label) {
        let here = self.here();
        assert_eq!(self.labels[label.0].replace(here), None, "bound twice");
    }

    /// A label at the next instruction.
    pub fn here_label(&mut self) -> Label {
        let label = self.label();
        self.bind(label);
        label
    }

    /// The address of the next instruction.
    pub fn here(&self) -> u32 {
        self.base + self.bytes.len() as u32
    }

    /// Moves on to `base + offset`, for vectors.
    pub fn org(&mut self, offset: u32) {
        assert!(
            offset as usize >= self.bytes.len(),
            "the code has grown past {offset:#x}"
        );
        self.bytes.resize(offset as usize, 0);
    }

    /// The finished bytes.
    pub fn finish(mut self) -> Vec<u8> {
        for (at, label, fix) in std::mem::take(&mut self.fixes) {
            let target = self.labels[label.0].expect("unbound label");
            let offset = target.wrapping_sub(at + 4).cast_signed();
            let (bits, shift) = match fix {
                Fix::Imm8 => (8, 16),
                Fix::Imm12 => (12, 12),
                Fix::Imm18 => (18, 6),
            };
            let limit = 1 << (bits - 1);
            assert!(
                (-limit..limit).contains(&offset),
                "branch too far: {offset}"
            );
            self.patch(at, (offset.cast_unsigned() & ((1 << bits) - 1)) << shift);
        }
        for (index, label) in &self.label_literals {
            self.literals[*index] = self.labels[label.0].expect("unbound label");
        }
        for (index, literal) in self.literals.iter().enumerate() {
            let at = 4 + 4 * index;
            self.bytes[at..at + 4].copy_from_slice(&literal.to_le_bytes());
        }
        self.bytes
    }

    fn patch(&mut self, at: u32, bits: u32) {
        let at = (at - self.base) as usize;
        for (byte, bits) in self.bytes[at..at + 3].iter_mut().zip(bits.to_le_bytes()) {
            *byte |= bits;
        }
    }

    fn emit(&mut self, word: u32) {
        self.bytes.extend_from_slice(&word.to_le_bytes()[..3]);
    }

    /// An instruction of three bytes that the assembler has no name for.
    pub fn raw(&mut self, word: u32) {
        self.emit(word);
    }

    fn rrr(&mut self, op2: u32, op1: u32, r: Reg, s: Reg, t: Reg) {
        self.emit(op2 << 20 | op1 << 16 | r.0 << 12 | s.0 << 8 | t.0 << 4);
    }

    fn rri8(&mut self, op: u32, s: Reg, t: Reg, imm8: u32) {
        assert!(imm8 < 256);
        self.emit(imm8 << 16 | op << 12 | s.0 << 8 | t.0 << 4 | 2);
    }

    fn branch(&mut self, op: u32, s: Reg, t: Reg, to: Label) {
        self.fixes.push((self.here(), to, Fix::Imm8));
        self.emit(op << 12 | s.0 << 8 | t.0 << 4 | 7);
    }

    fn branch_zero(&mut self, op: u32, s: Reg, to: Label) {
        self.fixes.push((self.here(), to, Fix::Imm12));
        self.emit(s.0 << 8 | op << 6 | 1 << 4 | 6);
    }

    fn literal(&mut self, value: u32) -> usize {
        assert!(self.literals.len() < POOL_WORDS, "the literal pool is full");
        self.literals.push(value);
        self.literals.len() - 1
    }

    fn l32r(&mut self, t: Reg, index: usize) {
        let literal = self.base + 4 + 4 * index as u32;
        let from = (self.here() + 3) & !3;
        let words = literal.wrapping_sub(from).cast_signed() / 4;
        self.emit((words.cast_unsigned() & 0xFFFF) << 8 | t.0 << 4 | 1);
    }

    /// Loads any word.
    pub fn li(&mut self, t: Reg, value: u32) {
        let index = match self.literals.iter().position(|literal| *literal == value) {
            Some(index) if !self.label_literals.contains_key(&index) => index,
            _ => self.literal(value),
        };
        self.l32r(t, index);
    }

    /// Loads the address of a label.
    pub fn la(&mut self, t: Reg, label: Label) {
        let index = self.literal(0);
        self.label_literals.insert(index, label);
        self.l32r(t, index);
    }

    /// `t = [s + offset]`
    pub fn l32i(&mut self, t: Reg, s: Reg, offset: u32) {
        self.rri8(2, s, t, offset / 4);
    }

    /// `[s + offset] = t`
    pub fn s32i(&mut self, t: Reg, s: Reg, offset: u32) {
        self.rri8(6, s, t, offset / 4);
    }

    /// `t = [s + offset]`, 16 bits
    pub fn l16ui(&mut self, t: Reg, s: Reg, offset: u32) {
        self.rri8(1, s, t, offset / 2);
    }

    /// `[s + offset] = t`, 16 bits
    pub fn s16i(&mut self, t: Reg, s: Reg, offset: u32) {
        self.rri8(5, s, t, offset / 2);
    }

    /// If `[s + offset]` is SCOMPARE1 it becomes `t`; `t` is what it was.
    pub fn s32c1i(&mut self, t: Reg, s: Reg, offset: u32) {
        self.rri8(14, s, t, offset / 4);
    }

    /// `t = s + imm`
    pub fn addi(&mut self, t: Reg, s: Reg, imm: i8) {
        self.rri8(12, s, t, imm.cast_unsigned().into());
    }

    /// `r = s + t`
    pub fn add(&mut self, r: Reg, s: Reg, t: Reg) {
        self.rrr(8, 0, r, s, t);
    }

    /// `r = s - t`
    pub fn sub(&mut self, r: Reg, s: Reg, t: Reg) {
        self.rrr(12, 0, r, s, t);
    }

    /// `r = s & t`
    pub fn and(&mut self, r: Reg, s: Reg, t: Reg) {
        self.rrr(1, 0, r, s, t);
    }

    /// `r = s | t`
    pub fn or(&mut self, r: Reg, s: Reg, t: Reg) {
        self.rrr(2, 0, r, s, t);
    }

    /// `r = low(s * t)`
    pub fn mull(&mut self, r: Reg, s: Reg, t: Reg) {
        self.rrr(8, 2, r, s, t);
    }

    /// `r = high(s * t)`, unsigned
    pub fn muluh(&mut self, r: Reg, s: Reg, t: Reg) {
        self.rrr(10, 2, r, s, t);
    }

    /// `r = high(s * t)`, signed
    pub fn mulsh(&mut self, r: Reg, s: Reg, t: Reg) {
        self.rrr(11, 2, r, s, t);
    }

    /// Branches if `s == t`.
    pub fn beq(&mut self, s: Reg, t: Reg, to: Label) {
        self.branch(1, s, t, to);
    }

    /// Branches if `s != t`.
    pub fn bne(&mut self, s: Reg, t: Reg, to: Label) {
        self.branch(9, s, t, to);
    }

    /// Branches if `s < t`, unsigned.
    pub fn bltu(&mut self, s: Reg, t: Reg, to: Label) {
        self.branch(3, s, t, to);
    }

    /// Branches if `s == 0`.
    pub fn beqz(&mut self, s: Reg, to: Label) {
        self.branch_zero(0, s, to);
    }

    /// Branches if `s != 0`.
    pub fn bnez(&mut self, s: Reg, to: Label) {
        self.branch_zero(1, s, to);
    }

    /// Jumps.
    pub fn j(&mut self, to: Label) {
        self.fixes.push((self.here(), to, Fix::Imm18));
        self.emit(6);
    }

    /// Jumps to the address in `s`.
    pub fn jx(&mut self, s: Reg) {
        self.emit(s.0 << 8 | 0xA0);
    }

    /// `t =` special register
    pub fn rsr(&mut self, t: Reg, sr: Sr) {
        self.emit(0x03_0000 | (sr as u32) << 8 | t.0 << 4);
    }

    /// special register `= t`
    pub fn wsr(&mut self, t: Reg, sr: Sr) {
        self.emit(0x13_0000 | (sr as u32) << 8 | t.0 << 4);
    }

    /// Swaps `t` and a special register.
    pub fn xsr(&mut self, t: Reg, sr: Sr) {
        self.emit(0x61_0000 | (sr as u32) << 8 | t.0 << 4);
    }

    /// Invalidates the data TLB entry that `s` names (address and way).
    pub fn idtlb(&mut self, s: Reg) {
        self.emit(0x50_C000 | s.0 << 8);
    }

    /// Waits for an interrupt above `level`.
    pub fn waiti(&mut self, level: u32) {
        self.emit(0x7000 | level << 8);
    }

    /// Waits until special registers have taken effect.
    pub fn rsync(&mut self) {
        self.emit(0x2010);
    }

    /// Does nothing, for one instruction's time.
    pub fn nop(&mut self) {
        self.emit(0x20F0);
    }

    /// Returns from an interrupt of this level.
    pub fn rfi(&mut self, level: u32) {
        self.emit(0x3010 | level << 8);
    }
}
