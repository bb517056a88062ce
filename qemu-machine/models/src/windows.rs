//! Memory windows: what the host sees of DSP memory.
//!
//! Source: `mem_window.c` of Zephyr for the registers, `cavstool.py` for where
//! the host sees them. Unverified: access beyond the size is refused.

use acelab_abi::memory::to_cached;
use acelab_abi::regs::dmw::{
    COUNT, ENABLE, FLAGS, HOST_BASE, HOST_STRIDE, LIMIT_LOW_BITS, READ_ONLY, Reg, STRIDE,
};
use acelab_abi::trace::{Access, EventKind, Switch, WindowRefusal};

use crate::access::{Fault, Origin};
use crate::effect::Effects;

#[derive(Clone, Copy, Debug, Default)]
struct Window {
    base: u32,
    limit: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Windows {
    windows: [Window; COUNT],
}

/// A place in a window that the host addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) window: u8,
    pub(crate) offset: u32,
}

impl Place {
    /// Which window a BAR4 offset belongs to.
    pub(crate) fn at(addr: u32) -> Option<Self> {
        let offset = addr.checked_sub(HOST_BASE)?;
        let window = u8::try_from(offset / HOST_STRIDE).ok()?;
        (usize::from(window) < COUNT).then_some(Self {
            window,
            offset: offset % HOST_STRIDE,
        })
    }
}

impl Window {
    const fn size(self) -> u32 {
        self.limit & !LIMIT_LOW_BITS
    }

    const fn address(self) -> u32 {
        self.base & !FLAGS
    }

    const fn is_open(self) -> bool {
        self.base & ENABLE != 0
    }

    const fn is_read_only(self) -> bool {
        self.base & READ_ONLY != 0
    }
}

impl Windows {
    pub(crate) fn read(&self, offset: u32) -> Result<u32, Fault> {
        let window = &self.windows[(offset / STRIDE) as usize % COUNT];
        Ok(match Reg::at(offset % STRIDE).ok_or(Fault::Reserved)? {
            Reg::BaseAddress => window.base,
            Reg::Limit => window.limit,
        })
    }

    pub(crate) fn write(
        &mut self,
        offset: u32,
        value: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) -> Result<(), Fault> {
        let index = (offset / STRIDE) as usize % COUNT;
        let window = &mut self.windows[index];
        match Reg::at(offset % STRIDE).ok_or(Fault::Reserved)? {
            Reg::Limit => window.limit = value,
            Reg::BaseAddress => {
                window.base = value;
                fx.event(
                    origin,
                    EventKind::Window {
                        window: index as u8,
                        state: Switch::from(window.is_open()),
                        base: window.address(),
                        size: window.size(),
                        read_only: Switch::from(window.is_read_only()),
                    },
                );
            }
        }
        Ok(())
    }

    /// The physical address behind `len` bytes of a window.
    pub(crate) fn translate(
        &self,
        place: Place,
        len: u32,
        access: Access,
    ) -> Result<u32, WindowRefusal> {
        let window = self.windows[usize::from(place.window) % COUNT];
        if !window.is_open() {
            return Err(WindowRefusal::Closed);
        }
        let size = window.size().min(HOST_STRIDE);
        if len > size || place.offset > size - len {
            return Err(WindowRefusal::BeyondLimit);
        }
        if access == Access::Write && window.is_read_only() {
            return Err(WindowRefusal::ReadOnly);
        }
        to_cached(window.address())
            .checked_add(place.offset)
            .ok_or(WindowRefusal::NotRam)
    }
}
