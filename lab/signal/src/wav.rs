//! WAV files.

use std::path::Path;

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};

use crate::format::{Format, Sample};
use crate::pcm::Pcm;

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum WavError {
    /// It cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: String,
        /// Why.
        error: hound::Error,
    },
    /// It is not in the format of the stream.
    #[error("the file has {rate} Hz and {channels} channels, the stream is {wanted}")]
    Other {
        /// Its rate.
        rate: u32,
        /// Its channels.
        channels: u16,
        /// What it should be.
        wanted: Format,
    },
}

/// The Q1.31 samples of a file, its rate and its channels.
pub fn read_wav(path: &Path) -> Result<(Vec<i32>, u32, u16), WavError> {
    let read = || {
        let reader = WavReader::open(path)?;
        let spec = reader.spec();
        let samples: Result<Vec<i32>, hound::Error> = match spec.sample_format {
            SampleFormat::Int => {
                let shift = 32 - u32::from(spec.bits_per_sample);
                let samples = reader.into_samples::<i32>();
                samples.map(|sample| Ok(sample? << shift)).collect()
            }
            SampleFormat::Float => {
                let samples = reader.into_samples::<f32>();
                let scaled = |value: f32| (f64::from(value) * 2_147_483_648.0) as i32;
                samples.map(|sample| sample.map(scaled)).collect()
            }
        };
        Ok((samples?, spec.sample_rate, spec.channels))
    };
    read().map_err(|error| WavError::File {
        path: path.display().to_string(),
        error,
    })
}

/// Writes audio bit for bit.
pub fn write_wav(path: &Path, pcm: &Pcm) -> Result<(), WavError> {
    let format = pcm.format();
    let spec = WavSpec {
        channels: u16::from(format.channels),
        sample_rate: format.rate,
        bits_per_sample: u16::from(format.sample.valid_bits()),
        sample_format: match format.sample {
            Sample::F32 => SampleFormat::Float,
            _ => SampleFormat::Int,
        },
    };
    let write = || {
        let mut writer = WavWriter::create(path, spec)?;
        for container in pcm.bytes().chunks_exact(format.sample.bytes()) {
            match (format.sample, container) {
                (Sample::S16, &[a, b]) => writer.write_sample(i16::from_le_bytes([a, b]))?,
                (Sample::F32, &[a, b, c, d]) => {
                    writer.write_sample(f32::from_le_bytes([a, b, c, d]))?;
                }
                (Sample::S24, &[a, b, c, _]) => {
                    writer.write_sample(i32::from_le_bytes([0, a, b, c]) >> 8)?;
                }
                (_, &[a, b, c, d]) => writer.write_sample(i32::from_le_bytes([a, b, c, d]))?,
                _ => {}
            }
        }
        writer.finalize()
    };
    write().map_err(|error| WavError::File {
        path: path.display().to_string(),
        error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    #[test]
    fn a_file_holds_what_was_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.wav");
        for sample in Sample::ALL {
            let format = Format {
                sample,
                rate: 44_100,
                channels: 3,
            };
            let signal = "noise -1 dBFS".parse().expect("a signal");
            let source = Source::open(&signal, format, folder.path()).expect("no file");
            let pcm = source.pcm(0, 100);
            write_wav(&path, &pcm).expect("a file");
            let (samples, rate, channels) = read_wav(&path).expect("a file");
            assert_eq!((rate, channels), (44_100, 3));
            assert_eq!(format.encode(&samples), pcm.bytes(), "{format}");
        }
    }

    #[test]
    fn a_file_of_another_format_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let format = "s16le/48000/2".parse().expect("a format");
        let pcm = Pcm::new(format, vec![1; 40]);
        write_wav(&folder.path().join("a.wav"), &pcm).expect("a file");
        let signal = "wav a.wav".parse().expect("a signal");
        let same = Source::open(&signal, format, folder.path()).expect("the file");
        assert_eq!(same.pcm(0, 10), pcm);
        assert!(same.pcm(10, 5).is_silent(0, 5));
        let other = "s16le/44100/2".parse().expect("a format");
        let error = Source::open(&signal, other, folder.path()).expect_err("another rate");
        assert!(error.to_string().contains("48000 Hz"), "{error}");
        let gone = "wav b.wav".parse().expect("a signal");
        assert!(Source::open(&gone, format, folder.path()).is_err());
    }
}
