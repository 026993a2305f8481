//! Everything that ffmpeg can write is read exactly and downmixed by position, or refused by name. The test covers
//! each container, codec, sample format and channel layout at three rates, in thousands of files. `docs/formats.md`
//! has the table.
//!
//! Missing files are made first, and are kept under `target/tmp/formats`. Every tenth is made and tested.
//! `FORMATS=all` tests all of them, which takes some minutes, and `FORMATS="Wave64"` those of the containers with that
//! name.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secuencia::media::{ClipReader, Content, Inspection, Inspector};
use secuencia::mix::{Composition, PlacedClip, Renderer};
use secuencia::store::ByteSource;
use secuencia::timeline::{AudioLayout, TimelineClip};

use crate::support::matrix::{Cell, each, plan, positions};
use crate::support::media::{drain, source};
use crate::support::recipes::{Edges, End, Layouts, Outcome, Recipe, recipes};

/// The newly measured table, for copying into the document.
const MEASURED: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/formats-matrix.md");

/// Unless all files are asked for, every how many-th is tested.
const SHARE: usize = 10;

/// The tolerance between a downmix and the sum of its channels, at full scale 1.
const FOLD_TOLERANCE: f32 = 2e-6;

#[test]
fn every_file_that_ffmpeg_writes_is_exact_and_folded_by_position_or_refused_by_name() {
    let only = env::var("FORMATS").ok();
    let mut plan = plan();
    let total: usize = plan.values().map(Vec::len).sum();
    for (turn, recipes) in plan.values_mut().enumerate() {
        let mut number = turn;
        recipes.retain(|recipe| match only.as_deref() {
            Some("all") => true,
            Some(container) => recipe.container == container,
            None => {
                number += 1;
                number % SHARE == 0
            }
        });
    }
    let checked = each(&plan, |cell| {
        let result = catch_unwind(AssertUnwindSafe(|| check(&cell))).unwrap_or_else(|_| Err("it panics".into()));
        (cell.recipe, cell.source.rate, cell.source.layout, cell.path, result)
    });
    let mut failures: BTreeMap<(&str, &str, String), Vec<String>> = BTreeMap::new();
    for (recipe, _, _, path, result) in &checked {
        if let Err(reason) = result {
            failures
                .entry((recipe.container, recipe.codec, reason.clone()))
                .or_default()
                .push(path.display().to_string());
        }
    }
    let worst = checked.iter().filter(|(_, _, _, _, result)| result.is_err()).count();
    let list: String = failures
        .iter()
        .map(|((container, codec, reason), paths)| {
            format!("{container}, {codec}: {reason} ({} files, such as {})\n", paths.len(), paths[0])
        })
        .collect();
    fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/formats-matrix-failures.txt"), &list).unwrap();
    assert!(failures.is_empty(), "{worst} of {} files are neither exact nor refused by name:\n{list}", checked.len());
    if only.is_some_and(|only| only != "all") {
        return;
    }
    assert!(checked.len() > total / SHARE / 2);
    let paths: BTreeSet<&PathBuf> = checked.iter().map(|(_, _, _, path, _)| path).collect();
    assert_eq!(paths.len(), checked.len(), "each has a file of its own");
    let table = table();
    fs::write(MEASURED, &table).unwrap();
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md")).unwrap();
    let files = format!("makes {},{:03} files", total / 1000, total % 1000);
    assert!(document.contains(&files), "docs/formats.md does not say that it {files}");
    assert!(document.contains(&table), "docs/formats.md is out of date; its table's rows are now in {MEASURED}");
}

