//! Reads and writes bits, most significant first, as MPEG-4's headers hold them.

/// A reader of bits. Its methods return `None` past the end.
#[derive(Clone)]
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// The index of the next bit.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// Reads up to 32 bits as one number.
    pub(crate) fn read(&mut self, count: usize) -> Option<u32> {
        let mut number = 0;
        for at in self.position..self.position + count {
            number = number << 1 | u32::from(self.bytes.get(at / 8)? >> (7 - at % 8) & 1);
        }
        self.position += count;
        Some(number)
    }

    /// Reads `count` bits as bytes, aligned to the first byte's top. Zeros fill the last byte.
    pub(crate) fn bytes(&mut self, count: usize) -> Option<Vec<u8>> {
        let start = self.position;
        self.skip(count)?;
        let (shift, length) = (start % 8, count.div_ceil(8));
        let from = self.bytes.get(start / 8..)?;
        let next = from.iter().skip(1).chain(&[0]);
        let shifted =
            from.iter().zip(next).map(|(&byte, &next)| (u16::from_be_bytes([byte, next]) << shift >> 8) as u8);
        let mut bytes: Vec<u8> = shifted.take(length).collect();
        if let Some(last) = bytes.last_mut().filter(|_| !count.is_multiple_of(8)) {
            *last &= 0xff << (8 - count % 8);
        }
        Some(bytes)
    }

    pub(crate) fn flag(&mut self) -> Option<bool> {
        Some(self.read(1)? == 1)
    }

    pub(crate) fn skip(&mut self, count: usize) -> Option<()> {
        self.position = self.position.checked_add(count).filter(|&end| end <= 8 * self.bytes.len())?;
        Some(())
    }

    /// Skips to the next multiple of eight bits, counted from bit `origin`.
    pub(crate) fn align(&mut self, origin: usize) {
        self.position += (origin.wrapping_sub(self.position)) % 8;
    }
}

/// A writer of bits.
#[derive(Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    /// The number of unused bits in the last byte.
    room: usize,
}

impl BitWriter {
    pub(crate) fn write(&mut self, number: u32, count: usize) {
        for shift in (0..count).rev() {
            if self.room == 0 {
                self.bytes.push(0);
                self.room = 8;
            }
            self.room -= 1;
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((number >> shift & 1) as u8) << self.room;
            }
        }
    }

    /// Fills the last byte with zeros.
    pub(crate) fn align(&mut self) {
        self.room = 0;
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}
