//! Makes the files of the [recipes](super::recipes) with ffmpeg and keeps them under `target`. Every channel has its
//! own signal.
//!
//! A folder contains all files of one source. A change of ffmpeg, of the source or of a recipe remakes a file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{LazyLock, Mutex};
use std::thread;

use super::recipes::{LAYOUTS, Layouts, Outcome, Recipe, recipes};

/// The source's resolution in bits, low enough for floating-point formats to keep exactly.
const SOURCE_BITS: u32 = 24;

/// The positions of WAVE's channel mask, from its lowest bit on.
const WAVE: [&str; 11] = ["FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR"];

/// Layouts that ffmpeg labels incorrectly; we follow the label. Each entry has the containers or the codec, the
/// written layout, and a layout whose channels are at the label's positions.
const MISLABELLED: [(&[&str], &str, &str); 7] = [
    // Apple's MPEG_7_1_A is L R C LFE Ls Rs Lc Rc, and MPEG_6_1_A is L R C LFE Ls Rs Cs ("CoreAudioBaseTypes.h").
    (&["AIFF", "CAF", "MOV"], "7.1(wide-side)", "7.1(wide)"),
    (&["MOV"], "6.1", "6.1(back)"),
    // These look alike in its program config elements.
    (&["AAC"], "6.1(back)", "6.1"),
    (&["AAC"], "6.1(front)", "6.1"),
    (&["AAC"], "7.0(front)", "7.0"),
    (&["AAC"], "7.1(wide)", "7.1"),
    (&["AAC"], "7.1(wide-side)", "7.1"),
];

/// The length of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Length {
    /// Enough for a comparison sample by sample.
    Short,
    /// Enough for some packets to damage.
    Tiny,
    /// Enough for some packets of any codec.
    Medium,
    /// Enough to seek in.
    Long,
}

/// The audio to encode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    pub length: Length,
    pub rate: u32,
    pub layout: &'static str,
}

/// A file of a recipe.
pub struct Cell {
    pub recipe: Recipe,
    pub source: Source,
    pub path: PathBuf,
    /// The layout as ffmpeg reads it; empty for a file that we must refuse.
    pub ffmpeg_layout: String,
}

impl Source {
    /// Returns its positions, in ffmpeg's words.
    pub fn positions(&self) -> Vec<&'static str> {
        positions(self.layout).unwrap()
    }

    pub fn seconds(&self) -> f64 {
        match self.length {
            Length::Short => 0.03,
            Length::Tiny => 0.15,
            Length::Medium => 0.3,
            Length::Long => 60.0,
        }
    }

    /// Returns an odd number, so that the audio never ends with a packet.
    pub fn frames(&self) -> usize {
        (self.seconds() * f64::from(self.rate)) as usize | 3
    }

    /// Returns a channel's sample at time `t`: silence, then a tone of its own.
    pub fn sample(&self, channel: usize, t: f64) -> f64 {
        let begun = t - self.seconds().min(0.3) * (0.1 + 0.08 * channel as f64);
        let ramp = (begun / 0.002).clamp(0.0, 1.0);
        // Encoders keep only low frequencies of an LFE channel.
        let hertz = if self.positions()[channel] == "LFE" { 60.0 } else { 500.0 + 150.0 * channel as f64 };
        // Long signals swell, so that no two packets are alike.
        let swell = if self.length == Length::Long { 0.6 + 0.4 * (1.7 * t).sin() } else { 1.0 };
        (0.15 + 0.01 * channel as f64) * ramp * swell * (std::f64::consts::TAU * hertz * begun).sin()
    }

    /// Returns a channel's samples in 32 bits, as they are written.
    pub fn plane(&self, channel: usize) -> Vec<i32> {
        let full = f64::from(1u32 << (SOURCE_BITS - 1));
        let sample = |frame| (self.sample(channel, frame as f64 / f64::from(self.rate)) * full).round() as i32;
        (0..self.frames()).map(|frame| sample(frame) << (32 - SOURCE_BITS)).collect()
    }

    /// Writes the source as a WAV file.
    fn wav(&self) -> Vec<u8> {
        let planes: Vec<Vec<i32>> = (0..self.positions().len()).map(|channel| self.plane(channel)).collect();
        let bit = |name: &&str| 1u32 << WAVE.iter().position(|known| known == name).unwrap();
        let mask: u32 = self.positions().iter().map(bit).sum();
        let (channels, frames) = (planes.len() as u32, self.frames() as u32);
        let block = channels * 4;
        let mut out = Vec::new();
        let mut put = |parts: &[&[u8]]| parts.iter().for_each(|part| out.extend_from_slice(part));
        put(&[b"RIFF", &(60 + frames * block).to_le_bytes(), b"WAVEfmt ", &40u32.to_le_bytes()]);
        put(&[&0xfffeu16.to_le_bytes(), &(channels as u16).to_le_bytes(), &self.rate.to_le_bytes()]);
        put(&[&(self.rate * block).to_le_bytes(), &(block as u16).to_le_bytes(), &32u16.to_le_bytes()]);
        put(&[&22u16.to_le_bytes(), &32u16.to_le_bytes(), &mask.to_le_bytes()]);
        put(&[b"\x01\0\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71", b"data", &(frames * block).to_le_bytes()]);
        for frame in 0..frames as usize {
            planes.iter().for_each(|plane| put(&[&plane[frame].to_le_bytes()]));
        }
        out
    }
}

