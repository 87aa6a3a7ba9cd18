//! Packs that come with the program: presets that know the layout of reports.
//! Each preset is a file below `content/packs`, compiled in; this table is the one place that lists them.

/// The layout of a report.
pub struct Preset {
    /// Its name in `preset:`.
    pub name: &'static str,
    /// Where its text lies in the source of the program, for findings about it.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// Packs that can be named in `packs:`.
pub const NAMES: &[&str] = &["amazon-jp"];

/// A preset of the pack `amazon-jp`, by its name and the name of its file.
#[allow(unused_macros, reason = "the registry below may be empty in a program built without packs")]
macro_rules! preset {
    ($name:literal, $file:literal) => {
        Preset {
            name: $name,
            path: concat!("content/packs/amazon-jp/sources/", $file, ".yaml"),
            text: include_str!(concat!("../../content/packs/amazon-jp/sources/", $file, ".yaml")),
        }
    };
}

/// All presets, by name.
pub static PRESETS: &[Preset] = &[];

/// The preset of this name.
pub fn preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// All names, for "did you mean".
pub fn preset_names() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|preset| preset.name)
}
