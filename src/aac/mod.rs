//! aac