/// Returns the positions of an ffmpeg layout, by its name.
pub fn positions(layout: &str) -> Option<Vec<&'static str>> {
    let found = LAYOUTS.iter().find(|(name, _)| *name == layout);
    found.map(|(_, positions)| positions.split(' ').collect())
}

/// Returns the sources of all recipes, each with its recipes.
pub fn plan() -> BTreeMap<Source, Vec<Recipe>> {
    let mut plan: BTreeMap<Source, Vec<Recipe>> = BTreeMap::new();
    for recipe in recipes() {
        let length = match recipe.outcome {
            Outcome::Bits(_) | Outcome::Float => Length::Short,
            _ => Length::Medium,
        };
        for layout in recipe.layouts.names() {
            let mut rates = recipe.rates.to_vec();
            rates.dedup();
            for rate in rates {
                plan.entry(Source { length, rate, layout }).or_default().push(recipe);
            }
        }
    }
    plan
}

/// Plans one file of each readable container and codec, at the lowest rate and in stereo where possible.
pub fn one_each(length: Length) -> BTreeMap<Source, Vec<Recipe>> {
    let mut plan: BTreeMap<Source, Vec<Recipe>> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for recipe in recipes().into_iter().filter(Recipe::is_readable) {
        if known.insert((recipe.container, recipe.codec)) {
            let layout = if let Layouts::One(name) = recipe.layouts { name } else { "stereo" };
            plan.entry(Source { length, rate: recipe.rates[0], layout }).or_default().push(recipe);
        }
    }
    plan
}

/// One small file of each readable container and codec, with its name. They are also written to a folder where the
/// browser's tests find them.
pub static SEEDS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("seeds");
    fs::create_dir_all(&folder).unwrap();
    let keep = |cell: Cell| {
        let name = cell.path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = fs::read(&cell.path).unwrap();
        fs::write(folder.join(&name), &bytes).unwrap();
        (name, bytes)
    };
    each(&one_each(Length::Tiny), keep)
});

/// Makes the planned files, with one thread per core, and calls `look` on each folder's files as soon as they exist.
/// Returns the results in the plan's order.
pub fn each<T: Send>(plan: &BTreeMap<Source, Vec<Recipe>>, look: impl Fn(Cell) -> T + Sync) -> Vec<T> {
    let waiting = Mutex::new(plan.iter().enumerate());
    let found = Mutex::new(Vec::new());
    let cores = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let Some((index, (source, recipes))) = waiting.lock().unwrap().next() else { break };
                    let looked: Vec<T> = make(*source, recipes).into_iter().map(&look).collect();
                    found.lock().unwrap().push((index, looked));
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap();
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().flat_map(|(_, looked)| looked).collect()
}

/// ffmpeg's version, as its first line of output.
static VERSION: LazyLock<String> =
    LazyLock::new(|| String::from_utf8_lossy(&ffmpeg(["-version"]).stdout).lines().next().unwrap_or_default().into());

