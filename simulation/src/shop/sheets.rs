//! The shop as the files that the platform imports.
