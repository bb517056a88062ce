//! Checksums: table-driven, bitwise and modular.

use core::hint::black_box;

use crate::Group;
use crate::group::{Run, group};

const CRC32: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut word = index as u32;
        let mut bit = 0;
        while bit < 8 {
            word = if word & 1 == 1 {
                word >> 1 ^ 0xEDB8_8320
            } else {
                word >> 1
            };
            bit += 1;
        }
        table[index] = word;
        index += 1;
    }
    table
};

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        crc >> 8 ^ CRC32[(crc as u8 ^ byte) as usize]
    })
}

fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| {
            if crc & 0x8000 != 0 {
                crc << 1 ^ 0x1021
            } else {
                crc << 1
            }
        })
    })
}

fn crc64(bytes: &[u8]) -> u64 {
    !bytes.iter().fold(!0u64, |crc, byte| {
        (0..8).fold(crc ^ u64::from(*byte), |crc, _| {
            crc >> 1 ^ (crc & 1).wrapping_neg() & 0xC96C_5795_D787_0F42
        })
    })
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65521;
        (a, (a + b) % 65521)
    });
    b << 16 | a
}

fn fletcher64(words: &[u32]) -> u64 {
    let (a, b) = words.iter().fold((0u64, 0u64), |(a, b), word| {
        let a = (a + u64::from(*word)) % 0xFFFF_FFFF;
        (a, (a + b) % 0xFFFF_FFFF)
    });
    b << 32 | a
}

fn all(run: &mut Run) {
    let Run { inputs, hash } = run;
    // The check value of each algorithm, so that both sides cannot be wrong alike.
    let check = black_box(*b"123456789");
    hash.put(crc32(&check) == 0xCBF4_3926);
    hash.put(crc16(&check) == 0x29B1);
    hash.put(crc64(&check) == 0x995D_C9BB_DF19_39FA);
    hash.put(adler32(&check) == 0x091E_01DE);
    for length in [0usize, 1, 5, 64, 200] {
        let mut bytes = [0; 200];
        inputs.fill(&mut bytes);
        hash.put(crc32(&bytes[..length]));
        hash.put(crc16(&bytes[..length]));
        hash.put(crc64(&bytes[..length]));
        hash.put(adler32(&bytes[..length]));
        let words: [u32; 40] = core::array::from_fn(|_| inputs.next() as u32);
        hash.put(fletcher64(&words[..length / 5]));
    }
}

pub(crate) const GROUPS: &[Group] = &[group!("checksums/all", all)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_values() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc16(b"123456789"), 0x29B1);
        assert_eq!(crc64(b"123456789"), 0x995D_C9BB_DF19_39FA);
        assert_eq!(adler32(b"123456789"), 0x091E_01DE);
    }
}
