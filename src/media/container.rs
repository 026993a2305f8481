//! An opened container: its tracks, and the source of their packets.

use symphonia::core::formats::{FormatId, Track};

use super::ChannelLayout;
use super::block_reader::BlockReader;
use super::flac::Flac;
use super::frames::FrameReader;
use super::matroska::Matroska;
use super::mp4::Mp4Reader;
use super::packet_table::TableReader;

/// An opened container.
pub(super) struct Container {
    pub(super) format: FormatId,
    /// The usable tracks, in the file's order.
    pub(super) tracks: Vec<Track>,
    pub(super) opened: Opened,
    /// The container's channel layout, if it is more specific than the decoder's.
    pub(super) layout: Option<ChannelLayout>,
    /// Sentences for the user about the choice of tracks.
    pub(super) notes: Vec<String>,
}

/// The container's packet source, or the data to open one for a track.
pub(super) enum Opened {
    /// Pages. The track's ID is the stream's serial number.
    Ogg,
    Matroska(Matroska),
    Flac(Box<Flac>),
    Frames(Box<FrameReader>),
    /// A reader of one track.
    Mp4(Box<Mp4Reader>),
    Blocks(Box<BlockReader>),
    Table(Box<TableReader>),
}