fn make(source: Source, recipes: &[Recipe]) -> Vec<Cell> {
    let name = format!("{:?}-{}-{}", source.length, source.rate, source.layout);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats").join(name);
    let path = |recipe: &Recipe| {
        let words = [recipe.container, recipe.codec, recipe.format].join(" ");
        let name = words.replace(|character: char| !character.is_ascii_alphanumeric(), "-").to_lowercase();
        folder.join(format!("{}.{}", name.trim_matches('-'), recipe.extension))
    };
    let mut hasher = DefaultHasher::new();
    let wav = source.wav();
    (&*VERSION, &wav).hash(&mut hasher);
    let key = |recipe: &Recipe| {
        let mut hasher = hasher.clone();
        (recipe.options, recipe.is_readable(), needs_decoding(&source, recipe)).hash(&mut hasher);
        format!("{:x}", hasher.finish())
    };
    let is_made =
        |recipe: &&Recipe| fs::read_to_string(beside(&path(recipe), "key")).is_ok_and(|made| made == key(recipe));
    let missing: Vec<&Recipe> = recipes.iter().filter(|recipe| !is_made(recipe)).collect();
    if !missing.is_empty() {
        fs::create_dir_all(&folder).unwrap();
        let original = folder.join("source.wav");
        fs::write(&original, wav).unwrap();
        let made = encode(&original, &source, &missing, &path);
        read(&source, &made, &path);
        made.iter().for_each(|recipe| fs::write(beside(&path(recipe), "key"), key(recipe)).unwrap());
        fs::remove_file(original).unwrap();
    }
    let cell = |recipe: &Recipe| {
        let path = path(recipe);
        let ffmpeg_layout = fs::read_to_string(beside(&path, "layout")).unwrap_or_default();
        Cell { recipe: *recipe, source, path, ffmpeg_layout }
    };
    recipes.iter().map(cell).collect()
}

/// Returns the path of a file's companion, such as its key.
fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{what}"));
    name.into()
}

/// Encodes all files with one ffmpeg process. If that fails, tries each half. Returns the successes.
fn encode<'a>(
    original: &Path,
    source: &Source,
    recipes: &[&'a Recipe],
    path: &impl Fn(&Recipe) -> PathBuf,
) -> Vec<&'a Recipe> {
    let mut arguments = vec!["-y".to_owned(), "-i".into(), original.to_str().unwrap().into()];
    let bit_rate = format!("{}k", 64 * source.positions().len());
    for recipe in recipes {
        let options = recipe.options.split(' ').map(|option| option.replace("{rate}", &bit_rate));
        arguments.extend(options.chain(["-threads", "1", "-map_metadata", "-1", "-bitexact"].map(String::from)));
        arguments.push(path(recipe).to_str().unwrap().into());
    }
    let output = ffmpeg(&arguments);
    match recipes.split_at(recipes.len() / 2) {
        _ if output.status.success() => recipes.to_vec(),
        ([], failed) => {
            for recipe in failed {
                fs::write(beside(&path(recipe), "failed"), &output.stderr).unwrap();
                let _ = fs::remove_file(path(recipe));
            }
            Vec::new()
        }
        (some, others) => [some, others].iter().flat_map(|half| encode(original, source, half, path)).collect(),
    }
}

/// Runs one ffmpeg process that reports each readable file's layout, and decodes those that need it.
fn read(source: &Source, recipes: &[&Recipe], path: &impl Fn(&Recipe) -> PathBuf) {
    let recipes: Vec<&&Recipe> = recipes.iter().filter(|recipe| recipe.is_readable()).collect();
    if recipes.is_empty() {
        return;
    }
    let mut arguments = vec!["-y".to_owned()];
    for recipe in &recipes {
        arguments.extend(["-guess_layout_max", "0", "-i"].map(String::from));
        arguments.push(path(recipe).to_str().unwrap().into());
    }
    for (index, recipe) in recipes.iter().enumerate() {
        let map = ["-map".to_owned(), format!("{index}:a:0"), "-f".into()];
        if needs_decoding(source, recipe) {
            arguments.extend(map);
            arguments.extend(["f32le".into(), beside(&path(recipe), "f32").to_str().unwrap().into()]);
        }
    }
    arguments.extend(["-map", "0:a:0", "-t", "0.01", "-f", "null", "-"].map(String::from));
    let output = ffmpeg(&arguments);
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "ffmpeg: {log}");
    let inputs = log.split("Input #").skip(1);
    for (recipe, input) in recipes.iter().zip(inputs) {
        let stream = input.lines().find(|line| line.contains(" Audio: ")).unwrap_or_default();
        let layout = stream.split(" Hz, ").nth(1).and_then(|rest| rest.split([',']).next()).unwrap_or_default();
        fs::write(beside(&path(recipe), "layout"), layout.trim()).unwrap();
    }
}

