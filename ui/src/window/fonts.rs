//! Whether the machine's fonts can draw what the till has to show.

use fontique::{
    Collection, CollectionOptions, FallbackKey, GenericFamily, QueryFamily, QueryStatus, Script, SourceCache,
};

/// Says in words which script cannot be drawn, or nothing when all can. Ask it once at the start and tell the
/// installer: without a Chinese font each Chinese character is an empty box.
///
/// Looks for a font with real Chinese glyphs; takes some milliseconds for reading the list of fonts.
pub fn missing_script() -> Option<String> {
    let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: true });
    if draws(&mut collection, '收') {
        None
    } else {
        Some(
            "No font on this machine can draw Chinese. Install one (Debian, Ubuntu: apt install fonts-noto-cjk). \
             本机没有中文字体，请安装 fonts-noto-cjk。"
                .into(),
        )
    }
}

/// The family the screens name, then whatever the system falls back to for Chinese.
fn draws(collection: &mut Collection, character: char) -> bool {
    let mut cache = SourceCache::default();
    let mut found = false;
    let mut query = collection.query(&mut cache);
    query.set_families([QueryFamily::Named("Noto Sans CJK SC"), QueryFamily::Generic(GenericFamily::SansSerif)]);
    query.set_fallbacks(FallbackKey::new(Script::from_bytes(*b"Hani"), None));
    query.matches_with(|font| {
        if font.charmap().and_then(|map| map.map(character)).is_some_and(|glyph| glyph != 0) {
            found = true;
            return QueryStatus::Stop;
        }
        QueryStatus::Continue
    });
    found
}