/// Returns a table row for each container, codec and outcome.
fn table() -> String {
    let mut rows: Vec<(String, Vec<&str>, usize)> = Vec::new();
    for recipe in recipes() {
        let Recipe { container, codec, format, layouts, mut rates, outcome, .. } = recipe;
        let result = match outcome {
            Outcome::Bits(_) | Outcome::Float => "exact".to_owned(),
            Outcome::Same(_) => "as ffmpeg, to the bit".to_owned(),
            Outcome::Lossy(decibels, _) => format!("error under −{} dB", -decibels),
            Outcome::Refused(_) => "refused by name".to_owned(),
        };
        let names = layouts.names().len();
        let layouts = match layouts {
            Layouts::Few => "mono, stereo".to_owned(),
            Layouts::One(name) => name.to_owned(),
            _ => format!("{names} layouts"),
        };
        rates.sort_unstable();
        let mut rates: Vec<String> = rates.iter().map(u32::to_string).collect();
        rates.dedup();
        let count = names * rates.len();
        let rest = format!("{layouts} | {} | COUNT | {result}", rates.join(", "));
        let row = format!("| {container} | {codec} | FORMATS | {rest} |\n");
        match rows.iter_mut().find(|(known, ..)| *known == row) {
            Some((_, formats, files)) => {
                formats.extend(Some(format).filter(|format| !format.is_empty()));
                *files += count;
            }
            None => rows.push((row, vec![format], count)),
        }
    }
    let row = |(row, formats, files): &(String, Vec<&str>, usize)| {
        row.replace("FORMATS", &formats.join(", ")).replace("COUNT", &files.to_string()).replace("|  |", "| |")
    };
    rows.iter().map(row).collect()
}

/// Returns the reason why a file does not meet its recipe's outcome.
fn check(cell: &Cell) -> Result<(), String> {
    let made = fs::read(&cell.path).ok().filter(|bytes| !bytes.is_empty());
    let bytes = source(made.ok_or("ffmpeg does not write it")?);
    let name = cell.path.file_name().unwrap().to_str().unwrap();
    let found = Inspector::open(bytes.clone(), name).and_then(Inspector::finish).map_err(|error| error.to_string());
    if let Outcome::Refused(expected) = cell.recipe.outcome {
        return match found {
            Err(reason) if reason == expected => Ok(()),
            Err(reason) => Err(format!("refused as \"{reason}\" and not as \"{expected}\"")),
            Ok(_) => Err(format!("it is read, and not refused as \"{expected}\"")),
        };
    }
    let found = found.map_err(|reason| format!("refused: {reason}"))?;
    if let Some(warning) = &found.warning {
        return Err(format!("it warns: {warning}"));
    }
    let rate = if cell.recipe.codec == "Opus" { 48_000 } else { cell.source.rate };
    if found.sample_rate.hz() != rate {
        return Err(format!("its rate is not {rate} but {}", found.sample_rate));
    }
    let count = cell.source.positions().len();
    if usize::from(found.channels) != count {
        return Err(format!("it has {} channels for {count}", found.channels));
    }
    let content = Content::new(bytes.clone(), name);
    let mut reader = ClipReader::open(content, 0, found.sample_rate).map_err(|error| error.to_string())?;
    let planes = drain(&mut reader);
    if planes[0].len() as u64 != found.frames {
        return Err(format!("it is played for {} frames for {}", planes[0].len(), found.frames));
    }
    let order = compare(cell, &planes, rate)?;
    check_fold(cell, &planes, &order, &found, &bytes)
}

