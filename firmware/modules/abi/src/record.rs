//! What is passed between both sides, in C layout.
//!
//! All records belong to the caller, the firmware. Each starts with a [`Head`].

use core::ffi::c_void;
use core::mem::transmute;
use core::ptr;

use acelab_abi::ipc4::audio_format::ChannelConfig;
use acelab_module_sdk::{
    Format, Fragment, Meters, Pin, SampleFormat, Samples, SamplesMut, Sink, Source,
};

/// Longest name of a field in [`Head::text`], in bytes.
pub const TEXT_BYTES: usize = 24;

/// What all records start with.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Head {
    /// Where the module shows its meters, if it has any; null where nobody looks.
    pub meters: *mut Meters,
    /// Out: more about an error, see [`crate::Reason`].
    pub detail: [u32; 3],
}

impl Head {
    /// A head with a place for meters.
    pub const fn new(meters: *mut Meters) -> Self {
        Self {
            meters,
            detail: [0; 3],
        }
    }
}

/// `reset`, `destroy`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Plain {
    /// The head.
    pub head: Head,
}

/// `create`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Create {
    /// The head.
    pub head: Head,
    /// The payload of INIT_INSTANCE: the base configuration, and what is behind it.
    pub payload: *const u8,
    /// Its size in bytes.
    pub bytes: usize,
    /// Out: the instance, which means nothing to the firmware.
    pub instance: *mut c_void,
    /// Out: not 0 when the module has meters.
    pub has_meters: u32,
    /// Out: the name of a field that has a wrong value, zeros behind it.
    pub text: [u8; TEXT_BYTES],
}

/// `prepare`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Prepare {
    /// The head.
    pub head: Head,
    /// Pins that are bound, in ascending order of their queue.
    pub inputs: *const RawPin,
    /// How many.
    pub input_count: usize,
    /// Pins that are bound, in ascending order of their queue.
    pub outputs: *const RawPin,
    /// How many.
    pub output_count: usize,
}

/// A pin that is bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct RawPin {
    /// Rate in Hz.
    pub rate: u32,
    /// Code of the layout.
    pub layout: u32,
    /// The channel map.
    pub map: u32,
    /// Number of the queue.
    pub queue: u8,
    /// Samples per frame.
    pub channels: u8,
    /// A number of a format, see [`sample_format`].
    pub sample: u8,
    /// Zero.
    pub reserved: u8,
}

/// `process`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Process {
    /// The head.
    pub head: Head,
    /// Inputs, in ascending order of their queue.
    pub sources: *mut View,
    /// How many.
    pub source_count: usize,
    /// Outputs, in ascending order of their queue.
    pub sinks: *mut View,
    /// How many.
    pub sink_count: usize,
}

/// Frames of a ring that wait, or that are free: a [`Source`] or [`Sink`] of the SDK is
/// such a record, so that none has to be made in a tick. A module may change all of it;
/// the firmware reads nothing of it but `moved` behind a call.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct View {
    /// A number of a format, see [`sample_format`].
    pub sample: u32,
    /// Two pieces, of which the second follows the first.
    pub parts: [Part; 2],
    /// Samples per frame, at least 1.
    pub channels: usize,
    /// Frames of both pieces.
    pub frames: usize,
    /// Out: frames that were taken or put, added to what was there.
    pub moved: usize,
    /// 1 when the other side of the buffer is running, or 0.
    pub active: u8,
    /// Number of the queue.
    pub queue: u8,
}

/// Samples that follow each other.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Part {
    /// The first one; aligned and not null, also where there are none.
    pub start: *mut c_void,
    /// How many.
    pub samples: usize,
}

impl View {
    /// Nothing.
    pub const NONE: Self = Self {
        sample: 0,
        parts: [Part::NONE; 2],
        channels: 1,
        frames: 0,
        moved: 0,
        active: 0,
        queue: 0,
    };
}

impl Part {
    /// No samples.
    pub const NONE: Self = Self {
        start: ptr::without_provenance_mut(align_of::<i32>()),
        samples: 0,
    };
}

/// `set_config`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct SetConfig {
    /// The head.
    pub head: Head,
    /// The parameter.
    pub id: u32,
    /// One of [`WHOLE`], [`FIRST`], [`NEXT`], [`LAST`].
    pub part: u32,
    /// Bytes of the whole in a first part, the offset in a later one.
    pub size_or_offset: u32,
    /// The bytes of this part.
    pub data: *const u8,
    /// How many.
    pub bytes: usize,
}

