//! The templates themselves, out of `plugins/`, and the manifests around them.

use super::{COMPONENTIZE_PY, JCO, Kind, Language};

type Files = Vec<(String, String)>;

/// The whole interface; the SDK crate reads it.
const WIT: &str = include_str!("../../../plugins/wit/v1/plugin.wit");

/// Files of the Rust SDK, by path below `sdk`.
const SDK: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../../../plugins/sdk/Cargo.toml")),
    ("src/batch.rs", include_str!("../../../plugins/sdk/src/batch.rs")),
    ("src/bindings.rs", include_str!("../../../plugins/sdk/src/bindings.rs")),
    ("src/column.rs", include_str!("../../../plugins/sdk/src/column.rs")),
    ("src/context.rs", include_str!("../../../plugins/sdk/src/context.rs")),
    ("src/error.rs", include_str!("../../../plugins/sdk/src/error.rs")),
    ("src/field.rs", include_str!("../../../plugins/sdk/src/field.rs")),
    ("src/http.rs", include_str!("../../../plugins/sdk/src/http.rs")),
    ("src/lib.rs", include_str!("../../../plugins/sdk/src/lib.rs")),
    ("src/log.rs", include_str!("../../../plugins/sdk/src/log.rs")),
    ("src/metric.rs", include_str!("../../../plugins/sdk/src/metric.rs")),
    ("src/rule.rs", include_str!("../../../plugins/sdk/src/rule.rs")),
    ("src/source.rs", include_str!("../../../plugins/sdk/src/source.rs")),
    ("src/sum.rs", include_str!("../../../plugins/sdk/src/sum.rs")),
    ("src/widget.rs", include_str!("../../../plugins/sdk/src/widget.rs")),
];

const JS_PRELUDE: &str = include_str!("../../../plugins/sdk/templates/js/kpress.js");
const PY_MODULE: &str = include_str!("../../../plugins/sdk/templates/python/kpress.py");

fn world(kind: Kind) -> &'static str {
    match kind {
        Kind::Metric => include_str!("../../../plugins/sdk/wit/metric.wit"),
        Kind::Source => include_str!("../../../plugins/sdk/wit/source.wit"),
        Kind::Widget => include_str!("../../../plugins/sdk/wit/widget.wit"),
        Kind::Rule => include_str!("../../../plugins/sdk/wit/rule.wit"),
    }
}

/// What of a plugin's folder Git ignores.
pub(super) fn ignored(language: Language) -> &'static str {
    match language {
        Language::Rust => "/target\n",
        Language::JavaScript => "/node_modules\n",
        Language::Python => "/pybind\n__pycache__\n",
    }
}

fn own(path: &str, text: impl Into<String>) -> (String, String) {
    (path.to_owned(), text.into())
}

pub(super) fn rust(name: &str, kind: Kind) -> Files {
    let code = match kind {
        Kind::Metric => include_str!("../../../plugins/concentration/src/lib.rs"),
        Kind::Source => include_str!("../../../plugins/sdk/templates/rust/source/lib.rs"),
        Kind::Widget => include_str!("../../../plugins/sdk/templates/rust/widget/lib.rs"),
        Kind::Rule => include_str!("../../../plugins/sdk/templates/rust/rule/lib.rs"),
    };
    let json = if kind == Kind::Source { "serde_json = \"1\"\n" } else { "" };
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n\
         # A workspace of its own, wherever the folder lies.\n[workspace]\n\n\
         [lib]\ncrate-type = [\"cdylib\"]\n\n\
         [dependencies]\nkpress-plugin = {{ path = \"sdk\", features = [\"{kind}\"] }}\n{json}\n\
         [profile.release]\nopt-level = 3\nlto = true\ncodegen-units = 1\npanic = \"abort\"\nstrip = true\n"
    );
    let mut files = vec![own("Cargo.toml", manifest), own("src/lib.rs", code), own("wit/v1/plugin.wit", WIT)];
    files.extend(SDK.iter().map(|(path, text)| (format!("sdk/{path}"), (*text).to_owned())));
    files
}

pub(super) fn javascript(name: &str, kind: Kind) -> Files {
    let manifest = format!(
        "{{\n  \"name\": \"{name}\",\n  \"private\": true,\n  \"type\": \"module\",\n  \"scripts\": {{\"build\": \"kpress plugin build\"}},\n  \
         \"devDependencies\": {{\"@bytecodealliance/jco\": \"{JCO}\"}}\n}}\n"
    );
    let mut files = vec![own("package.json", manifest), own("kpress.js", JS_PRELUDE)];
    match kind {
        Kind::Metric => {
            files.push(own("plugin.js", include_str!("../../../plugins/sdk/templates/js/metric/plugin.js")));
        }
        Kind::Source => {
            files.push(own("plugin.js", include_str!("../../../plugins/sdk/templates/js/source/plugin.js")));
            files.push(own("rows.js", include_str!("../../../plugins/sdk/templates/js/source/rows.js")));
            let test = include_str!("../../../plugins/sdk/templates/js/source/rows.test.mjs");
            files.push(own("rows.test.mjs", test));
        }
        Kind::Widget => {
            files.push(own("plugin.js", include_str!("../../../plugins/sdk/templates/js/widget/plugin.js")));
        }
        Kind::Rule => {
            files.push(own("plugin.js", include_str!("../../../plugins/sdk/templates/js/rule/plugin.js")));
        }
    }
    files.push((format!("wit/{kind}.wit"), world(kind).to_owned()));
    files
}

pub(super) fn python(kind: Kind) -> Files {
    let mut files = vec![
        own("requirements.txt", format!("componentize-py=={COMPONENTIZE_PY}\n")),
        own("kpress.py", PY_MODULE),
    ];
    match kind {
        Kind::Metric => {
            files.push(own("app.py", include_str!("../../../plugins/sdk/templates/python/metric/app.py")));
        }
        Kind::Source => {
            files.push(own("app.py", include_str!("../../../plugins/sdk/templates/python/source/app.py")));
            files.push(own("rows.py", include_str!("../../../plugins/sdk/templates/python/source/rows.py")));
            let test = include_str!("../../../plugins/sdk/templates/python/source/test_rows.py");
            files.push(own("test_rows.py", test));
        }
        Kind::Widget => {
            files.push(own("app.py", include_str!("../../../plugins/sdk/templates/python/widget/app.py")));
        }
        Kind::Rule => {
            files.push(own("app.py", include_str!("../../../plugins/sdk/templates/python/rule/app.py")));
        }
    }
    files.push((format!("wit/{kind}.wit"), world(kind).to_owned()));
    files
}
