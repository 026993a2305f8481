//! What makes a finished piece of the audio: its tags, its pictures and its chapters, before the first packet exists.

use super::chapters::{PlacedChapter, resolve};
use super::error::ExportError;
use super::host::Host;
use super::job::ExportOptions;
use super::pictures::{Gallery, covers};
use super::plan::Plan;
use super::pulse::Pulse;
use super::recipe::Recipe;
use super::sink::Sink;
use crate::m4a::{Chapter, FileLayout, MAX_LISTED, Piece};
use crate::store::Store;

/// A piece in the making.
pub(super) struct Finish<'s, S> {
    store: &'s S,
    /// The file, with what it says of itself.
    pub(super) file: FileLayout,
    /// The file's chapters.
    pub(super) chapters: Vec<PlacedChapter>,
    gallery: Gallery,
    /// What is not as it was asked for, each in a sentence.
    pub(super) remarks: Vec<String>,
}

impl<'s, S: Store> Finish<'s, S> {
    /// Looks everything up.
    pub(super) async fn prepare<H: Host>(
        store: &'s S,
        plan: &Plan,
        recipe: &Recipe,
        options: &ExportOptions,
        pulse: &mut Pulse<'_, H>,
    ) -> Result<Self, ExportError> {
        let mut tags = plan.timeline.tags.clone();
        if tags.title.is_empty() {
            tags.title = plan.timeline.name.clone();
        }
        let (chapters, mut remarks) = resolve(options.chapters, plan, &tags.title);
        if chapters.len() > MAX_LISTED {
            remarks.push(format!(
                "The file has {} chapters, all of them in its chapter track. Nero's list, which some players read instead, \
                 can have {MAX_LISTED} and was left out.",
                chapters.len()
            ));
        }
        let covers = covers(store, &tags.covers, &mut remarks).await?;
        let gallery = Gallery::survey(store, &chapters, covers.first(), &mut remarks, pulse).await?;
        let in_file = chapters.iter().enumerate().map(|(index, chapter)| Chapter {
            title: chapter.title.clone(),
            start: chapter.start,
            picture: gallery.shown.get(index).copied(),
        });
        let piece = Piece { tags, covers, chapters: in_file.collect(), pictures: gallery.pictures.clone() };
        let file = FileLayout::new(recipe.track(piece))?;
        Ok(Self { store, file, chapters, gallery, remarks })
    }

    /// Writes what comes after the last packet.
    pub(super) async fn write_pictures<K: Sink, H: Host>(
        &mut self,
        sink: &mut K,
        pulse: &mut Pulse<'_, H>,
    ) -> Result<(), ExportError> {
        self.gallery.write(self.store, sink, &mut self.remarks, pulse).await
    }
}