/// Returns whether the expected samples are those that ffmpeg decodes.
fn needs_decoding(source: &Source, recipe: &Recipe) -> bool {
    matches!(source.length, Length::Short | Length::Medium)
        && matches!(recipe.outcome, Outcome::Lossy(..) | Outcome::Same(..))
}

fn ffmpeg<A: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = A>) -> Output {
    let output = Command::new("ffmpeg").args(["-hide_banner", "-nostdin"]).args(arguments).output();
    output.expect("ffmpeg runs; `make test` installs it")
}

impl Cell {
    /// Returns whether the file stores its channel positions only in AAC's program config element, which ffmpeg does
    /// not read. Then they are the source's.
    pub fn is_of_the_source(&self) -> bool {
        self.recipe.codec == "AAC" && self.ffmpeg_layout.ends_with(" channels")
    }

    /// Returns the frames of pre-skip that ffmpeg keeps: in MP4 it counts them at the input's rate, not at 48 kHz.
    pub fn wrong_lead(&self) -> i64 {
        const PRE_SKIP: i64 = 312;
        match (self.recipe.container, self.recipe.codec) {
            ("MP4", "Opus") => PRE_SKIP - PRE_SKIP * i64::from(self.source.rate) / 48_000,
            _ => 0,
        }
    }

    /// Returns the frames that come from padding: ffmpeg counts padding in the data size of these containers.
    pub fn padding(&self) -> usize {
        let to = match self.recipe.container {
            "RF64" => 2,
            "Wave64" => 8,
            _ => return 0,
        };
        let bits = match (self.recipe.codec, self.recipe.format) {
            ("PCM", format) => format.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap(),
            ("A-law" | "mu-law", _) => 8,
            _ => return 0,
        };
        let block = self.source.positions().len() * bits / 8;
        (self.source.frames() * block).wrapping_neg() % to / block
    }

    /// Returns the expected layout, in ffmpeg's words; for a file without one, ffmpeg's default for the channel count.
    pub fn layout(&self) -> &str {
        let Recipe { container, codec, .. } = self.recipe;
        let by = match (container, codec) {
            ("MOV", "PCM") | ("AIFF" | "CAF", "PCM" | "A-law" | "mu-law") => container,
            _ => codec,
        };
        let is_labelled = self.is_of_the_source() || !self.ffmpeg_layout.ends_with(" channels");
        let is_so = |(who, layout, _): &&(&[&str], &str, &str)| who.contains(&by) && *layout == self.source.layout;
        let mislabelled = MISLABELLED.iter().filter(|_| is_labelled).find(is_so);
        match (mislabelled, self.ffmpeg_layout.as_str()) {
            (Some((.., label)), _) => label,
            (_, _) if self.is_of_the_source() => self.source.layout,
            (_, "1 channels") => "mono",
            (_, "2 channels") => "stereo",
            (_, "3 channels") => "2.1",
            (_, "4 channels") => "4.0",
            (_, "5 channels") => "5.0",
            (_, "6 channels") => "5.1",
            (_, "7 channels") => "6.1",
            (_, "8 channels") => "7.1",
            (_, said) => said,
        }
    }

    /// Returns ffmpeg's decoded samples, with a plane for each of `channels`.
    pub fn decoded(&self, channels: usize) -> Vec<Vec<f32>> {
        let bytes = fs::read(beside(&self.path, "f32")).unwrap();
        let sample = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().unwrap());
        let samples: Vec<f32> = bytes.chunks_exact(4).map(sample).collect();
        (0..channels).map(|channel| samples.iter().skip(channel).step_by(channels).copied().collect()).collect()
    }
}
