//! The metadata of the exported file: tags, covers, chapters and their pictures, gathered before the first packet.

use std::ops::Range;

use super::error::ExportError;
use super::host::Host;
use super::options::{ExportOptions, FilePart};
use super::pictures::{ChapterPictures, covers};
use super::plan::Plan;
use super::pulse::Pulse;
use super::recipe::Recipe;
use super::sink::Sink;
use super::stretch::Stretch;
use crate::m4a::{Chapter, FileLayout, MAX_LISTED, MoovPlace, Piece};
use crate::store::Store;
use crate::timeline::{Part, PlacedChapter};

/// The file's metadata, and the layout that follows from it.
pub(super) struct FileMetadata<'s, S> {
    store: &'s S,
    /// The file's layout, with its metadata.
    pub(super) file: FileLayout,
    /// The file's chapters.
    pub(super) chapters: Vec<PlacedChapter>,
    pictures: ChapterPictures,
    /// Departures from the request, each in a sentence.
    pub(super) remarks: Vec<String>,
}

impl<'s, S: Store> FileMetadata<'s, S> {
    /// Gathers the metadata from the plan and the store, for a file with `moov` in this place.
    pub(super) async fn prepare<H: Host>(
        store: &'s S,
        plan: &Plan,
        recipe: &Recipe,
        options: &ExportOptions,
        moov: MoovPlace,
        pulse: &mut Pulse<'_, H>,
    ) -> Result<Self, ExportError> {
        let mut tags = plan.timeline.tags.clone();
        tags.title = tags.title_of(&plan.timeline.name).to_owned();
        if let Some(FilePart { title, number, total }) = &options.part {
            title.clone_into(&mut tags.title);
            tags.track = Some(Part { number: *number, total: Some(*total) });
        }
        let (chapters, mut remarks) = options.chapters.chapters(&plan.outline(&tags.title));
        let chapters: Vec<_> = chapters.into_iter().filter_map(|chapter| within(plan.stretch, chapter)).collect();
        if chapters.len() > MAX_LISTED {
            remarks.push(format!(
                "The file has {} chapters, all of them in its chapter track. Nero's list, which some players read instead, \
                 can have {MAX_LISTED} and was left out.",
                chapters.len()
            ));
        }
        let covers = covers(store, &tags.covers, &mut remarks).await?;
        let pictures = ChapterPictures::survey(store, &chapters, covers.first(), &mut remarks, pulse).await?;
        let in_file = chapters.iter().enumerate().map(|(index, chapter)| Chapter {
            title: chapter.title.clone(),
            start: chapter.start,
            picture: pictures.shown.get(index).copied(),
        });
        let piece = Piece { tags, covers, chapters: in_file.collect(), pictures: pictures.pictures.clone() };
        let file = FileLayout::new(recipe.track(piece), moov)?;
        Ok(Self { store, file, chapters, pictures, remarks })
    }

    /// Writes the chapters' pictures, which come after the last packet.
    pub(super) async fn write_pictures<K: Sink, H: Host>(
        &mut self,
        sink: &mut K,
        pulse: &mut Pulse<'_, H>,
    ) -> Result<(), ExportError> {
        let start = self.file.pictures_start();
        if !start.is_empty() {
            sink.append(&start).await?;
        }
        self.pictures.write(self.store, sink, &mut self.remarks, pulse).await
    }
}

/// Returns a chapter of the timeline as a chapter of the exported stretch; `None` if it is outside.
fn within(stretch: Stretch, chapter: PlacedChapter) -> Option<PlacedChapter> {
    let Range { start, end } = stretch.cut(&(chapter.start..chapter.end));
    (start < end).then_some(PlacedChapter { start, end, ..chapter })
}
