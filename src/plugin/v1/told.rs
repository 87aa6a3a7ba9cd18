//! What a plugin says went wrong, in its own words, as one of the failures that a plugin can be.

use super::wit::kpress::plugin::types::PluginError;
use crate::plan::failure::Failure;
use crate::plugin::failure::{
    PLUGIN_CAPABILITY_MISSING, PLUGIN_DATA_REJECTED, PLUGIN_FAILED, PLUGIN_INPUT_MISSING,
    PLUGIN_PARAMS_INVALID, PLUGIN_RETRY_LATER, PLUGIN_UNSUPPORTED, said,
};

/// The failure that a plugin tells.
pub(crate) fn failure(plugin: &str, error: PluginError) -> Failure {
    let (rule, what, hint) = match error {
        PluginError::InvalidParams(problems) => {
            let told: Vec<String> = problems
                .iter()
                .take(20)
                .map(|problem| format!("`{}`: {}", said(&problem.name), said(&problem.message)))
                .collect();
            let what = format!("refuses its `config:`: {}", told.join("; "));
            (&PLUGIN_PARAMS_INVALID, what, "`kpress plugin check` prints what it takes")
        }
        PluginError::MissingInput(name) => {
            let what = format!("misses the input `{}`", said(&name));
            (&PLUGIN_INPUT_MISSING, what, "name it below `inputs:`")
        }
        PluginError::BadData(text) => {
            (&PLUGIN_DATA_REJECTED, format!("refuses the data: {}", said(&text)), "")
        }
        PluginError::Unsupported(text) => {
            (&PLUGIN_UNSUPPORTED, format!("does not support this: {}", said(&text)), "")
        }
        PluginError::CapabilityDenied(text) => {
            let what = format!("misses a grant: {}", said(&text));
            (
                &PLUGIN_CAPABILITY_MISSING,
                what,
                "add it below `grant:`; `kpress plugin check` prints what it asks for",
            )
        }
        PluginError::RetryLater(seconds) => (
            &PLUGIN_RETRY_LATER,
            format!("is to be asked again in {seconds} s"),
            "run it again after that time",
        ),
        PluginError::Failed(text) => (&PLUGIN_FAILED, format!("failed: {}", said(&text)), ""),
    };
    Failure::new(rule, format!("plugin `{plugin}` {what}"), hint)
}