/// All of a parameter.
pub const WHOLE: u32 = 0;
/// The first part of a parameter.
pub const FIRST: u32 = 1;
/// A part between the first and the last.
pub const NEXT: u32 = 2;
/// The last part of a parameter.
pub const LAST: u32 = 3;

/// `get_config`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct GetConfig {
    /// The head.
    pub head: Head,
    /// The parameter.
    pub id: u32,
    /// Where its value goes.
    pub data: *mut u8,
    /// How many bytes fit.
    pub bytes: usize,
    /// Out: size of the value in bytes.
    pub written: usize,
}

/// A compiler that lays views out in another way builds neither firmware nor library.
const _: () = {
    let mut number = 0;
    while let Some(format) = sample_format(number) {
        let (a, b) = ([0; 6], [0; 2]);
        let (short, more) = ([0; 6], [0; 2]);
        let samples = match number {
            0 => Samples::S16([&short, &more]),
            1 => Samples::S24([&a, &b]),
            2 => Samples::S32([&a, &b]),
            _ => Samples::F32([&a, &b]),
        };
        // SAFETY: the target has numbers and pointers only, and its padding may be anything.
        check(number, unsafe {
            transmute::<Source<'_>, View>(Source::new(7, 2, samples, true))
        });
        let (mut a, mut b) = ([0; 6], [0; 2]);
        let (mut short, mut more) = ([0; 6], [0; 2]);
        let room = match number {
            0 => SamplesMut::S16([&mut short, &mut more]),
            1 => SamplesMut::S24([&mut a, &mut b]),
            2 => SamplesMut::S32([&mut a, &mut b]),
            _ => SamplesMut::F32([&mut a, &mut b]),
        };
        // SAFETY: as above.
        check(number, unsafe {
            transmute::<Sink<'_>, View>(Sink::new(7, 2, room, true))
        });
        assert!(sample_number(format) == number);
        number += 1;
    }
};

/// Whether this is the record of 6 and 2 samples for queue 7.
const fn check(number: u8, view: View) {
    let [a, b] = view.parts;
    assert!(view.sample == number as u32 && a.samples == 6 && b.samples == 2);
    assert!(view.channels == 2 && view.frames == 4 && view.moved == 0);
    assert!(view.active == 1 && view.queue == 7);
}

/// The number of a format.
pub const fn sample_number(format: SampleFormat) -> u8 {
    match format {
        SampleFormat::S16 => 0,
        SampleFormat::S24 => 1,
        SampleFormat::S32 => 2,
        SampleFormat::F32 => 3,
    }
}

/// The format with this number.
pub const fn sample_format(number: u8) -> Option<SampleFormat> {
    Some(match number {
        0 => SampleFormat::S16,
        1 => SampleFormat::S24,
        2 => SampleFormat::S32,
        3 => SampleFormat::F32,
        _ => return None,
    })
}

impl RawPin {
    /// How a pin is passed.
    pub fn of(pin: &Pin) -> Self {
        let format = &pin.format;
        Self {
            rate: format.rate(),
            layout: format.layout().code(),
            map: format.map(),
            queue: pin.queue,
            // At most `MAX_CHANNELS`.
            channels: format.channels() as u8,
            sample: sample_number(format.sample()),
            reserved: 0,
        }
    }

    /// The pin; `None` if its format is none.
    pub fn pin(&self) -> Option<Pin> {
        let sample = sample_format(self.sample)?;
        let layout = ChannelConfig::from_code(self.layout)?;
        let format = Format::new(self.rate, self.channels, sample).ok()?;
        Some(Pin {
            queue: self.queue,
            format: format.with_map(layout, self.map),
        })
    }
}

/// How a fragment is passed: one of [`WHOLE`] to [`LAST`], and the size or offset.
pub const fn raw_fragment(fragment: Fragment) -> (u32, u32) {
    match fragment {
        Fragment::Whole => (WHOLE, 0),
        Fragment::First { total } => (FIRST, total),
        Fragment::Next {
            offset,
            last: false,
        } => (NEXT, offset),
        Fragment::Next { offset, last: true } => (LAST, offset),
    }
}

/// The fragment that is passed so.
pub const fn fragment(part: u32, size_or_offset: u32) -> Option<Fragment> {
    Some(match part {
        WHOLE => Fragment::Whole,
        FIRST => Fragment::First {
            total: size_or_offset,
        },
        NEXT | LAST => Fragment::Next {
            offset: size_or_offset,
            last: part == LAST,
        },
        _ => return None,
    })
}
