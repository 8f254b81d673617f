//! Text of unknown encoding as a stream of UTF-8.

use std::fs::File;
use std::io::{self, Read, Seek};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::ReadError;

const CHUNK_BYTES: usize = 64 << 10;
/// Enough non-ASCII text for a detector to be sure of a language; more only costs time.
const DETECT_BYTES_MAX: usize = 1 << 20;
/// Invalid sequences after which a file is certainly not UTF-8 with a few damaged bytes.
const DAMAGE_MAX: u64 = 1_000;

/// A decoded text file.
pub(super) struct Text {
    file: File,
    decoder: Decoder,
    raw: Vec<u8>,
    ended: bool,
    /// WHATWG name of the encoding.
    pub(super) encoding: &'static str,
}

impl Text {
    /// Appends the next piece to `out`; false once the file has ended.
    pub(super) fn fill(&mut self, out: &mut String) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let filled = read_full(&mut self.file, &mut self.raw)?;
        self.ended = filled < self.raw.len();
        let needed = self.decoder.max_utf8_buffer_length(filled).unwrap_or(filled * 3 + 16);
        out.reserve(needed);
        let (result, read, _) = self.decoder.decode_to_string(&self.raw[..filled], out, self.ended);
        if result != encoding_rs::CoderResult::InputEmpty || read != filled {
            return Err(io::Error::other("decoder needs more room than it said"));
        }
        Ok(true)
    }
}

/// Opens a text with the encoding of `label`, or the one detected over the whole file.
pub(super) fn open(mut file: File, label: Option<&str>) -> Result<Text, ReadError> {
    let encoding = match label {
        Some(label) => Encoding::for_label(label.as_bytes())
            .ok_or_else(|| ReadError::UnknownEncoding(label.chars().take(40).collect()))?,
        None => detect(&mut file)?,
    };
    file.rewind()?;
    Ok(Text {
        file,
        decoder: encoding.new_decoder_with_bom_removal(),
        raw: vec![0; CHUNK_BYTES],
        ended: false,
        encoding: encoding.name(),
    })
}

fn detect(file: &mut File) -> Result<&'static Encoding, ReadError> {
    file.rewind()?;
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut filled = read_full(file, &mut chunk)?;
    if let Some((encoding, _)) = Encoding::for_bom(&chunk[..filled]) {
        return Ok(encoding);
    }
    if let Some(encoding) = wide_without_mark(&chunk[..filled]) {
        return Ok(encoding);
    }

    // The first character beyond ASCII may stand in the last row, so the whole file is checked.
    let mut check = Utf8Check::default();
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    let mut fed = 0;
    loop {
        let piece = &chunk[..filled];
        check.feed(piece);
        if fed < DETECT_BYTES_MAX && detector.feed(piece, false) {
            fed += filled;
        }
        if filled < chunk.len() || check.damage > DAMAGE_MAX {
            break;
        }
        filled = read_full(file, &mut chunk)?;
    }
    check.finish();
    // A damaged byte in a UTF-8 file must not turn every umlaut of the file into two letters.
    if check.damage * 10 <= check.characters {
        return Ok(UTF_8);
    }
    detector.feed(b"", true);
    Ok(detector.guess(None, chardetng::Utf8Detection::Deny))
}

/// UTF-16 without a byte order mark: zero bytes on one side only, and line ends that are two bytes wide. A text of
/// single bytes into which a few zeros strayed has line ends of one byte.
fn wide_without_mark(start: &[u8]) -> Option<&'static Encoding> {
    let zeros_at = |offset: usize| start.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros_at(0), zeros_at(1));
    // At least the line ends and separators of a table are ASCII, also where the text is not.
    let enough = (start.len() / 100).max(1);
    let (encoding, low) = if odd >= enough && odd > even * 10 {
        (UTF_16LE, 0)
    } else if even >= enough && even > odd * 10 {
        (UTF_16BE, 1)
    } else {
        return None;
    };
    // Half of all bytes are zero where the letters are Latin ones.
    let is_mostly_zeros = odd.max(even) * 4 >= start.len();
    (is_mostly_zeros || has_wide_line_ends(start, low)).then_some(encoding)
}

/// Whether line ends are units of two bytes, of which the one at `low` is not zero.
fn has_wide_line_ends(start: &[u8], low: usize) -> bool {
    let (mut wide, mut narrow, mut turned) = (0, 0, 0);
    let mut units = 0;
    for unit in start.chunks_exact(2) {
        let (low, high) = (unit[low], unit[1 - low]);
        units += 1;
        wide += usize::from(high == 0 && matches!(low, b'\n' | b'\r'));
        // A letter may have the same lower byte: one in a hundred does.
        narrow += usize::from(high != 0 && matches!(low, b'\n' | b'\r'));
        turned += usize::from(matches!(high, b'\n' | b'\r'));
    }
    // Letters of some scripts (Gurmukhi, Malayalam) have them as their upper byte, then nearly all do.
    let is_of_that_script = turned * 4 > units;
    wide > 0 && (is_of_that_script || wide > turned) && wide * 4 > narrow
}

/// Counts sound multi-byte characters and damaged sequences over chunks.
#[derive(Default)]
struct Utf8Check {
    carry: Vec<u8>,
    characters: u64,
    damage: u64,
}

impl Utf8Check {
    fn feed(&mut self, chunk: &[u8]) {
        let joined: Vec<u8>;
        let mut rest: &[u8] = if self.carry.is_empty() {
            chunk
        } else {
            joined = [&self.carry[..], chunk].concat();
            &joined
        };
        let mut left = Vec::new();
        while self.damage <= DAMAGE_MAX {
            let (sound, broken) = match std::str::from_utf8(rest) {
                Ok(_) => (rest.len(), None),
                Err(error) => (error.valid_up_to(), Some(error.error_len())),
            };
            self.characters += rest[..sound].iter().filter(|byte| **byte >= 0xc0).count() as u64;
            match broken {
                None => break,
                Some(Some(length)) => {
                    self.damage += 1;
                    rest = &rest[sound + length..];
                }
                Some(None) => {
                    left = rest[sound..].to_vec();
                    break;
                }
            }
        }
        self.carry = left;
    }

    fn finish(&mut self) {
        if !self.carry.is_empty() {
            self.damage += 1;
        }
    }
}

/// Fills the buffer as far as the file goes.
fn read_full(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