/// Compares our planes with the expected ones. Returns the index of our plane for each of ffmpeg's channels.
fn compare(cell: &Cell, planes: &[Vec<f32>], rate: u32) -> Result<Vec<usize>, String> {
    let channels = planes.len();
    let original = |bits: u32| -> Vec<Vec<f32>> {
        let full = f64::from(1u32 << (bits - 1));
        let cut = |sample: i32| (f64::from(sample >> (32 - bits)) / full) as f32;
        let silence = vec![if cell.recipe.format == "u8" { -1.0 } else { 0.0 }; cell.padding()];
        let plane = |channel| cell.source.plane(channel).into_iter().map(cut).chain(silence.iter().copied()).collect();
        (0..channels).map(plane).collect()
    };
    match cell.recipe.outcome {
        Outcome::Bits(bits) => same(planes, &original(bits)),
        Outcome::Float => same(planes, &original(32)),
        Outcome::Same(edges) => {
            let decoded = cell.decoded(channels);
            check_edges(cell, planes, &decoded, rate, edges)?;
            same(planes, &decoded)
        }
        Outcome::Lossy(decibels, edges) => {
            let decoded = cell.decoded(channels);
            let sources = check_edges(cell, planes, &decoded, rate, edges)?;
            let order = alike(planes, &decoded, edges.lead + cell.wrong_lead(), f64::from(decibels))?;
            Ok(if cell.is_of_the_source() { sources } else { order })
        }
        Outcome::Refused(_) => unreachable!("those are not compared"),
    }
}

/// Matches each channel to an identical plane.
fn same(planes: &[Vec<f32>], expected: &[Vec<f32>]) -> Result<Vec<usize>, String> {
    if planes[0].len() != expected[0].len() {
        return Err(format!("{:+} frames", planes[0].len() as i64 - expected[0].len() as i64));
    }
    let find = |channel: &Vec<f32>| planes.iter().position(|plane| plane == channel);
    let order: Option<Vec<usize>> = expected.iter().map(find).collect();
    distinct(order.ok_or("not the same samples")?)
}

/// Matches each channel to a plane with at most `most` dB of error. Planes start `lead` frames into the channels.
fn alike(planes: &[Vec<f32>], expected: &[Vec<f32>], lead: i64, most: f64) -> Result<Vec<usize>, String> {
    let mut worst = f64::NEG_INFINITY;
    let find = |channel: &Vec<f32>| {
        let channel = &channel[lead.max(0) as usize..];
        let errors = planes.iter().map(|plane| decibels(&plane[(-lead).max(0) as usize..], channel));
        let (plane, error) = errors.enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
        worst = worst.max(error);
        plane
    };
    let order = expected.iter().map(find).collect();
    if worst <= most { distinct(order) } else { Err(format!("{} dB of error", (worst / 6.0).round() * 6.0)) }
}

fn distinct(order: Vec<usize>) -> Result<Vec<usize>, String> {
    let mut sorted = order.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() == order.len() { Ok(order) } else { Err("two channels are one".into()) }
}

/// Returns the error of a signal relative to the expected one, in dB, over their common length.
fn decibels(signal: &[f32], expected: &[f32]) -> f64 {
    let power = |samples: &mut dyn Iterator<Item = f64>| samples.map(|sample| sample * sample).sum::<f64>();
    let error = power(&mut signal.iter().zip(expected).map(|(a, b)| f64::from(*a) - f64::from(*b)));
    let whole = power(&mut signal.iter().zip(expected).map(|(_, b)| f64::from(*b)));
    10.0 * (error.max(1e-30) / whole.max(1e-30)).log10()
}

