//! The files of a new plugin: interface, code, build command and one test, for each kind and language. What is copied is
//! what the repository itself builds and tests.

mod files;

use std::fmt;

/// What a plugin does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A figure computed from columns.
    Metric,
    /// Rows or documents from elsewhere.
    Source,
    /// A block of a dashboard.
    Widget,
    /// A check of what people wrote.
    Rule,
}

impl Kind {
    /// All, in the order of the manual.
    pub const ALL: [Kind; 4] = [Kind::Metric, Kind::Source, Kind::Widget, Kind::Rule];

    /// As on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Metric => "metric",
            Kind::Source => "source",
            Kind::Widget => "widget",
            Kind::Rule => "rule",
        }
    }

    /// The world of the interface.
    pub fn world(self) -> &'static str {
        match self {
            Kind::Metric => "metric-plugin",
            Kind::Source => "source-plugin",
            Kind::Widget => "widget-plugin",
            Kind::Rule => "rule-plugin",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// In what a plugin is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// With the SDK crate; fast enough for raw order lines.
    Rust,
    /// In QuickJS; up to about a million rows.
    JavaScript,
    /// In CPython; up to about a million rows.
    Python,
}

impl Language {
    /// The language of a folder, by the file that each has.
    pub fn of(has: impl Fn(&str) -> bool) -> Option<Language> {
        [Language::Rust, Language::JavaScript, Language::Python].into_iter().find(|own| has(own.mark()))
    }

    /// The file that tells a folder's language.
    pub fn mark(self) -> &'static str {
        match self {
            Language::Rust => "Cargo.toml",
            Language::JavaScript => "package.json",
            Language::Python => "requirements.txt",
        }
    }
}

/// The version of `jco`, which turns JavaScript into a component.
pub const JCO: &str = "1.35.0";
/// The version of `componentize-py`, which turns Python into a component.
pub const COMPONENTIZE_PY: &str = "0.25.1";

/// The commands that build a plugin of JavaScript or Python, run in its folder: programs with their arguments.
pub fn commands(language: Language, kind: Kind, out: &str) -> Vec<Vec<String>> {
    let line = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<String>>();
    let world = kind.world();
    match language {
        Language::Rust => vec![line("cargo build --release --target wasm32-unknown-unknown")],
        Language::JavaScript => vec![line(&format!(
            "npx jco componentize plugin.js --wit wit -n {world} --backend quickjs --backend-qjs-disable-async \
             --backend-qjs-stub-wasi -o {out}"
        ))],
        Language::Python => vec![
            // What an earlier build left there would stop the next line.
            line("rm -rf pybind"),
            line(&format!("componentize-py -d wit -w {world} bindings pybind")),
            line(&format!(
                "componentize-py -d wit -w {world} componentize --stub-wasi -p . -p pybind app -o {out}"
            )),
        ],
    }
}

/// The kind of a plugin's folder of JavaScript or Python: the one world in its `wit`.
pub fn kind_of(has: impl Fn(&str) -> bool) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| has(&format!("wit/{kind}.wit")))
}

/// The files of a new plugin, by path in its folder. `name` is `[a-z][a-z0-9_-]*`.
pub fn files(name: &str, kind: Kind, language: Language) -> Vec<(String, String)> {
    let mut made = match language {
        Language::Rust => files::rust(name, kind),
        Language::JavaScript => files::javascript(name, kind),
        Language::Python => files::python(kind),
    };
    made.push((".gitignore".to_owned(), files::ignored(language).to_owned()));
    made.push(("README.md".to_owned(), readme(name, kind, language)));
    made
}

fn readme(name: &str, kind: Kind, language: Language) -> String {
    let tools = match language {
        Language::Rust => {
            "rustup target add wasm32-unknown-unknown\n\
             # where no target can be downloaded, Debian's packages do as well:\n\
             # apt-get install --no-install-recommends rustc-web cargo-web rust-web-src lld-19"
        }
        Language::JavaScript => "npm install",
        Language::Python => "pip install -r requirements.txt",
    };
    let mut steps: String =
        commands(language, kind, &format!("{name}.wasm")).iter().map(|line| line.join(" ") + "\n").collect();
    if language == Language::Rust {
        steps.push_str("# a core module, which `kpress plugin build` turns into the component\n");
    }
    let test = match (language, kind) {
        (Language::Rust, _) => "## Test\n\n```sh\ncargo test\n```\n\n",
        (Language::JavaScript, Kind::Source) => "## Test\n\n```sh\nnode --test\n```\n\n",
        (Language::Python, Kind::Source) => "## Test\n\n```sh\npython3 -m unittest\n```\n\n",
        _ => "",
    };
    format!(
        "# {name}\n\n\
         A kpress plugin: a {kind}. It is one WebAssembly component, `{name}.wasm`; it sees what the interface in `wit/` hands \
         it, and nothing else.\n\n\
         ## Build\n\n```sh\n{tools}\nkpress plugin build\n```\n\n\
         `kpress plugin build` runs these commands, which do without it too:\n\n```sh\n{steps}```\n\n\
         {test}\
         ## Use\n\n\
         Copy `{name}.wasm` to `plugins/` of a site and name it in `kpress.yaml`:\n\n\
         ```yaml\nplugins:\n  {name}: {{file: plugins/{name}.wasm}}\n```\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plugin_brings_interface_code_and_a_test() {
        for kind in Kind::ALL {
            for language in [Language::Rust, Language::JavaScript, Language::Python] {
                let made = files("demo", kind, language);
                let has = |path: &str| made.iter().any(|(own, _)| own == path);
                assert_eq!(Language::of(has), Some(language), "{kind} {language:?}");
                assert!(has("README.md") && has(".gitignore"));
                assert!(made.iter().any(|(path, _)| path.starts_with("wit/") && path.ends_with(".wit")));
                if language != Language::Rust {
                    assert_eq!(kind_of(has), Some(kind));
                }
                let paths: std::collections::BTreeSet<&String> = made.iter().map(|(path, _)| path).collect();
                assert_eq!(paths.len(), made.len(), "a file twice: {kind} {language:?}");
            }
        }
    }

    #[test]
    fn the_tools_are_those_of_the_one_list() {
        let listed = include_str!("../../../tools.versions");
        for (tool, version) in [("jco", JCO), ("componentize-py", COMPONENTIZE_PY)] {
            assert!(listed.lines().any(|line| line == format!("{tool} {version}")), "{tool} {version}");
        }
    }

    #[test]
    fn the_name_of_the_template_does_not_stay() {
        for (path, text) in files("demo", Kind::Metric, Language::Rust) {
            if path == "Cargo.toml" {
                assert!(text.contains("name = \"demo\"") && !text.contains("concentration"), "{text}");
            }
        }
    }
}
