//! Classes of bad arguments.

use acelab_abi::object::ObjectKind;
use acelab_abi::syscall::{Argument, Buffer, SysError, SyscallInfo};

use super::super::hostile::{Access, Place};

/// One class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Handle 0.
    HandleZero,
    /// A word that is no handle.
    HandleRandom,
    /// All bits set.
    HandleMax,
    /// Of an object of this other kind, which the thread may use.
    HandleOfKind(ObjectKind),
    /// Of an object that was closed.
    HandleStale,
    /// Of an object that was closed, and whose index another one has now.
    HandleReused,
    /// Of an index that is not in use.
    HandleFree,
    /// Of an object that is there, with a later generation.
    HandleFuture,
    /// Of an object that the thread may not use.
    HandleForbidden,
    /// One below the range.
    ValueBelow,
    /// One above it.
    ValueAbove,
    /// All bits set.
    ValueMax,
    /// No bit.
    BitsNone,
    /// A bit outside of the mask.
    BitsOutside,
    /// All bits set.
    BitsMax,
    /// The deadline is at 0.
    DeadlineZero,
    /// The deadline was a moment ago.
    DeadlinePast,
    /// An address of this kind.
    Pointer(Place),
    /// An address that is not a multiple of four.
    PointerUnaligned,
    /// A range that ends beyond the address space.
    PointerWraps,
    /// One byte more than the most.
    LengthAbove,
    /// All bits set.
    LengthMax,
    /// One byte more than what is mapped.
    LengthUnmapped,
    /// Address 0.
    HeapNull,
    /// An address of another domain's heap.
    HeapForeign,
    /// An address inside of a block.
    HeapInner,
    /// An address between granules.
    HeapOdd,
    /// An address that was given back.
    HeapFreed,
    /// An address of the kernel.
    HeapKernel,
}

/// What must become of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It answers this; `Ok` only where the argument is not wrong after all.
    Answer(SysError),
    /// The thread is stopped, and the report names the call.
    Stopped,
}

/// Bytes of a buffer whose length is the next argument.
pub const BYTES: u32 = 16;

/// Hands each class that there is for an argument to `each`.
pub fn for_each(argument: Argument, each: &mut impl FnMut(Class)) {
    match argument {
        Argument::Handle(kind) => {
            handles(each);
            for other in ObjectKind::ALL.iter().filter(|other| **other != kind) {
                each(Class::HandleOfKind(*other));
            }
        }
        Argument::AnyHandle => handles(each),
        // Every word is good. What goes on with the time is in its low word.
        Argument::Word | Argument::DeadlineHigh => {}
        Argument::Range(least, most) => {
            if least > 0 {
                each(Class::ValueBelow);
            }
            if most < u32::MAX {
                each(Class::ValueAbove);
                each(Class::ValueMax);
            }
        }
        Argument::Bits(mask) => {
            each(Class::BitsNone);
            if mask != u32::MAX {
                each(Class::BitsOutside);
                each(Class::BitsMax);
            }
        }
        Argument::DeadlineLow => {
            each(Class::DeadlineZero);
            each(Class::DeadlinePast);
        }
        Argument::In(buffer) => pointers(Access::Load, buffer, each),
        Argument::Out(buffer) => pointers(Access::Store, buffer, each),
        Argument::Length(most) => {
            if most < u32::MAX {
                each(Class::LengthAbove);
            }
            each(Class::LengthMax);
            each(Class::LengthUnmapped);
        }
        Argument::HeapAddress => {
            for class in [
                Class::HeapNull,
                Class::HeapForeign,
                Class::HeapInner,
                Class::HeapOdd,
                Class::HeapFreed,
                Class::HeapKernel,
            ] {
                each(class);
            }
        }
    }
}

fn handles(each: &mut impl FnMut(Class)) {
    for class in [
        Class::HandleZero,
        Class::HandleRandom,
        Class::HandleMax,
        Class::HandleStale,
        Class::HandleReused,
        Class::HandleFree,
        Class::HandleFuture,
        Class::HandleForbidden,
    ] {
        each(class);
    }
}

/// Bytes of a buffer as the matrix passes it.
pub const fn size(buffer: Buffer) -> u32 {
    match buffer {
        Buffer::Words(bytes) => bytes,
        Buffer::Bytes(most) => {
            if most < BYTES {
                most
            } else {
                BYTES
            }
        }
    }
}

fn pointers(access: Access, buffer: Buffer, each: &mut impl FnMut(Class)) {
    for place in Place::ALL {
        if !place.permits(access, size(buffer)) {
            each(Class::Pointer(*place));
        }
    }
    if matches!(buffer, Buffer::Words(_)) {
        each(Class::PointerUnaligned);
    }
    each(Class::PointerWraps);
}

impl Class {
    /// What must become of `call` with such an argument, all others being good.
    pub fn expected(self, call: &SyscallInfo, argument: Argument) -> Expected {
        match self {
            Self::HandleZero
            | Self::HandleRandom
            | Self::HandleMax
            | Self::HandleStale
            | Self::HandleReused
            | Self::HandleFree
            | Self::HandleFuture => Expected::Answer(SysError::BadHandle),
            Self::HandleOfKind(_) => Expected::Answer(SysError::WrongKind),
            Self::HandleForbidden => Expected::Answer(SysError::Permission),
            Self::ValueBelow
            | Self::ValueAbove
            | Self::ValueMax
            | Self::BitsNone
            | Self::BitsOutside
            | Self::BitsMax
            | Self::HeapNull
            | Self::HeapForeign
            | Self::HeapInner
            | Self::HeapOdd
            | Self::HeapFreed
            | Self::HeapKernel => Expected::Answer(SysError::InvalidValue),
            // A call that would wait answers at once; the others have nothing to
            // wait for.
            Self::DeadlineZero | Self::DeadlinePast => {
                Expected::Answer(if call.errors.contains(&SysError::Timeout) {
                    SysError::Timeout
                } else {
                    SysError::Ok
                })
            }
            Self::Pointer(_) | Self::PointerUnaligned | Self::PointerWraps => Expected::Stopped,
            Self::LengthAbove => Expected::Answer(SysError::TooLong),
            Self::LengthMax => match argument {
                Argument::Length(u32::MAX) => Expected::Stopped,
                _ => Expected::Answer(SysError::TooLong),
            },
            Self::LengthUnmapped => Expected::Stopped,
        }
    }
}