/// Asserts that the recording starts and ends by the rules. Returns our plane's index for each source channel.
fn check_edges(
    cell: &Cell,
    planes: &[Vec<f32>],
    decoded: &[Vec<f32>],
    rate: u32,
    edges: Edges,
) -> Result<Vec<usize>, String> {
    let frames = planes[0].len() as i64;
    let source = (cell.source.frames() as i64 * i64::from(rate)) / i64::from(cell.source.rate);
    let end = match edges.end {
        End::Exact => source + edges.delay + cell.padding() as i64,
        End::Packet(length) => {
            let all = source + edges.delay + edges.lead;
            all.div_euclid(length) * length + if all % length > 0 { length } else { 0 } - edges.lead
        }
        End::Same => decoded[0].len() as i64 - edges.lead,
    };
    // Each channel has its right time if its source fits best there. This cannot resolve a few microseconds under an
    // encoder's noise; the comparison with ffmpeg's decoded audio can. Encoders fade out freely after the source.
    let heard = frames.min(source + edges.delay);
    let step = i64::from(rate / 16_000).max(1);
    let positions = cell.source.positions();
    let mut order = vec![None; positions.len()];
    for (channel, position) in positions.iter().enumerate().filter(|(_, position)| **position != "LFE") {
        let fit = |lag: i64| {
            let sample = |frame: i64| cell.source.sample(channel, (frame - lag) as f64 / f64::from(rate)) as f32;
            let sound: Vec<f32> = (0..heard).map(sample).collect();
            let errors = planes.iter().map(|plane| decibels(plane, &sound)).enumerate();
            errors.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
        };
        let (plane, here) = fit(edges.delay);
        if here > -10.0 || [-step, step].iter().any(|lag| fit(edges.delay + lag).1 < here) {
            return Err(format!("channel {position} is not {} frames late, as it must be", edges.delay));
        }
        order[channel] = Some(plane);
    }
    if frames != end {
        let [source, ffmpeg] = [source, decoded[0].len() as i64].map(|other| frames - other);
        return Err(format!("{:+} frames, {source:+} to its source, {ffmpeg:+} to ffmpeg's", frames - end));
    }
    let rest = (0..planes.len()).find(|plane| !order.contains(&Some(*plane))).unwrap_or_default();
    Ok(order.into_iter().map(|plane| plane.unwrap_or(rest)).collect())
}

/// Asserts that each channel is in the mix at ffmpeg's position for it, by ITU-R BS.775.
fn check_fold(
    cell: &Cell,
    planes: &[Vec<f32>],
    order: &[usize],
    found: &Inspection,
    bytes: &Arc<dyn ByteSource>,
) -> Result<(), String> {
    let layout = cell.layout();
    let positions = positions(layout).ok_or_else(|| format!("ffmpeg reads it as {layout}"))?;
    if positions.len() != planes.len() {
        return Err(format!("ffmpeg reads it as {layout}"));
    }
    let asset = found.clone().into_asset("a", "a");
    let clip = TimelineClip { asset_id: "a".into(), duration: asset.duration(), ..TimelineClip::default() };
    let placed = PlacedClip::new(&clip, &asset, Content::of(&asset, bytes.clone()), found.sample_rate);
    let composition = Composition::new(found.sample_rate, AudioLayout::Stereo, vec![placed]);
    let mut sides = [vec![0.0f32; planes[0].len()], vec![0.0f32; planes[0].len()]];
    let mut output: Vec<&mut [f32]> = sides.iter_mut().map(Vec::as_mut_slice).collect();
    Renderer::new(&composition).render(0, &mut output).map_err(|error| error.to_string())?;
    for (side, heard) in sides.iter().enumerate() {
        let gains: Vec<f32> = positions.iter().map(|position| fold(position, planes.len())[side]).collect();
        let expected =
            |frame: usize| -> f32 { order.iter().zip(&gains).map(|(&plane, gain)| planes[plane][frame] * gain).sum() };
        if (0..heard.len()).any(|frame| (heard[frame] - expected(frame)).abs() > FOLD_TOLERANCE) {
            return Err(format!("it is not folded as {layout}"));
        }
    }
    Ok(())
}

/// Returns the gains with which a channel at this position is added to the left and to the right.
fn fold(position: &str, channels: usize) -> [f32; 2] {
    const MINUS_3_DB: f32 = std::f32::consts::FRAC_1_SQRT_2;
    match position {
        _ if channels == 1 => [1.0, 1.0],
        "FL" | "FLC" => [1.0, 0.0],
        "FR" | "FRC" => [0.0, 1.0],
        "BL" | "SL" => [MINUS_3_DB, 0.0],
        "BR" | "SR" => [0.0, MINUS_3_DB],
        "FC" => [MINUS_3_DB; 2],
        "BC" => [0.5; 2],
        "LFE" => [0.0; 2],
        _ => unreachable!("no layout of up to eight channels has another: {position}"),
    }
}
