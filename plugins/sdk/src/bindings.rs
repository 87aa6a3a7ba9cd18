//! The interface as `wit-bindgen` writes it. The types and the imports are made once, in [`base`]; each kind of plugin adds
//! its own export.

#![allow(missing_docs, reason = "generated; what a name means stands in plugin.wit")]

/// Types and imports, shared by all kinds.
pub mod base {
    wit_bindgen::generate!({
        path: "../wit/v1",
        inline: "package kpress:sdk;
            world base {
                import kpress:plugin/types@0.1.0;
                import kpress:plugin/log@0.1.0;
                import kpress:plugin/http@0.1.0;
                import kpress:plugin/files@0.1.0;
                import kpress:plugin/secrets@0.1.0;
            }",
        world: "kpress:sdk/base",
        generate_all,
    });
}

/// The export of a metric plugin.
#[cfg(feature = "metric")]
pub mod metric {
    wit_bindgen::generate!({
        path: "../wit/v1",
        world: "metric-plugin",
        with: {
            "kpress:plugin/types@0.1.0": crate::bindings::base::kpress::plugin::types,
            "kpress:plugin/log@0.1.0": crate::bindings::base::kpress::plugin::log,
        },
        pub_export_macro: true,
        default_bindings_module: "kpress_plugin::bindings::metric",
    });
}

/// The export of a source plugin.
#[cfg(feature = "source")]
pub mod source {
    wit_bindgen::generate!({
        path: "../wit/v1",
        world: "source-plugin",
        with: {
            "kpress:plugin/types@0.1.0": crate::bindings::base::kpress::plugin::types,
            "kpress:plugin/log@0.1.0": crate::bindings::base::kpress::plugin::log,
            "kpress:plugin/http@0.1.0": crate::bindings::base::kpress::plugin::http,
            "kpress:plugin/files@0.1.0": crate::bindings::base::kpress::plugin::files,
            "kpress:plugin/secrets@0.1.0": crate::bindings::base::kpress::plugin::secrets,
        },
        pub_export_macro: true,
        default_bindings_module: "kpress_plugin::bindings::source",
    });
}

/// The export of a widget plugin.
#[cfg(feature = "widget")]
pub mod widget {
    wit_bindgen::generate!({
        path: "../wit/v1",
        world: "widget-plugin",
        with: {
            "kpress:plugin/types@0.1.0": crate::bindings::base::kpress::plugin::types,
            "kpress:plugin/log@0.1.0": crate::bindings::base::kpress::plugin::log,
        },
        pub_export_macro: true,
        default_bindings_module: "kpress_plugin::bindings::widget",
    });
}

/// The export of a rule plugin.
#[cfg(feature = "rule")]
pub mod rule {
    wit_bindgen::generate!({
        path: "../wit/v1",
        world: "rule-plugin",
        with: {
            "kpress:plugin/types@0.1.0": crate::bindings::base::kpress::plugin::types,
            "kpress:plugin/log@0.1.0": crate::bindings::base::kpress::plugin::log,
        },
        pub_export_macro: true,
        default_bindings_module: "kpress_plugin::bindings::rule",
    });
}
