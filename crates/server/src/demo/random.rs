//! A small pseudo-random generator with a fixed definition: the same seed gives the same numbers on every machine and in
//! every release, which no library promises for its default generator. Integers only, so no rounding can differ.

/// xoshiro256** by Blackman and Vigna, seeded through SplitMix64.
#[derive(Clone, Debug)]
pub struct Random([u64; 4]);

impl Random {
    /// A stream of its own for record `index` of kind `stream`, so that one record never depends on how many numbers
    /// another one took.
    pub fn new(seed: u64, stream: u64, index: u64) -> Random {
        let mut state = mix(mix(mix(seed) ^ stream.wrapping_mul(0x9E37_79B9_7F4A_7C15)) ^ index);
        Random(std::array::from_fn(|_| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            mix(state)
        }))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number in `0..n` (0 when `n` is 0). Lemire's multiplication; the bias for the small `n` used here is below 2^-32.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
    }

    /// A number in `low..=high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as u64) as i64
    }

    /// True in `percent` of 100 cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the items. The slice must not be empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    /// One of the words. The slice must not be empty.
    pub fn word(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len() as u64) as usize]
    }
}

/// SplitMix64's finaliser: spreads every input bit over the whole word.
pub fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A 64-bit fingerprint of a text (FNV-1a, then mixed), the same everywhere.
pub fn fingerprint(text: &str) -> u64 {
    let hash = text
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
    mix(hash)
}

/// Draws an index with given integer weights by binary search.
#[derive(Clone, Debug)]
pub struct Weighted(Vec<u64>);

impl Weighted {
    /// At least one weight must be positive.
    pub fn new(weights: impl IntoIterator<Item = u64>) -> Weighted {
        let mut sum = 0;
        Weighted(
            weights
                .into_iter()
                .map(|weight| {
                    sum += weight;
                    sum
                })
                .collect(),
        )
    }

    /// Zipf's law: the n-th item is drawn in proportion to 1/n.
    pub fn zipf(n: usize) -> Weighted {
        Weighted::new((1..=n as u64).map(|rank| (1 << 32) / rank))
    }

    /// A gentler law: the n-th item is drawn in proportion to 1/√n.
    pub fn root(n: usize) -> Weighted {
        Weighted::new((1..=n as u64).map(|rank| (1 << 32) / (rank << 16).isqrt().max(1)))
    }

    pub fn draw(&self, random: &mut Random) -> usize {
        let total = self.0.last().copied().unwrap_or(0);
        let at = random.below(total);
        self.0.partition_point(|&sum| sum <= at).min(self.0.len().saturating_sub(1))
    }
}
